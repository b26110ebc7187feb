"""What is too long, too much or senseless is refused with a sentence; nobody keeps what was meant for one person."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from dashboard.asgi import application
from dashboard.bodies import MOST, MOST_OF_A_STRANGER
from tests.dashboard.conftest import Browser, signed_in
from tests.dashboard.websocket import Communicator

PIECE = b"x" * 65_536
STRANGER = "Who is not signed in may send 64 KB at once. Sign in first."


class Upload:
    """A request whose body is sent piece by piece, for as long as anybody takes it."""

    def __init__(self, length: int, *, declared: bool, cookie: str = "", accept: str = "application/json") -> None:
        headers = {"host": "testserver", "accept": accept, "content-type": "application/json", "cookie": cookie}
        headers |= {"content-length": str(length)} if declared else {"transfer-encoding": "chunked"}
        self.left, self.taken = length, 0
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/clusters/demo/plan",
            "raw_path": b"/clusters/demo/plan",
            "query_string": b"",
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("192.0.2.1", 50000),
            "server": ("127.0.0.1", 8000),
        }
        self.talk = Communicator(self._application, scope)

    async def _application(self, scope: Any, receive: Any, send: Any) -> None:
        give: Any = self._give
        await application(scope, give, send)

    async def _give(self) -> dict[str, Any]:
        if not self.left:
            await asyncio.Future()  # the browser stays on the line
        piece = PIECE[: self.left]
        self.left -= len(piece)
        self.taken += len(piece)
        return {"type": "http.request", "body": piece, "more_body": self.left > 0}

    async def answer(self) -> tuple[int, dict[str, str], str]:
        start = await self.talk.receive_output(timeout=30)
        body, more = b"", True
        while more:
            part = await self.talk.receive_output(timeout=30)
            body, more = body + part["body"], part.get("more_body", False)
        await self.talk.wait(timeout=30)
        return (
            start["status"],
            {name.decode().lower(): value.decode() for name, value in start["headers"]},
            body.decode(),
        )


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "in chunks"])
async def test_a_stranger_sends_little(hub: object, declared: bool) -> None:
    status, headers, body = await Upload(MOST_OF_A_STRANGER + 1, declared=declared).answer()
    assert (status, STRANGER in body, headers["connection"]) == (413, True, "close")


async def test_a_made_up_session_is_a_strangers(hub: object) -> None:
    status, _, body = await Upload(MOST, declared=True, cookie="kubarium_session=made-up; theme=dark").answer()
    assert (status, STRANGER in body) == (413, True)


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "in chunks"])
async def test_who_is_signed_in_sends_more_but_not_gigabytes(alices: Browser, declared: bool) -> None:
    cookie = "; ".join(f"{each.key}={each.value}" for each in alices.client.cookies.values())
    upload = Upload(8 * 1024**3, declared=declared, cookie=cookie)
    status, _, body = await upload.answer()
    assert (status, "At most 16 MB are taken at once." in body) == (413, True)
    assert upload.taken < 64 * 1024**2
    status, _, body = await Upload(MOST_OF_A_STRANGER + 1, declared=declared, cookie=cookie).answer()
    assert status == 403, "taken whole, and refused since it bears no token"


async def test_a_person_gets_a_page(hub: object) -> None:
    status, headers, body = await Upload(MOST, declared=True, accept="text/html").answer()
    assert (status, STRANGER in body) == (413, True)
    assert headers["content-type"].startswith("text/html")
    assert "content-security-policy" in headers


async def forged_host(browser: Browser) -> Any:
    return await browser.get("/", headers={"host": "evil.example"})


async def many_fields(browser: Browser) -> Any:
    return await browser.post("/clusters/demo/apply", {f"field{number}": "" for number in range(2501)})


async def many_files(browser: Browser) -> Any:
    files = [SimpleUploadedFile(f"{number}.yaml", b"a: 1") for number in range(201)]
    return await browser.post("/clusters/demo/apply", {"files": files})


async def much_text(browser: Browser) -> Any:
    return await browser.post("/clusters/demo/apply", {"text": "x" * (12 * 1024**2 + 1)})


async def damaged_form(browser: Browser) -> Any:
    return await browser.post("/clusters/demo/apply", b"--", content_type="multipart/form-data; boundary=")


SENSELESS: list[tuple[Callable[[Browser], Any], int, str]] = [
    (forged_host, 400, "The site is not reached by the name"),
    (many_fields, 400, "A form has at most 2,500 fields."),
    (many_files, 400, "At most 200 files are taken at once."),
    (much_text, 413, "At most 12 MB are taken at once."),
    (damaged_form, 400, "This request is damaged"),
]


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize(("send", "status", "sentence"), SENSELESS, ids=[each.__name__ for each, *_ in SENSELESS])
async def test_what_django_refuses_by_itself(
    alice: User, send: Callable[[Browser], Any], status: int, sentence: str, accept: str
) -> None:
    response = await send(await signed_in(alice, accept=accept))
    assert response.status_code == status, response.content[:300]
    assert response.headers["Content-Type"].split(";")[0] == accept
    said = response.json()["message"] if accept == "application/json" else response.content.decode()
    assert sentence in said


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", "private, no-store"),
        ("/clusters/demo/", "private, no-store"),
        ("/clusters/demo/apply", "private, no-store"),
        ("/clusters/demo/objects/services/default/web", "private, no-store"),
        ("/clusters/demo/resolve?name=web", "private, no-store"),
        ("/nowhere", "private, no-store"),
        ("/accounts/login/", "max-age=0, no-cache, no-store, must-revalidate, private"),
        ("/admin/", "max-age=0, no-cache, no-store, must-revalidate, private"),
        ("/static/favicon.svg", "max-age=0, public"),
    ],
)
async def test_only_static_files_are_kept(alices: Browser, path: str, kept: str) -> None:
    assert (await alices.get(path)).headers["Cache-Control"] == kept
