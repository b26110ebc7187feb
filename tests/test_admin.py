"""Django's admin over the stored objects: every list opens, and every write goes through the store or is refused."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from cluster.intents import Create
from cluster.models import KINDS, Change, Cluster, ConfigMap, Resource
from cluster.store import commit, create_cluster, since
from tests.objects import config_map, service

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cluster() -> Cluster:
    made = create_cluster("test", author="tester")
    commit(made.pk, [Create(config_map("settings")), Create(service("web"))], author="ada", cause="apply")
    return made


@pytest.fixture
def admin(cluster: Cluster) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="not-a-secret-here"))
    return client


def row(name: str) -> Resource:
    found: Resource = ConfigMap.objects.get(name=name, namespace="default")
    return found


def manifest(value: str, name: str = "settings") -> str:
    return (
        f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n  namespace: default\ndata:\n  value: '{value}'\n"
    )


@pytest.mark.parametrize("model", [*KINDS, Cluster, Change], ids=lambda model: model.__name__)
def test_every_list_opens_and_a_stranger_sees_none(admin: Client, model: type) -> None:
    address = reverse(f"admin:cluster_{model.__name__.lower()}_changelist")
    assert admin.get(address).status_code == 200
    assert Client(headers={"accept": "text/html"}).get(address).status_code == 302


def test_an_edited_manifest_goes_through_the_store(admin: Client, cluster: Cluster) -> None:
    before = Change.objects.filter(cluster=cluster).count()
    address = reverse("admin:cluster_configmap_change", args=[row("settings").pk])
    page = admin.get(address)
    assert b"value: &#x27;1&#x27;" in page.content or b"value: &quot;1&quot;" in page.content
    assert admin.post(address, {"manifest": manifest("2")}).status_code == 302
    assert row("settings").object["data"] == {"value": "2"}
    last = since(cluster.pk, 0)[-1]
    assert (last.type, last.author, last.cause) == ("MODIFIED", "root", "admin")
    assert Change.objects.filter(cluster=cluster).count() == before + 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (manifest("2", name="Not_A_Name"), "not found"),  # an update of another name is an update of nothing
        ("apiVersion: v1\nkind: ConfigMap\n  metadata: {}\n", "line 3"),
        (manifest("2") + "---\n" + manifest("3"), "One object is edited here. This text holds 2."),
        ("apiVersion: v1\nkind: Unknown\nmetadata:\n  name: settings\n", "no matches for kind"),
    ],
    ids=["another name", "not YAML", "two objects", "unknown kind"],
)
def test_a_manifest_that_is_refused_says_why_and_changes_nothing(
    admin: Client, cluster: Cluster, text: str, said: str
) -> None:
    stored = row("settings").object
    page = admin.post(reverse("admin:cluster_configmap_change", args=[row("settings").pk]), {"manifest": text})
    assert page.status_code == 200
    assert said in page.content.decode()
    assert row("settings").object == stored


def test_a_new_object_is_created_and_one_deleted(admin: Client, cluster: Cluster) -> None:
    address = reverse("admin:cluster_configmap_add")
    assert admin.post(address, {"cluster": cluster.pk, "manifest": manifest("7", name="fresh")}).status_code == 302
    assert row("fresh").object["data"] == {"value": "7"}
    delete = reverse("admin:cluster_configmap_delete", args=[row("fresh").pk])
    assert admin.post(delete, {"post": "yes"}).status_code == 302
    assert not ConfigMap.objects.filter(name="fresh").exists()
    assert since(cluster.pk, 0)[-1].type == "DELETED"


def test_a_cluster_is_made_with_its_system_objects_and_ended_with_all(admin: Client) -> None:
    address = reverse("admin:cluster_cluster_add")
    assert admin.post(address, {"slug": "second", "title": "", "pace": "brisk", "gates": ""}).status_code == 302
    second = Cluster.objects.get(slug="second")
    assert Resource.objects.filter(cluster=second, resource="namespaces").count() == 4
    delete = reverse("admin:cluster_cluster_delete", args=[second.pk])
    assert admin.post(delete, {"post": "yes"}).status_code == 302
    assert not Resource.objects.filter(cluster_id=second.pk).exists()


def test_the_log_can_be_read_and_not_written(admin: Client, cluster: Cluster) -> None:
    change = Change.objects.filter(cluster=cluster, name="settings")[0]
    page = admin.get(reverse("admin:cluster_change_change", args=[change.pk]))
    assert b"kind: ConfigMap" in page.content
    assert admin.get(reverse("admin:cluster_change_add")).status_code == 403
