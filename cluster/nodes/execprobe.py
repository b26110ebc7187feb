"""What an exec probe's command finds in a container's files, read off its words. One that `is_read` says no of is
carried out instead, where somebody does (`cluster.containers.probing`); where nobody does, it goes well.

Known: cat, ls, stat, test and its brackets, grep for plain words, exit, true and false, and `sh -c` with `&&`, `||` and
`;` between them. Of any other command it is known whether its program is still there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from cluster.contents import Place, Tree
from cluster.machinery.objects import Obj
from cluster.nodes import images, script, servers, software

_READERS = frozenset({"cat", "ls", "stat", "head", "tail", "wc"})
_KINDS = {"-f": "file", "-d": "directory", "-L": "link", "-h": "link"}
_WEB_SERVERS = frozenset({"nginx", "nginx-slim", "httpd"})
_PLAIN_WORD = re.compile(r"[\w ,:/@=-]+")
_HARMLESS = re.compile(r"\d?>\s*(/dev/null|&\d)")
_BEYOND = re.compile(r"(?<!\|)\|(?!\|)|[$`*?<>(){}\\\n]|(?<!&)&(?!&)")
"""What is more than words in a script."""
_PLAIN = re.compile(r"[\w ,.:/@=-]*")


class Found(NamedTuple):
    code: int = 0
    says: str = ""
    """In the kubelet's event."""
    why: str = ""
    """For a person."""


_WELL = Found()


class Looker:
    """Reads commands over one state of the files. The tree puts into `touched` when what it is asked for changed."""

    def __init__(self, container: Obj, tree: Tree, touched: set[float]) -> None:
        self._container, self._tree, self._touched = container, tree, touched
        self._image = str(container.get("image") or "")
        self._sure = _is_known(container)

    def look(self, words: Sequence[str]) -> Found:
        """How the command ends."""
        lacking = self._lacking(words[0])
        if lacking:
            return Found(1, lacking, f"{words[0]} is not there")
        program = words[0].rpartition("/")[2]
        if program in script.SHELLS and "-c" in words[:-1]:
            return self._script(words[words.index("-c") + 1])
        return self._one(words)

    def _script(self, text: str) -> Found:
        found = _WELL
        for line in script.lines(_HARMLESS.sub("", text)):
            if (line.joined == "&&" and found.code) or (line.joined == "||" and not found.code):
                continue
            if line.words[0] in ("if", "for", "while", "until", "case") or "|" in line.words:
                code = script.follow(text, 0.0).exit_code
                return Found(code, "", f"its command ends with exit code {code}" if code else "")
            found = self._one(line.words)
            if line.words[0] in ("exit", "exec"):
                break
        return found

    def _one(self, words: Sequence[str]) -> Found:
        if words[0] == "!" and len(words) > 1:
            inner = self._one(words[1:])
            return _WELL if inner.code else Found(1, "", f"{' '.join(words[1:])} goes well")
        program = words[0].rpartition("/")[2]
        if program in ("test", "[", "[["):
            return self._test(words[1:])
        if program in _READERS:
            return self._read(program, [word for word in words[1:] if not word.startswith("-")])
        if program == "grep":
            return self._grep(words[1:])
        if lacking := self._lacking(words[0]):
            return Found(127, lacking, f"{words[0]} is not there")
        code = script.command(words, 0.0).exit_code
        if program == "exit" and len(words) > 1 and words[1].isdigit():
            code = int(words[1][:9]) % 256
        return Found(code, "", f"its command ends with exit code {code}") if code else _WELL

    # -- files ---------------------------------------------------------------------------------------------

    def _kind(self, path: str) -> str | None:
        """What is at a path, "" for nothing; None where nobody knows."""
        if not path.startswith("/"):
            path = f"{str(self._container.get('workingDir') or '').rstrip('/')}/{path}"
        known = set(self._touched)
        self._touched.clear()
        try:
            return self._tree.entry(path).kind
        except OSError:
            return "" if self._touched or self._sure or self._keeps_to_its_own(path) else None
        finally:
            self._touched |= known

    def _keeps_to_its_own(self, path: str) -> bool:
        """A web server that runs as its image starts it writes its logs and its number, and nothing elsewhere."""
        as_it_is = not (self._container.get("command") or self._container.get("args"))
        return as_it_is and servers.called(self._image) in _WEB_SERVERS and not path.startswith(("/var/", "/run/"))

    def _read(self, program: str, paths: Sequence[str]) -> Found:
        for path in paths:
            if self._kind(path) == "":
                return Found(1, self._no_such_file(program, path), f"{path} is not there")
        return _WELL

    def _no_such_file(self, program: str, path: str) -> str:
        small = images.program(self._image) in ("busybox", "alpine")
        if program == "ls":
            said = path if small else f"cannot access '{path}'"
        else:
            said = f"can't open '{path}'" if small else path
        return f"{program}: {said}: No such file or directory"

    def _test(self, words: Sequence[str]) -> Found:
        given = [word for word in words if word not in ("]", "]]")]
        negated = given[:1] == ["!"]
        given = given[1:] if negated else given
        holds: bool | None = None
        if len(given) == 2 and given[0] in ("-e", "-r", "-w", "-x", "-s", *_KINDS):
            holds = self._is(given[0], given[1])
        elif len(given) == 2 and given[0] in ("-n", "-z"):
            holds = bool(given[1]) is (given[0] == "-n") if "$" not in given[1] else None
        if holds is None or holds is not negated:
            return _WELL
        return Found(1, "", f"{given[1]} is {'' if negated else 'not '}there")

    def _is(self, what: str, path: str) -> bool | None:
        kind = self._kind(path)
        if not kind:
            return None if kind is None else False
        if what == "-s":
            return bool(self._tree.entry(path).body) or kind == "directory"
        return kind == _KINDS.get(what, kind)

    def _grep(self, words: Sequence[str]) -> Found:
        given = [word for word in words if not word.startswith("-")]
        flags = "".join(word[1:] for word in words if word.startswith("-") and not word.startswith("--"))
        if len(given) != 2 or not _PLAIN.fullmatch(given[0]) or set(flags) - set("qsiFE"):
            return _WELL
        kind = self._kind(given[1])
        if kind is None:
            return _WELL
        if kind != "file":
            return Found(2, f"grep: {given[1]}: No such file or directory", f"{given[1]} is not there")
        body = self._tree.read(given[1]).decode(errors="replace")
        within = given[0].lower() in body.lower() if "i" in flags else given[0] in body
        return _WELL if within else Found(1, "", f"{given[1]} has no {given[0]}")

    def _lacking(self, name: str) -> str:
        """What the runtime says of a program that the image has and that is gone; "" where it is there."""
        had = software.of(self._image).programs
        if "/" in name:
            there = [name] if name in had else []
        else:
            there = [path for path in had if path.rpartition("/")[2] == name]
        if not there or any(self._kind(path) for path in there):
            return ""
        cause = "no such file or directory" if "/" in name else "executable file not found in $PATH"
        how = f'exec: "{name}": {"stat " + name + ": " if "/" in name else ""}{cause}'
        return f"OCI runtime exec failed: exec failed: unable to start container process: {how}: unknown"


@lru_cache(maxsize=4096)
def is_read(words: tuple[str, ...]) -> bool:
    """Whether all of a command is understood here, so that `Looker` says what carrying it out would."""
    program = words[0].rpartition("/")[2]
    if program not in script.SHELLS:
        return _is_plain(words)
    if "-c" not in words[:-1]:
        return False
    text = _HARMLESS.sub("", words[words.index("-c") + 1])
    return not _BEYOND.search(text) and all(_is_plain(line.words) for line in script.lines(text))


def _is_plain(words: Sequence[str]) -> bool:
    program = words[0].rpartition("/")[2]
    given = [word for word in words[1:] if not word.startswith("-")]
    if words[0] == "!" and len(words) > 1:
        return _is_plain(words[1:])
    if program in ("test", "[", "[["):
        within = [word for word in words[1:] if word not in ("]", "]]", "!")]
        return len(within) == 2 and within[0] in ("-e", "-r", "-w", "-x", "-s", "-n", "-z", *_KINDS)
    if program in ("cat", "ls", "stat"):
        return bool(given) or program == "ls"
    if program == "grep":
        flags = "".join(word[1:] for word in words if word.startswith("-"))
        return len(given) == 2 and bool(_PLAIN_WORD.fullmatch(given[0])) and not set(flags) - set("qsiF")
    return program in ("true", "false", ":", "echo", "exit")


def may_be_there(container: Obj, path: str) -> bool:
    """A file that is not there, of a container whose main process may have written it, for all that is known."""
    looker = Looker(container, Tree({"": Place()}, lambda: 0.0), set())
    return not (looker._sure or looker._keeps_to_its_own(path))


def _is_known(container: Obj) -> bool:
    """All that its main process does to files is known, so what is not there is not there."""
    words = [str(word) for word in (*(container.get("command") or ()), *(container.get("args") or ()))]
    if container.get("command"):
        return script.serves_nobody(words)
    return servers.called(str(container.get("image") or "")) in servers.SHELLS
