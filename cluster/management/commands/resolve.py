"""`manage.py resolve NAME`: ask a cluster's DNS as a pod would, and print the walk as JSON."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError

from cluster.machinery.errors import ApiError
from cluster.management import reach
from cluster.management.commands.apply import cluster_named


class Command(BaseCommand):
    help = "Ask a cluster's DNS as a pod would: the steps of the search list, the answer and why."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--type", default="A", help="record type (default %(default)s)")
        parser.add_argument("--pod", default="", help="the pod that asks")
        parser.add_argument("--namespace", "-n", default="default", help="of the pod (default %(default)s)")
        parser.add_argument("--cluster", default="demo", help="the cluster's name (default %(default)s)")
        parser.add_argument("--data", help="folder of the database and secrets (default data)")

    def handle(self, *args: Any, **options: Any) -> None:
        from cluster.questions import ask
        from cluster.store import snapshot

        with reach.database():
            cluster = cluster_named(options["cluster"])
            world = snapshot(cluster.pk)
        try:
            answer = ask(
                world,
                cluster.config,
                name=options["name"],
                type=options["type"],
                pod=options["pod"],
                namespace=options["namespace"],
                now=cluster.clock.at(time.time()),
            )
        except ApiError as error:
            raise CommandError(error.message) from error
        steps = [
            {field: step[field] for field in ("qname", "qtype", "rcode", "records")}
            for step in answer["steps"]
            if step["asked"]
        ]
        printed = {**{field: answer[field] for field in ("asker", "rcode", "records", "reasons")}, "steps": steps}
        order = ("asker", "steps", "rcode", "records", "reasons")
        text = orjson.dumps({field: printed[field] for field in order}, option=orjson.OPT_INDENT_2)
        self.stdout.write(text.decode())
