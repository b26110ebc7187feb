"""Which shell scripts can be carried out here, so that they themselves say how they end. Pure: nothing is carried out.

One that calls a program which is not simulated, or loads something from the Internet, is better guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cluster.nodes.script import SHELLS, bare, lines

_CARRIED_OUT = """
    : . [ [[ break cd continue declare echo eval exec exit export false getopts let local printf pwd read readonly
    return set shift source test times trap true type typeset umask unset wait kill
    awk base64 basename cat chmod chown cmp cp curl cut date df diff dig dirname du egrep env expr fgrep find free
    getent grep gunzip gzip head host hostname id ip ln ls md5sum mkdir mktemp mv mysql mysqladmin nc ncat nl nproc
    nslookup ping printenv ps readlink realpath redis-cli rm rmdir sed seq sha1sum sha256sum sleep sort stat sync tac
    sysctl tail tar tee timeout touch tr truncate uname uniq wc wget which whoami xargs
"""
CARRIED_OUT = frozenset(_CARRIED_OUT.split())
"""What a shell here knows, and programs that containers here have."""
_SUBSTITUTION = re.compile(r"[$<>]\((?!\()([^()`]*)\)|`([^`]*)`")
_OPENS_SUBSTITUTION = re.compile(r"[$<>]\((?!\()")
_URL_HOST = re.compile(r"://([A-Za-z0-9][A-Za-z0-9.-]*)")
_TOP_DOMAINS = frozenset({"ch", "com", "de", "dev", "edu", "gov", "io", "net", "org", "uk"})
_BEFORE_A_COMMAND = frozenset({"if", "then", "elif", "else", "while", "until", "do", "{"})
_KEYWORDS = frozenset({"fi", "for", "done", "case", "esac", "}"})


def can_be_carried_out(words: Sequence[str]) -> bool:
    """A shell's script that calls nothing but programs that do here what they do elsewhere."""
    program = words[0].rpartition("/")[2] if words else ""
    if program not in SHELLS or "-c" not in words[:-1]:
        return False
    text = words[words.index("-c") + 1]
    if any(_is_outside(host) for host in _URL_HOST.findall(text)):
        return False  # nobody answers there, and a download that goes well is what is meant
    inner = [found[1] or found[2] or "" for found in _SUBSTITUTION.finditer(text)]
    opened = len(_OPENS_SUBSTITUTION.findall(text)) + text.count("`") // 2
    if opened != len(inner):
        return False  # one in another, which is not taken apart here
    outer = _SUBSTITUTION.sub("$0", text)
    return all(_is_known(line.words) for part in (outer, *inner) for line in lines(part))


def _is_outside(host: str) -> bool:
    """A name of the Internet, not one that a Service could have."""
    labels = host.rstrip(".").split(".")
    if len(labels) == 2:
        return labels[1] in _TOP_DOMAINS
    return len(labels) > 2 and labels[2] != "svc" and not labels[-1].isdigit() and labels[-1] != "local"


def _is_known(words: Sequence[str]) -> bool:
    while words and words[0] in _BEFORE_A_COMMAND:
        words = words[1:]
    words = bare(words)
    return not words or words[0].rpartition("/")[2] in CARRIED_OUT or words[0] in _KEYWORDS
