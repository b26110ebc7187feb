"""How a container's process goes, read off its command line and its image: when it ends, how, what it leaves behind.

No command is executed. A program that is not known serves for ever, except where something is to end: in an init
container, and in a pod that is not always restarted; there it is a task that takes a while and goes well.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from cluster.config import Pace
from cluster.machinery.objects import Obj, annotations_of, spec, uid
from cluster.nodes import pace, script, servers
from cluster.nodes.script import FOREVER

CRASH_ANNOTATION = "kubarium.dev/crash"
CRASH_SECONDS = 1.0
SIGKILL_EXIT = 137

_HANDLER = re.compile(r"\b(trap|exec)\s")


class Run(NamedTuple):
    """How a container's process goes: it ends by itself after `seconds` (FOREVER: not) with `exit_code`; told to stop
    it takes `stop_seconds` (FOREVER: it ignores the signal and is killed)."""

    seconds: float
    exit_code: int = 0
    stop_seconds: float = 0.0
    files: tuple[script.FileChange, ...] = ()
    waits_for: tuple[str, ...] = ()
    """Host names it asks for until they are found; it ends, or goes on, only then."""


def run(pod: Obj, container: dict[str, Any], speed: Pace = "instant") -> Run:
    """How this container's process will go."""
    if annotations_of(pod).get(CRASH_ANNOTATION) == "true":
        return Run(CRASH_SECONDS, 1)
    words = tuple(str(word) for word in (*(container.get("command") or ()), *(container.get("args") or ())))
    image = str(container.get("image") or "")
    task = _task_seconds(pod, container, speed)
    if container.get("command") or (words and servers.called(image) in servers.SHELLS):
        return _of_words(words, task)
    # Without a command a system's shell finds no input and ends at once: the classic completed-then-restarted pod.
    if words or container.get("stdin") or servers.called(image) not in servers.SHELLS:
        serves = task is None or bool(servers.known(image))
        return Run(FOREVER if serves else task or 0.0)
    return Run(0.0)


def last_words(container: dict[str, Any], run: Run) -> str:
    """What a process has written where its node looks for a message once it is over (`terminationMessagePath`)."""
    path = container.get("terminationMessagePath") or "/dev/termination-log"
    return next((each.text for each in reversed(run.files) if each.path == path and each.at <= run.seconds), "")


def _task_seconds(pod: Obj, container: dict[str, Any], speed: Pace) -> float | None:
    """How long a program that is not known takes where it is to end; None where it is to serve."""
    ends = any(each.get("name") == container.get("name") for each in spec(pod).get("initContainers") or ())
    if container.get("restartPolicy") == "Always":
        return None
    if not ends and (spec(pod).get("restartPolicy") or "Always") == "Always":
        return None
    return pace.duration(speed, "task", f"{uid(pod)}/{container.get('name')}")


@lru_cache(maxsize=4096)
def _of_words(words: tuple[str, ...], task: float | None) -> Run:
    program = words[0].rpartition("/")[2]
    if program in script.SHELLS and "-c" in words[:-1]:
        text = words[words.index("-c") + 1]
        end = script.follow(text, task)
        # A shell as process 1 has no handler for the signal that asks it to stop, so it is killed.
        stop = 0.0 if _HANDLER.search(text) else FOREVER
        return Run(end.seconds, end.exit_code, stop, end.files, end.waits_for)
    end = script.command(words, task)
    return Run(end.seconds, end.exit_code, FOREVER if program == "sleep" else 0.0, end.files, end.waits_for)
