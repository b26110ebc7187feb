"""`manage.py up`: migrations, the demo cluster, and everything served from one process."""

from __future__ import annotations

import asyncio
import gc
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from channels.routing import get_default_application
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError
from django.core.management.base import BaseCommand

from cluster.api.accounts import by_account_token
from cluster.api.app import KubernetesApi
from cluster.api.clientcertificates import by_certificate
from cluster.api.kubeconfig import Addresses
from cluster.api.tokens import by_token
from cluster.binding import in_address, is_loopback
from cluster.dns.forwarder import Address, address
from cluster.management import credentials, preparing, reach
from cluster.models import Cluster

TURN = 0.0005
"""Seconds that a thread may keep the interpreter while another one waits for it. The event loop gives it away with each
packet that it sends and each look for new ones; by Python's own 5 ms it waits so long each time while a thread commits,
plans a submission or imports, and whoever looks at another cluster waits with it."""


class Command(BaseCommand):
    help = "Serve the web site, the simulated clusters' controllers and their DNS from this one process."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--bind", type=_bind, default="127.0.0.1", help="address to listen on (default %(default)s)"
        )
        parser.add_argument("--port", type=_port, default=8000, help="web site (default %(default)s; 0: any free one)")
        parser.add_argument(
            "--api-port", type=_port, default=6443, help="Kubernetes API over TLS (default %(default)s)"
        )
        parser.add_argument("--dns-port", type=_port, default=10053, help="DNS over UDP and TCP (default %(default)s)")
        parser.add_argument(
            "--dns-forward",
            type=_address,
            metavar="ADDRESS[:PORT]",
            help="a resolver to ask for names outside the clusters (default: nobody, they are refused)",
        )
        parser.add_argument("--data", help="folder of the database and secrets (default data)")
        parser.add_argument(
            "--pace",
            choices=[choice.value for choice in Cluster.Pace],
            help="how long simulated pods take; sets the demo cluster's and new clusters' pace",
        )
        parser.add_argument("--no-demo", action="store_true", help="the cluster demo then holds system objects only")

    def handle(self, *args: Any, **options: Any) -> None:
        from cluster.serving import CannotListen, Ports, Site, serve

        _spare_the_collector()
        sys.setswitchinterval(TURN)
        reach.channel_layer()
        with preparing.alone(), reach.database(made=False):
            preparing.migrate()
            _prepare(demo=not options["no_demo"], pace=options["pace"])
            self._token = credentials.admin_token(settings.DNS_CLUSTER)
            self._closed = not is_loopback(options["bind"]) and not _somebody_can_sign_in()
        settings.BIND = options["bind"]
        bind = options["bind"]
        ports = Ports(bind, options["port"], options["api_port"], options["dns_port"], options["dns_forward"])
        site = Site(
            get_default_application(), KubernetesApi(by_certificate, by_token, by_account_token), credentials.tls(bind)
        )
        try:
            asyncio.run(serve(site, ports, settings.DNS_CLUSTER, self._ready))
        except CannotListen as error:
            raise CommandError(str(error)) from error
        finally:
            gc.freeze()  # the interpreter's end walks all there is several times, to find nothing that matters any more

    def _ready(self, bound: Addresses) -> None:
        host = in_address(bound.bind)
        web = f"http://{host}:{bound.web}"
        kept = credentials.keep(settings.DNS_CLUSTER, self._token, bound)
        self.stdout.write(f"ready web={web} api=https://{host}:{bound.api} dns={host}:{bound.dns}")
        if sys.stdout.isatty():
            self.stdout.write(f"\n  Open {web}/clusters/demo/ in a browser. Ctrl-C ends it.")
            self.stdout.write(f"  kubectl --kubeconfig {kept} get pods\n")
        self.stdout.flush()
        if self._closed:
            self.stderr.write(
                "Nobody can sign in yet, and on such an address nobody is signed in by being near. "
                "Make a user: .venv/bin/python manage.py createsuperuser"
            )


def _spare_the_collector() -> None:
    """A cluster is many small dicts that live long and hold no cycles: walking them all again and again is a third of
    the cost of making a thousand pods. What is loaded so far stays out of it, and the rest is walked less often."""
    gc.freeze()
    gc.set_threshold(10_000, 5, 1000)
    gc.enable()


def _address(text: str) -> Address:
    try:
        return address(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is no address of a resolver: {error}") from error


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 5 or int(text) > 65535:
        raise ArgumentTypeError(f"a port is a number from 1 to 65535, or 0 for any free one. This is {text!r}")
    return int(text)


def _bind(text: str) -> str:
    found = text.strip().removeprefix("[").removesuffix("]")
    if not found:
        raise ArgumentTypeError("an address is missing. 127.0.0.1 is this machine alone, 0.0.0.0 all who can reach it")
    return found


def _somebody_can_sign_in() -> bool:
    return any(user.has_usable_password() for user in get_user_model().objects.only("password"))


def _prepare(*, demo: bool, pace: str | None) -> None:
    """The cluster `demo`: made at the first start, left as it is afterwards."""
    from cluster.scenarios import load
    from cluster.store import create_cluster

    found = Cluster.objects.filter(slug="demo").first()
    if found is None:
        found = create_cluster("demo", author="kubarium", title="Demo", **({"pace": pace} if pace else {}))
        if demo:
            load(found.pk, "headless", author="kubarium")
    elif pace and found.pace != pace:
        Cluster.objects.filter(pk=found.pk).update(pace=pace)
