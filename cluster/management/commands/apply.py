"""`manage.py apply -f FILE…`: store manifests as the form does, all or nothing."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cluster.management import reach
from cluster.models import Cluster


class Command(BaseCommand):
    help = "Store Kubernetes manifests in a simulated cluster: all of them, or none when one is refused."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("-f", "--filename", action="append", required=True, help="a file, or - for standard input")
        parser.add_argument("--cluster", default="demo", help="the cluster's name (default %(default)s)")
        parser.add_argument("--namespace", "-n", default="default", help="for objects that name none")
        parser.add_argument("--data", help="folder of the database and secrets (default data)")

    def handle(self, *args: Any, **options: Any) -> None:
        from cluster.submission import submit

        texts = [(filename, _read(filename)) for filename in options["filename"]]
        with reach.database():
            cluster = cluster_named(options["cluster"])
            submission = submit(cluster.pk, texts, author="manage.py apply", namespace=options["namespace"])
        for line in submission.lines():
            (self.stdout if submission.ok else self.stderr).write(line)
        if not submission.ok:
            sys.exit(1)


def _read(filename: str) -> bytes:
    if filename == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(filename).read_bytes()
    except OSError as error:
        raise CommandError(f"cannot read {filename}: {error.strerror}") from error


def cluster_named(slug: str) -> Cluster:
    """The cluster, or a CommandError that names those there are."""
    found = Cluster.objects.filter(slug=slug).first()
    if found is None:
        present = ", ".join(Cluster.objects.values_list("slug", flat=True)) or "none yet; `manage.py up` makes demo"
        raise CommandError(f"there is no cluster {slug}. Clusters: {present}.")
    return found
