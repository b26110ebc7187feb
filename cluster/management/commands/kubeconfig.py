"""`manage.py kubeconfig`: what kubectl needs to reach a cluster, as a kubeconfig on standard output."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from cluster.management import credentials, reach


class Command(BaseCommand):
    help = "Print a kubeconfig with a new token: manage.py kubeconfig > kubarium.yaml; kubectl --kubeconfig …"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", help="folder of the database and secrets (default data)")
        parser.add_argument("--cluster", default="demo", help="which cluster (default %(default)s)")
        parser.add_argument("--user", default=credentials.ADMIN, help="who it is for (default %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        with reach.database():
            self.stdout.write(credentials.made(options["cluster"], options["user"]), ending="")
