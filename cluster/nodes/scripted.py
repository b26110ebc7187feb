"""Files that containers' own scripts write, as far as `script` reads them: changes at moments, laid over the image.

Only what a pod that is there has written: what is to outlive it on a persistent volume is written there (see
`filesystem.lasting`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from cluster.contents import ABSENT, Entry
from cluster.machinery import processes
from cluster.machinery.objects import Obj, seconds
from cluster.nodes import identity, programs

_WORD = re.compile(r"\$\{?(\w+)\}?|\$\((hostname|date)\)|`(hostname|date)`")

Environment = Callable[[], Mapping[str, str]]


def changes(pod: Obj, container: Obj, environment: Environment) -> list[tuple[str, Entry]]:
    """(absolute path, what is there from then on), in order of time; none before the container has started."""
    files = programs.run(pod, container).files
    begun = started(pod, str(container.get("name"))) if files else 0.0
    if not begun:
        return []
    texts: dict[str, bytes] = {}
    who = identity.who(pod, container)
    found: list[tuple[str, Entry]] = []
    folder = str(container.get("workingDir") or "")
    for each in files:
        since = begun + each.at
        path = each.path if each.path.startswith("/") else f"{folder}/{each.path}"
        if not each.exists:
            found.append((path, ABSENT._replace(since=since)))
            texts.pop(path, None)
        elif each.folder:
            found.append((path, Entry("directory", b"", 0o755, since, since, who.user, who.group)))
        else:
            text = _expanded(each.text, environment, since).encode() if each.text else b""
            texts[path] = texts.get(path, b"") + text if each.added else text
            found.append((path, Entry("file", texts[path], 0o644, since, since, who.user, who.group)))
    return found


def started(pod: Obj, container: str) -> float:
    """When the container's present or last run began; 0.0: it never did."""
    state = (processes.report(pod, container) or {}).get("state") or {}
    begun = state.get("running") or state.get("terminated") or {}
    return seconds(begun.get("startedAt"))


def _expanded(text: str, environment: Environment, since: float) -> str:
    def value(found: re.Match[str]) -> str:
        program = found[2] or found[3]
        if program == "date":
            return datetime.fromtimestamp(since, UTC).strftime("%a %b %e %H:%M:%S UTC %Y")
        return environment().get("HOSTNAME" if program else found[1], "")

    return _WORD.sub(value, text)
