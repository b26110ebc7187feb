"""How a container's process goes, read off its command line and its image: when it ends, how, what it leaves behind.

No command is executed. A program that is not known serves for ever, except where something is to end: in an init
container, and in a pod that is not always restarted; there it is a task that takes a while and goes well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from cluster import faults
from cluster.config import Pace
from cluster.machinery.objects import Obj, spec, uid
from cluster.nodes import agnhost, carried, demands, foretelling, hooks, identity, pace, script, servers
from cluster.nodes.script import FOREVER

CRASH_SECONDS = 1.0
SIGKILL_EXIT = 137
AGNHOST, NNP = "/agnhost", "/nnp"

_WITH_A_SHELL = servers.SHELLS | {"bind-utils", "busyboxplus", "netshoot"}
"""Images that are started with a shell."""
_MORE_SPOKEN_TO = """
    apk apt apt-get chgrp chroot clear dd dnf gawk hd hexdump ifconfig less mariadb mariadb-admin mawk more mount
    netstat nice node nohup od paste pgrep ping6 pkill python python3 rev route sha512sum ss stty telnet time top
    traceroute tty uptime valkey-cli vi watch xxd yes yum zcat zsh
"""
_SPOKEN_TO = carried.CARRIED_OUT | frozenset(_MORE_SPOKEN_TO.split())
"""Programs that read what somebody says, or say something to who is there."""
_HANDLER = re.compile(r"\b(trap|exec)\s")
_TRAP = re.compile(r"""\btrap\s+(?:--\s+)?(?:'([^']*)'|"([^"]*)"|(\w+))\s+([\w\s]+)""")
_READS_LINES = re.compile(r"\|\s*while\s+(?:\w+=\S*\s+)?read\b")
"""How often such a loop goes round is not in its words."""
_LAST_EXIT = re.compile(r"\bexit\s+(\d{1,3})\W*$")


class Run(NamedTuple):
    """How a container's process goes: it ends by itself after `seconds` (FOREVER: not) with `exit_code`; told to stop
    it takes `stop_seconds` (FOREVER: it ignores the signal and is killed) and ends with `stop_code`."""

    seconds: float
    exit_code: int = 0
    stop_seconds: float = 0.0
    files: tuple[script.FileChange, ...] = ()
    waits_for: tuple[str, ...] = ()
    """Host names it asks for until they are found; it ends, or goes on, only then."""
    stop_code: int = 0

    def stopped_within(self, seconds: float) -> int:
        """With what it ends that is told to stop, and killed if it does not by then."""
        return SIGKILL_EXIT if self.stop_seconds > seconds else self.stop_code


def run(
    pod: Obj, container: dict[str, Any], speed: Pace = "instant", variables: Mapping[str, str] | None = None
) -> Run:
    """How this container's process will go. `variables` as it was given them, where somebody knows."""
    if faults.is_on(pod, faults.CRASH):
        return Run(CRASH_SECONDS, 1)
    if demands.lacks_password(container, variables):
        return Run(CRASH_SECONDS, 1)
    found = _main(pod, container, speed)
    if not container.get("lifecycle"):
        return found
    begun = started_by_hook(container)
    if begun.exit_code and begun.seconds <= found.seconds:
        grace = float(spec(pod).get("terminationGracePeriodSeconds") or 0)
        return found._replace(seconds=begun.seconds, exit_code=found.stopped_within(grace), files=begun.files)
    return found._replace(files=(*begun.files, *found.files))


def started_by_hook(container: dict[str, Any]) -> script.End:
    """How its postStart hook goes, as far as that is read off its words; at once and well where it is not."""
    hook = hooks.handler(container, "postStart")
    if pause := hook.get("sleep"):
        return script.End(float(pause.get("seconds") or 0))
    command = hooks.command(hook)
    read_off = command and not hooks.is_carried_out(container, "postStart")
    return script.command(command, 0.0) if read_off else script.End(0.0)


def _main(pod: Obj, container: dict[str, Any], speed: Pace) -> Run:
    words = command_line(container)
    image = str(container.get("image") or "")
    task = _task_seconds(pod, container, speed)
    if attended(pod, container):
        stop, code = FOREVER if is_shell(words) or words[0].endswith("sleep") else 0.0, 0
        if is_shell(words) and "-c" in words[:-1]:
            stop, code = _told_to_stop(words[words.index("-c") + 1])
        waits_for = script.command(words, 0.0).waits_for if words else ()
        return Run(FOREVER, stop_seconds=stop, waits_for=waits_for, stop_code=code)
    if words:
        return _of_words(words, task)
    # Without a command a system's shell finds no input and ends at once: the classic completed-then-restarted pod.
    if container.get("args") or container.get("stdin") or servers.called(image) not in servers.SHELLS:
        serves = task is None or bool(servers.known(image))
        return Run(FOREVER if serves else task or 0.0)
    return Run(0.0)


def command_line(container: dict[str, Any]) -> tuple[str, ...]:
    """What it is told to run; nothing where that is the image's own program, with whatever arguments."""
    command = tuple(str(word) for word in container.get("command") or ())
    args = tuple(str(word) for word in container.get("args") or ())
    if command:
        return (*command, *args)
    # Images with a program start what they are given instead, when it is no option.
    image = servers.called(str(container.get("image") or ""))
    if image == "agnhost" and args and args[0] in agnhost.ENDING:
        return (AGNHOST, *args)
    if image == "nonewprivs":
        return (NNP, *args)
    return args if args and (image in servers.SHELLS or script.is_known(args[0])) else ()


def is_shell(words: Sequence[str]) -> bool:
    return not words or words[0].rpartition("/")[2] in script.SHELLS


def attended(pod: Obj, container: dict[str, Any]) -> bool:
    """Whether its main process is really carried out, from its container's start on: then only that tells how it ends.
    One that somebody may talk to; and a script that is to end where nobody can read off how it will."""
    if not container.get("stdin"):
        return is_judged_by_its_end(pod, container)
    if faults.is_on(pod, faults.CRASH) or _is_init(pod, container):
        return False
    words = command_line(container)
    if not words:
        return not container.get("args") and servers.called(str(container.get("image") or "")) in _WITH_A_SHELL
    program = words[0].rpartition("/")[2]
    return program in script.SHELLS or program in _SPOKEN_TO or script.serves_nobody(words)


def is_judged_by_its_end(pod: Obj, container: dict[str, Any]) -> bool:
    """A script whose end hangs on what it finds (files, answers, variables); of one that is to end also its files, and
    the last lines that are to be told."""
    words = command_line(container)
    if not words or faults.is_on(pod, faults.CRASH):
        return False
    if identity.is_confined(pod, container) and carried.can_be_carried_out(words) and _writes(words):
        return True
    if not _is_to_end(pod, container):
        return _ends_by_what_it_finds(words)
    if container.get("terminationMessagePolicy") == "FallbackToLogsOnError" and carried.can_be_carried_out(words):
        return True
    return _hangs_on_what_it_finds(words)


@lru_cache(maxsize=4096)
def _hangs_on_what_it_finds(words: tuple[str, ...]) -> bool:
    if _is_agnhost(words):
        return True
    if not carried.can_be_carried_out(words):
        return False
    if _ends_by_what_it_finds(words) or not foretelling.is_foretold(words):
        return True
    return _READS_LINES.search(words[words.index("-c") + 1]) is not None


@lru_cache(maxsize=4096)
def _ends_by_what_it_finds(words: tuple[str, ...]) -> bool:
    return carried.can_be_carried_out(words) and not script.follow(words[words.index("-c") + 1], 0.0).certain


@lru_cache(maxsize=4096)
def _writes(words: tuple[str, ...]) -> bool:
    return bool(script.follow(words[words.index("-c") + 1], 0.0).files) or not foretelling.is_foretold(words)


def _is_agnhost(words: Sequence[str]) -> bool:
    """One of agnhost's programs that end."""
    return words[0] in (AGNHOST, f"{AGNHOST}-2") and len(words) > 1 and words[1] in agnhost.ENDING


def waits_for_words(container: dict[str, Any]) -> bool:
    """An attended process that does nothing until somebody says something: a shell, a client with a prompt."""
    words = command_line(container)
    rest = [word for word in words[1:] if not word.startswith("-") or word == "-c"]
    if is_shell(words):
        return not rest and not any(re.match(r"-\w*c$", word) for word in words[1:])
    return words[0].rpartition("/")[2] in ("cat", "python", "python3", "node", "psql", "redis-cli") and not rest


def last_words(container: dict[str, Any], run: Run) -> str:
    """What a process has written where its node looks for a message once it is over (`terminationMessagePath`)."""
    path = container.get("terminationMessagePath") or "/dev/termination-log"
    return next((each.text for each in reversed(run.files) if each.path == path and each.at <= run.seconds), "")


def _is_init(pod: Obj, container: dict[str, Any]) -> bool:
    return any(each.get("name") == container.get("name") for each in _inits(pod))


def _is_to_end(pod: Obj, container: dict[str, Any]) -> bool:
    """An init container, or one of a pod that is not started again for ever."""
    if container.get("restartPolicy") == "Always":
        return False
    return (spec(pod).get("restartPolicy") or "Always") != "Always" or _is_init(pod, container)


def _inits(pod: Obj) -> Sequence[dict[str, Any]]:
    return spec(pod).get("initContainers") or ()


def _task_seconds(pod: Obj, container: dict[str, Any], speed: Pace) -> float | None:
    """How long a program that is not known takes where it is to end; None where it is to serve."""
    if not _is_to_end(pod, container):
        return None
    return pace.duration(speed, "task", f"{uid(pod)}/{container.get('name')}")


@lru_cache(maxsize=4096)
def _of_words(words: tuple[str, ...], task: float | None) -> Run:
    program = words[0].rpartition("/")[2]
    if program in script.SHELLS and "-c" in words[:-1]:
        text = words[words.index("-c") + 1]
        end = script.follow(text, task)
        stop, code = _told_to_stop(text)
        return Run(end.seconds, end.exit_code, stop, end.files, end.waits_for, code)
    if program in ("agnhost", "agnhost-2") and not _is_agnhost(words):
        return Run(FOREVER)
    end = script.command(words, task)
    return Run(end.seconds, end.exit_code, FOREVER if program == "sleep" else 0.0, end.files, end.waits_for)


def _told_to_stop(text: str) -> tuple[float, int]:
    """A shell as process 1 has no handler for the signal that asks it to stop, so it is killed; a trap is a handler."""
    for single, double, name, signals in _TRAP.findall(text):
        if not {"TERM", "SIGTERM", "15"}.isdisjoint(signals.split()):
            action = single or double or name
            said = _LAST_EXIT.search(action)
            return (0.0 if action else FOREVER), int(said[1]) % 256 if said else 0
    return (0.0 if _HANDLER.search(text) else FOREVER), 0
