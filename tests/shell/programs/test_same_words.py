"""What the page says of a request is what the program in the pod prints, and both meet the same answer."""

from __future__ import annotations

import pytest

from cluster import requests
from tests.network import town
from tests.shell.containers import run
from tests.shell.programs import peer


@pytest.mark.parametrize(
    "url",
    ["http://hl:81", "http://web:81", "http://nowhere", "https://hl:80", "http://10.244.0.99", "http://10.96.77.7"],
)
async def test_a_failure_is_told_in_the_same_words(url: str) -> None:
    world = peer.world()
    asker = peer.machine("nginx:1.27", world)
    told = requests.send(world, town.CONFIG, source="asker", to=url, pick=town.first, now=peer.NOW).trace
    printed = await run(asker, "curl", "-sSk", url)
    assert printed.err == f"{told['says']}\n"
    assert printed.status != 0


@pytest.mark.parametrize("url", ["http://web/", "http://web/nowhere", "http://hl/"])
async def test_an_answer_is_the_same_one(url: str) -> None:
    world = peer.world()
    asker = peer.machine("nginx:1.27", world)
    told = requests.send(world, town.CONFIG, source="asker", to=url, pick=town.first, now=peer.NOW).trace["response"]
    printed = await run(asker, "curl", "-si", url)
    head, _, body = printed.out.partition("\r\n\r\n")
    assert head.split("\r\n")[0] == f"HTTP/1.1 {told['status']} {told['phrase']}"
    assert [tuple(line.split(": ", 1)) for line in head.split("\r\n")[1:]] == [tuple(each) for each in told["headers"]]
    assert body == told["body"]
