"""`manage.py apply -f FILE…`: store manifests as the form does, all or nothing."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cluster.management import reach
from cluster.models import Cluster

MANIFESTS = (".json", ".yaml", ".yml")


class Command(BaseCommand):
    help = "Store Kubernetes manifests in a simulated cluster: all of them, or none when one is refused."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "-f",
            "--filename",
            action="append",
            required=True,
            help="a file, a folder of .yaml, .yml and .json files, or - for standard input",
        )
        parser.add_argument("--cluster", default="demo", help="the cluster's name (default %(default)s)")
        parser.add_argument("--namespace", "-n", default="default", help="for objects that name none")
        parser.add_argument("--data", help="folder of the database and secrets (default data)")

    def handle(self, *args: Any, **options: Any) -> None:
        from cluster.submission import submit

        texts = [text for filename in options["filename"] for text in _texts(filename)]
        with reach.database():
            cluster = cluster_named(options["cluster"])
            submission = submit(cluster.pk, texts, author="manage.py apply", namespace=options["namespace"])
        for line in submission.lines():
            (self.stdout if submission.ok else self.stderr).write(line)
        if not submission.ok:
            sys.exit(1)


def _texts(filename: str) -> list[tuple[str, bytes]]:
    """(name, content) of what -f names; of a folder its manifests in order of name, as kubectl takes them."""
    if filename == "-":
        return [(filename, sys.stdin.buffer.read())]
    path = Path(filename)
    try:
        files = sorted(each for each in path.iterdir() if each.suffix in MANIFESTS) if path.is_dir() else [path]
        if not files:
            raise CommandError(f"there is no manifest in {filename}: no {', '.join(MANIFESTS)} file")
        return [(str(file), file.read_bytes()) for file in files]
    except OSError as error:
        raise CommandError(f"cannot read {error.filename or filename}: {error.strerror}") from error


def cluster_named(slug: str) -> Cluster:
    """The cluster, or a CommandError that names those there are."""
    found = Cluster.objects.filter(slug=slug).first()
    if found is None:
        present = ", ".join(Cluster.objects.values_list("slug", flat=True)) or "none yet; `manage.py up` makes demo"
        raise CommandError(f"there is no cluster {slug}. Clusters: {present}.")
    return found
