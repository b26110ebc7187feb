"""A server with clusters of a test's own, made as a program would: over HTTP, as the near visitor."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from itertools import count
from pathlib import Path
from typing import Any, Self

import orjson

from tests.server import ROOT, Server

ARTICLE = "---\n".join(path.read_text() for path in sorted((ROOT / "cluster/scenarios/headless").glob("*.yaml")))
"""The demo cluster's manifests."""


def scenario(slug: str) -> str:
    """A packaged scenario's manifests as one text."""
    return "---\n".join(path.read_text() for path in sorted((ROOT / "cluster/scenarios" / slug).glob("*.yaml")))


class Site(Server):
    """`site.cluster(ARTICLE)` is the name of a new cluster with these objects."""

    def __init__(self, data: Path, *arguments: str) -> None:
        super().__init__(data, *arguments)
        self.numbers = count(1)

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def cluster(self, manifests: str = "", *, pace: str = "instant") -> str:
        slug = f"test-{next(self.numbers)}"
        self._post("/clusters/", "text/html", slug=slug, pace=pace)
        if manifests:
            self.apply(slug, manifests)
        return slug

    def apply(self, slug: str, manifests: str) -> Any:
        """What the form answers a program; raises when the submission is refused."""
        return orjson.loads(self._post(f"/clusters/{slug}/apply/", "application/json", text=manifests))

    def fork(self, slug: str, at: int) -> str:
        """A new cluster that begins as another one was."""
        made: str = orjson.loads(
            self._post(f"/clusters/{slug}/fork", "application/json", at=str(at), slug=f"test-{next(self.numbers)}")
        )["slug"]
        return made

    def has(self, slug: str, path: str) -> bool:
        """Whether the object at resource/namespace/name is stored."""
        try:
            self.get(f"/clusters/{slug}/objects/{path}")
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return False
            raise
        return True

    def _post(self, path: str, accept: str, **fields: str) -> bytes:
        opener, cookies = self.session()
        request = urllib.request.Request(
            f"{self.web}{path}",
            data=urllib.parse.urlencode(fields).encode(),
            headers={"Accept": accept, "X-CSRFToken": cookies["kubarium_csrf"], "Origin": self.web},
        )
        with opener.open(request) as answer:
            content: bytes = answer.read()
        return content
