"""Links of a page that is seen through a proxy: those to its own server are made to lead through it, too. Pure."""

from __future__ import annotations

import re
from functools import partial
from urllib.parse import urlsplit, urlunsplit

_LINKS = {
    "a": "href", "applet": "codebase", "area": "href", "audio": "src", "base": "href", "blockquote": "cite",
    "body": "background", "button": "formaction", "command": "icon", "del": "cite", "embed": "src", "form": "action",
    "frame": "longdesc src", "head": "profile", "html": "manifest", "iframe": "longdesc src",
    "img": "longdesc src usemap", "input": "formaction src usemap", "ins": "cite", "link": "href",
    "object": "classid codebase data usemap", "q": "cite", "script": "src", "source": "src", "video": "poster src",
}  # fmt: skip
"""Attributes of HTML's elements that hold an address."""
_TAG = re.compile(r"<([a-zA-Z]+)\b(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_ATTRIBUTE = re.compile(r"""([\s/])([a-zA-Z-]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)""")


def address(link: str, prefix: str, hosts: frozenset[str]) -> str:
    """`prefix` is the proxy's own path; `hosts` are names of the server that is seen through it."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return link
    if (parts.netloc and parts.netloc not in hosts) or not parts.path.startswith("/"):
        return link
    path = parts.path if parts.path.startswith(prefix) else prefix + parts.path
    return urlunsplit(("", "", path, parts.query, parts.fragment))


def page(html: str, prefix: str, hosts: frozenset[str]) -> str:
    return _TAG.sub(lambda tag: _tag(tag, prefix, hosts), html)


def _tag(tag: re.Match[str], prefix: str, hosts: frozenset[str]) -> str:
    wanted = _LINKS.get(tag[1].lower(), "").split()
    return _ATTRIBUTE.sub(partial(_attribute, wanted, prefix, hosts), tag[0]) if wanted else tag[0]


def _attribute(wanted: list[str], prefix: str, hosts: frozenset[str], found: re.Match[str]) -> str:
    before, name, equals, value = found.groups()
    if name.lower() not in wanted:
        return found[0]
    quote = value[0] if value[0] in "\"'" else ""
    inner = value[1:-1] if quote else value
    return f"{before}{name}{equals}{quote}{address(inner, prefix, hosts)}{quote}"
