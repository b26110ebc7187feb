"""Exec probes that are carried out: what they find, and what the kubelet's plans are told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from cluster.config import ClusterConfig
from cluster.containers import probing
from cluster.containers.instances import Instance, running
from cluster.containers.probing import Probing
from cluster.containers.trying import tried
from cluster.contents import Question
from cluster.contents.judged import at
from cluster.machinery.objects import PODS, Obj, key, spec
from cluster.nodes import probes
from cluster.nodes.execprobe import is_read
from cluster.nodes.view import View
from cluster.shell.machine import machines
from cluster.store.rows import Head
from cluster.watch import Hub, Mirror
from tests.shell.containers import NOW, Time, pod, world_of

WHERE = key(PODS, "default", "web-0")


def a_mirror(given: Obj) -> tuple[Mirror, Time]:
    time = Time()
    head = Head(1, "c" * 32, 1, 0, b"{}", ClusterConfig(), (NOW, NOW, 1.0), (0, 0))
    mirror = Mirror(head, world_of(given), wall=time)
    return mirror, time


def instance(mirror: Mirror) -> Instance:
    found = running(mirror.world.find(PODS, "default", "web-0") or {}, "app")
    assert found is not None
    return found


SAID = [
    ("busybox", "exit 3", 3),
    ("busybox", 'test "$(cat /etc/hostname)" = web-0', 0),
    ("busybox", '[ -n "$HOSTNAME" ] && test -f /etc/passwd && grep -q root /etc/passwd', 0),
    ("busybox", "cat /etc/passwd | grep -q nobody-at-all", 1),
    ("busybox", "test -f /x && grep -q y /x", 1),
    ("busybox", "for each in 1 2 3; do test $each -lt 3 || exit 4; done", 4),
    ("busybox", "no-such-program", 127),
    ("busybox", "if", 2),
    ("busybox", "sleep 5", 1),
    ("example.org/app", "no-such-program", 0),
    ("example.org/app", "[ $(cat /var/run/app | wc -l) -gt 3 ]", 0),
    ("nginx", "[ $(ls /usr/share/nginx/html | wc -l) -eq 2 ]", 0),
    ("postgres", "pg_isready -U ${USER:-postgres}", 0),
]


@pytest.mark.parametrize(("image", "script", "code"), SAID)
async def test_what_a_command_says(image: str, script: str, code: int) -> None:
    mirror, _ = a_mirror(pod(image, command=["sleep", "999"] if image == "busybox" else []))
    said = await tried(mirror, instance(mirror), ["sh", "-c", script], 1.0)
    assert said.code == code


async def test_what_it_says_of_itself() -> None:
    mirror, _ = a_mirror(pod("busybox", command=["sleep", "999"]))
    assert (await tried(mirror, instance(mirror), ["cat", "/no"], 1.0)).text == (
        "cat: can't open '/no': No such file or directory\n"
    )
    late = await tried(mirror, instance(mirror), ["sh", "-c", "sleep 5"], 2.0)
    assert late.text == 'command timed out: "sh -c sleep 5" timed out after 2s'
    missing = await tried(mirror, instance(mirror), ["nothing"], 1.0)
    assert missing.text.endswith('process: exec: "nothing": executable file not found in $PATH: unknown')
    wrote = await tried(mirror, instance(mirror), ["sh", "-c", "echo . >> /tmp/n; test $(wc -l < /tmp/n) -gt 1"], 1.0)
    assert wrote.wrote and wrote.code == 1


READ = [
    (("cat", "/tmp/healthy"), True),
    (("sh", "-c", "test -f /x && cat /y"), True),
    (("sh", "-c", "cat /x > /dev/null 2>&1 || exit 1"), True),
    (("grep", "-q", "ok", "/x"), True),
    (("sh", "-c", "test -f /x && grep -q ^a /x"), False),
    (("sh", "-c", 'test "$A" = b'), False),
    (("sh", "-c", "cat /x | wc -l"), False),
    (("redis-cli", "ping"), False),
    (("/scripts/ready.sh",), False),
]


@pytest.mark.parametrize(("words", "read"), READ)
def test_which_are_read(words: tuple[str, ...], read: bool) -> None:
    assert is_read(words) is read


@pytest.fixture
async def answering(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Probing]:
    monkeypatch.setattr(probing, "SPACING", 0.0)
    made = Probing(Hub())
    yield made
    for task in made._tasks:
        task.cancel()
    await asyncio.gather(*made._tasks, return_exceptions=True)


async def until(mirror: Mirror, code: int) -> float:
    question = Question("default", "web-0", "web-0-uid", "app", 0, "readiness")
    async with asyncio.timeout(30):
        while True:
            answers = mirror.contents.judged.ask(question)
            if answers and answers[-1].code == code:
                return answers[-1].since
            await asyncio.sleep(0.001)


async def test_the_kubelet_is_told_and_files_change_it(answering: Probing, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["sh", "-c", 'test "$(cat /tmp/state)" = ok']
    given: Any = pod("busybox", command=["sleep", "999"], readinessProbe={"exec": {"command": command}})
    given["status"]["containerStatuses"][0]["ready"] = False
    mirror, time = a_mirror(given)

    async def sleep(seconds: float) -> None:
        end = mirror.now() + seconds
        while mirror.now() < end:  # noqa: ASYNC110
            await asyncio.sleep(0.001)

    monkeypatch.setattr(mirror, "sleep", sleep)
    stirred: list[str] = []
    mirror.contents.on_write = stirred.append
    answering.hear(mirror)
    container = spec(given)["containers"][0]

    def found() -> probes.Finding:
        return probes.find(given, container, "readiness", mirror.now() - (NOW - 60), View(mirror.world, given))

    assert found().code == "unanswered"
    await until(mirror, 1)
    assert stirred[-1] == "container/web-0-uid/app/0"
    assert found().failure.startswith("Readiness probe failed: cat: can't open '/tmp/state'")
    machines(mirror).files(given, "app").write("/tmp/state", b"ok\n")
    time.now += 5
    since = await until(mirror, 0)
    assert since >= NOW + 5
    assert found() == probes.Finding()
    answers = mirror.contents.judged.ask(Question("default", "web-0", "web-0-uid", "app", 0, "readiness"))
    assert answers is not None
    assert at(answers, since - 0.5).code == 1
