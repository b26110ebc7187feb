"""What curl sends: its headers in their order, and a body from words, files or its input."""

from __future__ import annotations

import base64
import re

from cluster.nodes.messages import Header
from cluster.shell.process import Process
from cluster.shell.programs.curlwords import Failed, Options, Url, encoded


def headers(options: Options, at: Url, body: bytes, method: str) -> list[Header]:
    """Of one request, those of the command line in the place of the usual ones."""
    user = options.user or at.user
    json = any(each[0] == "j" for each in options.data)
    usual: list[Header | None] = [
        ("Host", at.authority),
        ("Authorization", f"Basic {base64.b64encode(user.encode()).decode()}") if user else None,
        ("Range", f"bytes={options.range}") if options.range else None,
        ("User-Agent", options.agent),
        ("Accept", "*/*") if not json else None,
        ("Referer", options.referer) if options.referer else None,
        ("Cookie", options.cookie) if options.cookie else None,
        ("Accept-Encoding", "deflate, gzip, br") if options.compressed else None,
        ("Content-Type", "application/json") if json else None,
        ("Accept", "application/json") if json else None,
    ]
    found = [each for each in usual if each is not None]
    given: list[Header] = []
    for line in options.headers:
        name, colon, value = line.partition(":")
        called = name.strip(" ;").lower()
        found = [each for each in found if each[0].lower() != called]
        if colon and value.strip():
            if called == "host":  # one's own stands where the usual one would
                found.insert(0, (name, value.strip()))
            else:
                given.append((name, value.strip()))
    found += given
    if body or method in ("POST", "PUT"):
        found.append(("Content-Length", str(len(body))))
    if options.data and not options.get and "content-type" not in {name.lower() for name, _ in found}:
        found.append(("Content-Type", "application/x-www-form-urlencoded"))
    return found


async def body(process: Process, options: Options) -> bytes:
    """What follows the headers. Failed when a file to be sent is not there."""
    if options.upload:
        content = await _content(process, options.upload)
        if content is None:
            raise Failed(26, "Failed to open/read local data from file/application")
        return content
    parts: list[bytes] = []
    for each in options.data:
        how, value = each[0], each[1:]
        if how in "dbj" and value.startswith("@"):
            content = await _content(process, value[1:])
            if content is None and not options.silent:
                said = f'Warning: Couldn\'t read data from file "{value[1:]}", this makes an empty POST.\n'
                await process.stderr.write(said.encode())
            parts.append(re.sub(rb"[\r\n]", b"", content or b"") if how == "d" else content or b"")
        else:
            parts.append((encoded(value) if how == "u" else value).encode())
    return (b"" if any(each[0] == "j" for each in options.data) else b"&").join(parts)


async def _content(process: Process, name: str) -> bytes | None:
    """A file's, or with "-" the program's input; None: it cannot be read."""
    if name == "-":
        found = b""
        while data := await process.stdin.read():
            found += data
        return found
    try:
        return process.files.read(path(process, name))
    except OSError:
        return None


def path(process: Process, name: str) -> str:
    """From where the program was started."""
    return name if name.startswith("/") else f"{process.cwd.rstrip('/')}/{name}"
