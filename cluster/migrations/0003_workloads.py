# Proxies of the workload kinds: no table changes.

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('cluster', '0002_steps'),
    ]

    operations = [
        migrations.CreateModel(
            name='CronJob',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('cluster.resource',),
        ),
        migrations.CreateModel(
            name='DaemonSet',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('cluster.resource',),
        ),
        migrations.CreateModel(
            name='HorizontalPodAutoscaler',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('cluster.resource',),
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('cluster.resource',),
        ),
        migrations.CreateModel(
            name='PodDisruptionBudget',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('cluster.resource',),
        ),
        migrations.CreateModel(
            name='ReplicationController',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('cluster.resource',),
        ),
    ]
