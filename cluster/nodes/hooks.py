"""What a container is to do once it has started and before it is stopped, and which of that can be read off its words.

What cannot be (a request, a script that asks others) is carried out; what came of that stands in `hooked`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, get_args

from cluster.machinery.objects import Obj
from cluster.nodes import carried, foretelling, script

Event = Literal["postStart", "preStop"]
EVENTS: tuple[Event, ...] = get_args(Event)

_SAID_BY_ITS_WORDS = frozenset({"true", "false", "sleep", "echo", "printf", ":"})


def handler(container: Obj, event: str) -> Obj:
    """The hook as the container has it; nothing where it has none."""
    found: Obj = (container.get("lifecycle") or {}).get(event) or {}
    return found


def command(given: Obj) -> tuple[str, ...]:
    """The words of a hook that runs a command."""
    return tuple(str(word) for word in (given.get("exec") or {}).get("command") or ())


def is_carried_out(container: Obj, event: Event) -> bool:
    """Whether only carrying it out tells what it does."""
    if not container.get("lifecycle"):
        return False
    given = handler(container, event)
    words = command(given)
    if not words:
        return bool(given.get("httpGet") or given.get("tcpSocket"))
    # What is written at the end is nobody's to foretell: when it comes is not known.
    return not _is_read_off(words) or (event == "preStop" and _leaves_files(words))


def are_carried_out(container: Obj) -> bool:
    """One of its hooks is carried out."""
    return any(is_carried_out(container, event) for event in EVENTS)


@lru_cache(maxsize=1024)
def _leaves_files(words: tuple[str, ...]) -> bool:
    return carried.can_be_carried_out(words) and bool(script.command(words, 0.0).files)


@lru_cache(maxsize=1024)
def _is_read_off(words: tuple[str, ...]) -> bool:
    """All it does is read off, or nobody could carry it out."""
    program = words[0].rpartition("/")[2]
    if program not in script.SHELLS:
        return program not in carried.CARRIED_OUT or program in _SAID_BY_ITS_WORDS
    if not carried.can_be_carried_out(words):
        return True
    text = words[words.index("-c") + 1]
    return script.follow(text, 0.0).certain and foretelling.is_foretold(words)
