"""Whether all that a command line writes into files can be read off it, or only carrying it out tells. Pure.

What is read off (`script.FileChange`) costs nothing, however many containers do it: so this says which need more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from cluster.nodes.script import LONGEST, SHELLS, bare, lines

_PROGRAMS = """
    cp mv ln tee dd sed chmod chown chgrp mktemp truncate install tar gzip gunzip unzip split sort awk perl python
    python3 node wget curl git nginx rsync sync openssl xargs find sqlite3 mkfifo patch busybox eval source .
"""
_WRITERS = frozenset(_PROGRAMS.split())
"""Programs that write where their words or their input say."""
_READ_OFF = frozenset({"touch", "rm", "rmdir", "mkdir", "echo", "printf"})
_GOES_WELL = _READ_OFF | {"true", ":", "sleep", "cd", "export", "date", "hostname"}
_BRANCHES = frozenset(
    {"for", "while", "until", "if", "case", "select", "function", "trap", "{", "(", "[", "[[", "test"}
)
_REDIRECTS = re.compile(r"(?<![<>=])(\d*|&)>[>|]?(?!&)\s*(?P<path>[^\s;&|]*)")
_NOWHERE = re.compile(r"/dev/(null|std(out|err)|tty|fd/\d+)|/proc/(self|1)/fd/\d+")
_QUOTED = re.compile(r"'[^']*'|\"(?:\\.|[^\"\\])*\"")
_VALUE = re.compile(r"\$\w+|\$\{\w+\}|\$\((hostname|date)\)|`(hostname|date)`")
"""What `scripted` puts in for it."""
_OPTION = re.compile(r"-[pfrRv]+")


@lru_cache(maxsize=4096)
def is_foretold(words: tuple[str, ...]) -> bool:
    """Whether `script` reads all of it off. True of what writes nothing, and of what is no shell's script."""
    program = words[0].rpartition("/")[2] if words else ""
    if program not in SHELLS or "-c" not in words[:-1]:
        return True
    text = words[words.index("-c") + 1]
    given = lines(text)
    writing = [line.words for line in given if _writes(line.words)]
    if len(text) <= LONGEST and not writing and not _redirected(text):
        return True
    if len(text) > LONGEST or any(_branches(line.words) for line in given):
        return False
    if any(line.aside for line in given) or "<<" in text or "()" in text:
        return False
    if any(line.joined for line in given) and not all(bare(line.words)[0] in _GOES_WELL for line in given):
        return False
    kept = sum(len(_kept(each)) for each in writing)
    return all(_is_plain(each) for each in writing) and len(_redirected(text)) == kept


def _redirected(text: str) -> list[str]:
    """Where it puts what is printed, but for where nothing is kept."""
    bare_text = _QUOTED.sub(lambda found: "_" * len(found[0]), text)
    found = (text[each.start("path") : each.end("path")].strip("'\"") for each in _REDIRECTS.finditer(bare_text))
    return [path for path in found if not _NOWHERE.fullmatch(path)]


def _writes(words: Sequence[str]) -> bool:
    words = bare(words)
    program = words[0].rpartition("/")[2] if words else ""
    if program in _WRITERS or program in ("touch", "rm", "rmdir", "mkdir"):
        return True
    piped = any(after.rpartition("/")[2] in _WRITERS for one, after in pairwise(words) if one == "|")
    return piped or bool(_kept(words))


def _kept(words: Sequence[str]) -> list[str]:
    pairs = pairwise(words)
    return [after for one, after in pairs if one in (">", ">>") and not _NOWHERE.fullmatch(after)]


def _branches(words: Sequence[str]) -> bool:
    return words[0] in _BRANCHES or (words[0] != "exec" and bare(words) != tuple(words))


def _is_plain(words: Sequence[str]) -> bool:
    program = words[0].rpartition("/")[2]
    said = [_VALUE.sub("", word) if program in ("echo", "printf") else word for word in words]
    if program not in _READ_OFF or "|" in words or any(set(word) & set("$`*?[{~\\") for word in said):
        return False
    options = [word for word in words[1:] if word.startswith("-")]
    return all(_OPTION.fullmatch(each) for each in options) and (program not in ("echo", "printf") or not options)
