"""nginx's settings as they lie in its container: which server and location a request falls to, and what they say. Pure.

Followed: listen, server_name, root, alias, index, return, add_header, default_type, autoindex, proxy_pass, upstream,
include; prefixes, exact places and patterns. The rest is read over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple

from cluster.nodes.messages import Content, Header

MAIN = "/etc/nginx/nginx.conf"
MOST_FILES, LONGEST = 50, 64 * 1024
_TOKEN = re.compile(r"""\s+|#[^\n]*|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{};]|(?:\$\{\w+\}|[^\s{};#"'])+)""")


class Directive(NamedTuple):
    name: str
    arguments: tuple[str, ...]
    block: tuple[Directive, ...] = ()


class Rule(NamedTuple):
    """What is said of one request."""

    root: str = "/usr/share/nginx/html"
    pages: tuple[str, ...] = ("index.html", "index.htm")
    """Of a folder: the first that is there."""
    alias: tuple[str, str] | None = None
    """(the location's prefix, what stands there instead)."""
    returns: tuple[int, str] | None = None
    proxy: str = ""
    """The URL that the request is passed on to."""
    headers: tuple[Header, ...] = ()
    kind: str = ""
    """The type of what has none."""
    lists: bool = False


def rule(files: Content, host: str, port: int, path: str) -> Rule | None:
    """What its settings say; None: they cannot be read, or nothing in them is for this port."""
    found = _settings(files)
    server = _server([each for each in _flat(found) if each.name == "server" and each.block], host, port)
    if server is None:
        return None
    http = next((each.block for each in found if each.name == "http"), ())
    upstreams = {each.arguments[0]: each for each in _flat(found) if each.name == "upstream" and each.arguments}
    location = _location(server.block, path)
    inner = (*server.block, *(location.block if location is not None else ()))
    made = _rule([each for each in http if not each.block], Rule(), location=None)
    made = _rule([each for each in server.block if not each.block], made, location=None)
    if location is not None:
        made = _rule([each for each in location.block if not each.block], made, location=location)
    if made.proxy:
        made = made._replace(proxy=_upstream(made.proxy, upstreams, path, location))
    return made if inner else None


def filled(text: str, variables: dict[str, str]) -> str:
    """With its variables; those that are unknown stand for nothing."""
    return re.sub(r"\$\{?(\w+)\}?", lambda found: variables.get(found[1], ""), text)


# -- reading -------------------------------------------------------------------------------------------------------


def _settings(files: Content, path: str = MAIN, depth: int = 0) -> tuple[Directive, ...]:
    text = files.file(path)
    if text is None or len(text) > LONGEST:
        return ()
    return tuple(_included(files, parse(text.decode(errors="replace")), depth))


def _included(files: Content, found: Iterable[Directive], depth: int) -> Iterator[Directive]:
    for each in found:
        if each.name == "include" and each.arguments and depth < 5:
            for path in _matching(files, each.arguments[0]):
                yield from _settings(files, path, depth + 1)
        else:
            yield each._replace(block=tuple(_included(files, each.block, depth)))


def _matching(files: Content, pattern: str) -> list[str]:
    whole = pattern if pattern.startswith("/") else f"/etc/nginx/{pattern}"
    folder, _, name = whole.rpartition("/")
    names = sorted(each for each in files.folder(folder) or () if fnmatchcase(each, name))
    return [f"{folder}/{each}" for each in names[:MOST_FILES] if each != "mime.types"]


@lru_cache(maxsize=128)
def parse(text: str) -> tuple[Directive, ...]:
    """The directives of a file; where it is broken, those before that."""
    tokens = [found[1] for found in _TOKEN.finditer(text) if found[1]]
    return _block(tokens, 0)[0]


def _block(tokens: list[str], at: int) -> tuple[tuple[Directive, ...], int]:
    found: list[Directive] = []
    words: list[str] = []
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token == "}":
            break
        if token == ";":
            if words:
                found.append(Directive(words[0], tuple(words[1:])))
            words = []
        elif token == "{":
            inner, at = _block(tokens, at)
            if words:
                found.append(Directive(words[0], tuple(words[1:]), inner))
            words = []
        else:
            quoted = token[:1] in "\"'"
            words.append(re.sub(r"\\(.)", _escaped, token[1:-1]) if quoted else token)
    return tuple(found), at


def _escaped(found: re.Match[str]) -> str:
    return {"n": "\n", "t": "\t", "r": "\r"}.get(found[1], found[1] if found[1] in "\"'\\" else found[0])


def _flat(found: Iterable[Directive]) -> Iterator[Directive]:
    for each in found:
        yield each
        if each.name == "http":
            yield from _flat(each.block)


# -- choosing ------------------------------------------------------------------------------------------------------


def _server(servers: list[Directive], host: str, port: int) -> Directive | None:
    """By its port, then by its name, else the default one of the port."""
    heard = [each for each in servers if any(number == port for number, _ in _listens(each))]
    bare = host.rpartition(":")[0] or host if ":" in host and not host.endswith("]") else host
    for each in heard:
        names = [name for line in each.block if line.name == "server_name" for name in line.arguments]
        if any(fnmatchcase(bare.lower(), name.lower()) for name in names if name):
            return each
    chosen = [each for each in heard if any(default for _, default in _listens(each))]
    return next(iter(chosen or heard), None)


def _listens(server: Directive) -> list[tuple[int, bool]]:
    """(port, it is the default one there)."""
    found = []
    for line in server.block:
        if line.name == "listen" and line.arguments:
            number = line.arguments[0].rpartition(":")[2]
            if number.isascii() and number.isdigit() and len(number) < 6:
                found.append((int(number), "default_server" in line.arguments))
    return found or [(80, False)]


def _location(block: Iterable[Directive], path: str) -> Directive | None:
    """Exact, else the first pattern that fits, else the longest prefix; `^~` before patterns."""
    places = [each for each in block if each.name == "location" and each.arguments]
    for each in places:
        if each.arguments[0] == "=" and each.arguments[1:] == (path,):
            return each
    prefixes = [each for each in places if each.arguments[0] not in ("=", "~", "~*") and path.startswith(_prefix(each))]
    longest = max(prefixes, key=lambda each: len(_prefix(each)), default=None)
    if longest is not None and longest.arguments[0] == "^~":
        return longest
    for each in places:
        if each.arguments[0] in ("~", "~*") and len(each.arguments) > 1 and _fits(each, path):
            return each
    return longest


def _prefix(location: Directive) -> str:
    return location.arguments[-1]


def _fits(location: Directive, path: str) -> bool:
    """Its pattern is of those that are simple enough to be put to a path."""
    pattern = location.arguments[1]
    if len(pattern) > 200 or re.search(r"[*+}]\)?[*+{]|\([^)]*[*+][^)]*\)[*+{]", pattern):
        return False
    try:
        flags = re.IGNORECASE if location.arguments[0] == "~*" else 0
        return re.search(pattern, path[:1000], flags) is not None
    except re.error:
        return False


def _rule(lines: Iterable[Directive], made: Rule, location: Directive | None) -> Rule:
    added: list[Header] = []
    for name, words, _ in lines:
        first = words[0] if words else ""
        match name:
            case "root" if first:
                made = made._replace(root=_absolute(first).rstrip("/"), alias=None)
            case "alias" if first and location is not None:
                made = made._replace(alias=(_prefix(location), _absolute(first)))
            case "index" if words:
                made = made._replace(pages=words)
            case "return" if first:
                made = made._replace(returns=_returned(words))
            case "proxy_pass" if first:
                made = made._replace(proxy=first)
            case "add_header" if len(words) > 1:
                added.append((first, words[1]))
            case "default_type" if first:
                made = made._replace(kind=first)
            case "autoindex":
                made = made._replace(lists=first == "on")
            case _:
                continue
    return made._replace(headers=tuple(added)) if added else made


def _absolute(path: str) -> str:
    return path if path.startswith("/") else f"/etc/nginx/{path}"


def _returned(words: tuple[str, ...]) -> tuple[int, str]:
    """`return 200 text`, `return 301 URL`, `return URL`."""
    if words[0].isascii() and words[0].isdigit() and len(words[0]) == 3:
        return int(words[0]), " ".join(words[1:])
    return 302, words[0]


def _upstream(url: str, upstreams: dict[str, Directive], path: str, location: Directive | None) -> str:
    """The whole URL a request goes on to; a group's first server stands for it."""
    found = re.fullmatch(r"(https?://)([^/]+)(/.*)?", url)
    if found is None:
        return ""
    host = found[2]
    if host in upstreams:
        host = next((line.arguments[0] for line in upstreams[host].block if line.name == "server"), host)
    rest = path
    if found[3] and location is not None:
        rest = found[3] + path[len(_prefix(location)) :]
    return f"{found[1]}{host}{rest}"
