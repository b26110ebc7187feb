"""Who may do what; who is signed in by sitting at the machine; which pages may open a socket."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.models import Session

from cluster.machinery.errors import Forbidden
from cluster.models import Cluster
from dashboard.access import Verb, authorize, may_write
from dashboard.accounts.nearby import WELCOME, administrator, is_near
from dashboard.asgi import application
from dashboard.origin import is_own
from tests.dashboard.websocket import Communicator

STAFF = User(pk=1, username="ada", is_staff=True)
MEMBER = User(pk=2, username="bob")
OWNER = User(pk=3, username="cleo")
ENDED = User(pk=4, username="dan", is_staff=True, is_active=False)
CLUSTER = Cluster(slug="demo", owner=OWNER)

RIGHTS: list[tuple[Any, Verb, str, bool]] = [
    (STAFF, "delete", "pods", True),
    (STAFF, "get", "secrets", True),
    (OWNER, "patch", "statefulsets", True),
    (OWNER, "get", "secrets", True),
    (MEMBER, "list", "pods", True),
    (MEMBER, "watch", "", True),
    (MEMBER, "get", "secrets", False),
    (MEMBER, "create", "pods", False),
    (MEMBER, "delete", "pods", False),
    (AnonymousUser(), "get", "pods", False),
    (ENDED, "get", "pods", False),
]


@pytest.mark.parametrize(("user", "verb", "resource", "allowed"), RIGHTS)
def test_rights(user: Any, verb: Verb, resource: str, allowed: bool) -> None:
    if allowed:
        authorize(user, CLUSTER, verb, resource)
        return
    with pytest.raises(Forbidden) as refused:
        authorize(user, CLUSTER, verb, resource, namespace="default", name="x")
    assert f"cannot {verb} {resource}" in refused.value.message


def test_a_cluster_of_nobody_belongs_to_no_stranger() -> None:
    assert not may_write(AnonymousUser(), Cluster(slug="x"))
    assert not may_write(MEMBER, Cluster(slug="x"))


NEAR: list[tuple[str, dict[str, str], str, str, bool]] = [
    ("127.0.0.1", {"host": "127.0.0.1:8000"}, "127.0.0.1", "", True),
    ("127.0.0.1", {"host": "localhost:8000"}, "127.0.0.1", "", True),
    ("::1", {"host": "[::1]:8000"}, "::1", "", True),
    ("localhost", {"host": "localhost"}, "127.0.0.1", "", True),
    ("0.0.0.0", {"host": "127.0.0.1:8000"}, "127.0.0.1", "", False),
    ("", {"host": "127.0.0.1:8000"}, "127.0.0.1", "", False),
    ("127.0.0.1", {"host": "rebound.example:8000"}, "127.0.0.1", "", False),
    ("127.0.0.1", {"host": "127.0.0.1.example"}, "127.0.0.1", "", False),
    ("127.0.0.1", {}, "127.0.0.1", "", False),
    ("127.0.0.1", {"host": "localhost", "x-forwarded-for": "192.0.2.1"}, "127.0.0.1", "", False),
    ("127.0.0.1", {"host": "localhost", "forwarded": "for=192.0.2.1"}, "127.0.0.1", "", False),
    ("127.0.0.1", {"host": "localhost", "via": "1.1 proxy"}, "127.0.0.1", "", False),
    ("127.0.0.1", {"host": "localhost"}, "192.0.2.1", "", False),
    ("127.0.0.1", {"host": "localhost"}, "", "", False),
    ("127.0.0.1", {"host": "localhost"}, "127.0.0.1", "k.example.org", False),
]


@pytest.mark.parametrize(("bind", "headers", "peer", "public", "near"), NEAR)
def test_nearness(settings: Any, bind: str, headers: dict[str, str], peer: str, public: str, near: bool) -> None:
    settings.BIND, settings.PUBLIC_HOST = bind, public
    assert is_near(headers, peer) is near


async def ask(path: str, headers: dict[str, str], peer: str = "127.0.0.1") -> tuple[int, dict[str, str], str]:
    """A request through the whole ASGI application, as the server hands it over."""
    communicator = Communicator(
        application,
        {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": (peer, 50000),
            "server": ("127.0.0.1", 8000),
        },
    )
    await communicator.send_input({"type": "http.request", "body": b"", "more_body": False})
    start = await communicator.receive_output(timeout=30)
    body = await communicator.receive_output(timeout=30)
    await communicator.wait(timeout=30)
    found = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return start["status"], found, body["body"].decode()


async def test_the_first_run_signs_the_near_one_in_and_says_so(hub: object, settings: Any) -> None:
    settings.BIND = "127.0.0.1"
    status, headers, body = await ask("/", {"host": "127.0.0.1:8000", "accept": "text/html"})
    assert (status, WELCOME in body) == (200, True)
    assert "kubarium_session=" in headers["set-cookie"]
    assert not (await User.objects.aget(username="admin")).has_usable_password()


async def test_a_near_program_is_answered_without_a_session(hub: object, settings: Any) -> None:
    settings.BIND = "127.0.0.1"
    status, headers, body = await ask("/clusters/demo/objects/services/default/web", {"host": "localhost:8000"})
    assert (status, body[:12]) == (200, '{"revision":')
    assert "set-cookie" not in headers
    assert await Session.objects.acount() == 0


@pytest.mark.django_db(transaction=True)
def test_the_administrator_is_made_once_though_two_come_together(monkeypatch: pytest.MonkeyPatch) -> None:
    other = administrator()
    monkeypatch.setattr(
        User.objects, "filter", lambda **_: User.objects.none()
    )  # this one looked before that was there
    assert administrator() == other


async def test_a_password_ends_the_first_run(hub: object, settings: Any) -> None:
    settings.BIND = "127.0.0.1"
    await User.objects.acreate_user("ada", password="correct-horse-battery")
    status, headers, _ = await ask("/", {"host": "127.0.0.1:8000", "accept": "text/html"})
    assert (status, headers["location"]) == (302, "/accounts/login/?next=/")


async def test_elsewhere_nobody_is_signed_in(hub: object, settings: Any) -> None:
    settings.BIND = "0.0.0.0"
    status, headers, _ = await ask("/", {"host": "127.0.0.1:8000", "accept": "text/html"})
    assert (status, headers["location"]) == (302, "/accounts/login/?next=/")


ORIGINS: list[tuple[dict[str, str], bool]] = [
    ({"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000"}, True),
    ({"host": "localhost", "origin": "http://localhost"}, True),
    ({"host": "k.example.org", "origin": "https://k.example.org"}, True),
    ({"host": "127.0.0.1:8000"}, True),
    ({"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:9000"}, False),
    ({"host": "127.0.0.1:8000", "origin": "http://localhost:8000"}, False),
    ({"host": "127.0.0.1:8000", "origin": "https://evil.example"}, False),
    ({"host": "127.0.0.1:8000", "origin": "null"}, False),
    ({"host": "evil.example:8000", "origin": "http://evil.example:8000"}, False),
    ({}, False),
]


@pytest.mark.parametrize(("headers", "own"), ORIGINS)
def test_only_our_own_pages_open_a_socket(settings: Any, headers: dict[str, str], own: bool) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "k.example.org"]
    assert is_own(headers) is own
