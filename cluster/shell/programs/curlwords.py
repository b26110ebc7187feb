"""curl's command line, and what it prints beside the answer: progress, -w, errors. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote_plus

from cluster.shell.network.client import Head

VERSION = "7.88.1"
TRY_HELP = "curl: try 'curl --help' or 'curl --manual' for more information\n"
HELP = """\
Usage: curl [options...] <url>
 -d, --data <data>          HTTP POST data
 -f, --fail                 Fail fast with no output on HTTP errors
 -h, --help <category>      Get help for commands
 -i, --include              Include protocol response headers in the output
 -o, --output <file>        Write to file instead of stdout
 -O, --remote-name          Write output to a file named as the remote file
 -s, --silent               Silent mode
 -T, --upload-file <file>   Transfer local FILE to destination
 -u, --user <user:password> Server user and password
 -A, --user-agent <name>    Send User-Agent <name> to server
 -v, --verbose              Make the operation more talkative
 -V, --version              Show version number and quit
"""


class Wrong(Exception):
    """The command line cannot be followed: what is printed of it."""


class Failed(Exception):
    """A transfer came to nothing: curl's number and words."""

    def __init__(self, number: int, words: str) -> None:
        super().__init__(words)
        self.number = number


@dataclass
class Options:
    urls: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    """Each with how it is taken: "d" (data), "b" (binary), "r" (raw), "u" (to be encoded), "j" (JSON)."""
    method: str = ""
    agent: str = f"curl/{VERSION}"
    write_out: str = ""
    user: str = ""
    referer: str = ""
    cookie: str = ""
    upload: str = ""
    range: str = ""
    dump: str = ""
    authorities: str = ""
    resolve: list[str] = field(default_factory=list)
    silent: bool = False
    show_error: bool = False
    verbose: bool = False
    include: bool = False
    head: bool = False
    follow: bool = False
    fail: bool = False
    fail_with_body: bool = False
    insecure: bool = False
    get: bool = False
    remote_name: bool = False
    compressed: bool = False
    old_http: bool = False
    version: bool = False
    help: bool = False
    retry_refused: bool = False
    family: str = ""
    connect_wait: float | None = None
    most_wait: float | None = None
    most_redirects: int = 50
    retry: int = 0
    retry_delay: float = 0.0


_FLAGS = {
    "s": "silent", "silent": "silent", "S": "show_error", "show-error": "show_error", "v": "verbose",
    "verbose": "verbose", "i": "include", "include": "include", "I": "head", "head": "head", "L": "follow",
    "location": "follow", "f": "fail", "fail": "fail", "fail-with-body": "fail_with_body", "k": "insecure",
    "insecure": "insecure", "G": "get", "get": "get", "O": "remote_name", "remote-name": "remote_name",
    "compressed": "compressed", "0": "old_http", "http1.0": "old_http", "V": "version", "version": "version",
    "h": "help", "help": "help", "retry-connrefused": "retry_refused",
}  # fmt: skip
_IGNORED = {
    "q", "disable", "N", "no-buffer", "#", "progress-bar", "g", "globoff", "http1.1", "http2", "n", "netrc",
    "no-progress-meter", "no-keepalive", "tcp-nodelay", "path-as-is", "raw", "styled-output", "retry-all-errors", "Z",
    "parallel", "a", "fail-early", "location-trusted", "create-dirs", "tlsv1.2", "tlsv1.3", "anyauth", "basic",
}  # fmt: skip
_TEXTS = {
    "X": "method", "request": "method", "A": "agent", "user-agent": "agent", "w": "write_out", "write-out": "write_out",
    "u": "user", "user": "user", "e": "referer", "referer": "referer", "b": "cookie", "cookie": "cookie",
    "T": "upload", "upload-file": "upload", "r": "range", "range": "range", "D": "dump", "dump-header": "dump",
    "cacert": "authorities",
}  # fmt: skip
_LISTS = {"H": "headers", "header": "headers", "o": "outputs", "output": "outputs", "url": "urls", "resolve": "resolve"}
_DATA = {
    "d": "d",
    "data": "d",
    "data-ascii": "d",
    "data-binary": "b",
    "data-raw": "r",
    "data-urlencode": "u",
    "json": "j",
}
_SECONDS = {"connect-timeout": "connect_wait", "m": "most_wait", "max-time": "most_wait", "retry-delay": "retry_delay"}
_COUNTS = {"max-redirs": "most_redirects", "retry": "retry"}
_OTHERS = {
    "x", "proxy", "noproxy", "c", "cookie-jar", "E", "cert", "key", "interface", "ciphers", "limit-rate", "y", "Y",
    "keepalive-time", "retry-max-time", "C", "continue-at", "K", "config", "F", "form", "unix-socket", "connect-to",
    "local-port", "dns-servers", "max-filesize", "z", "capath", "speed-limit", "speed-time", "stderr",
}  # fmt: skip
_NOT_HERE = {"F", "form", "K", "config", "x", "proxy", "unix-socket", "z"}


def parse(argv: list[str]) -> Options:
    """What a command line asks for. Wrong when it cannot be followed."""
    found, words = Options(), list(argv)
    while words:
        word = words.pop(0)
        if word == "--" or not word.startswith("-") or word == "-":
            if word != "--":
                found.urls.append(word)
        elif word.startswith("--"):
            _apply(word[2:], None, words, found, shown=word)
        else:
            letters = word[1:]
            while letters:
                letter, letters = letters[0], letters[1:]
                if _apply(letter, letters, words, found, shown=f"-{letter}"):
                    break
    return found


def _apply(name: str, attached: str | None, words: list[str], found: Options, shown: str) -> bool:
    """One option; True when it took what was attached to it."""
    if name in _FLAGS:
        setattr(found, _FLAGS[name], True)
        return False
    if name.startswith("no-") and name[3:] in _FLAGS:
        setattr(found, _FLAGS[name[3:]], False)
        return False
    if name in _IGNORED:
        return False
    if name in ("4", "ipv4", "6", "ipv6"):
        found.family = "AAAA" if "6" in name else "A"
        return False
    if not any(name in each for each in (_TEXTS, _LISTS, _DATA, _SECONDS, _COUNTS, _OTHERS)):
        raise Wrong(f"curl: option {shown}: is unknown\n{TRY_HELP}")
    if not attached and not words:
        raise Wrong(f"curl: option {shown}: requires parameter\n{TRY_HELP}")
    value = attached or words.pop(0)
    if name in _NOT_HERE:
        raise Wrong(f"curl: option {shown}: is not simulated here\n{TRY_HELP}")
    if name in _TEXTS:
        setattr(found, _TEXTS[name], value)
    elif name in _LISTS:
        getattr(found, _LISTS[name]).append(value)
    elif name in _DATA:
        found.data.append(_DATA[name] + value)
    elif name in _SECONDS or name in _COUNTS:
        _number(name, value, found, shown)
    return True


def _number(name: str, value: str, found: Options, shown: str) -> None:
    whole = name in _COUNTS
    if not re.fullmatch(r"-?\d{1,9}" if whole else r"\d{1,9}(\.\d{1,9})?", value, re.ASCII):
        raise Wrong(f"curl: option {shown}: expected a proper numerical parameter\n{TRY_HELP}")
    if whole:
        setattr(found, _COUNTS[name], int(value))
    else:
        setattr(found, _SECONDS[name], float(value) or None if name != "retry-delay" else float(value))


class Url(NamedTuple):
    scheme: str
    host: str
    port: int
    target: str
    """Path and query."""
    user: str

    @property
    def authority(self) -> str:
        """As a Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == USUAL[self.scheme] else f"{host}:{self.port}"

    @property
    def whole(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


USUAL = {"http": 80, "https": 443}
_URL = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?:(?P<user>[^@/?#]*)@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^/?#:\[\]]*)(?::(?P<port>\d{0,5}))?(?P<target>[/?][^#]*)?(?:#.*)?"
)


def split(text: str) -> Url:
    """The parts of a URL. Failed when it is none, or of a protocol that is not spoken."""
    found = _URL.fullmatch(text)
    scheme = (found["scheme"] or "http").lower() if found else ""
    if found is None or (not found["host"] and scheme in USUAL) or re.search(r"[\s\x00-\x1f]", text):
        raise Failed(3, "URL using bad/illegal format or missing URL")
    if scheme not in USUAL:
        raise Failed(1, f'Protocol "{scheme}" not supported or disabled in libcurl')
    port = int(found["port"]) if found["port"] else USUAL[scheme]
    if port > 65535:
        raise Failed(3, "URL using bad/illegal format or missing URL")
    target = found["target"] or "/"
    target = target if target.startswith("/") else f"/{target}"
    return Url(scheme, found["host"].strip("[]"), port, target, found["user"] or "")


def joined(base: Url, location: str) -> str:
    """Where a Location header leads from there."""
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", location):
        return location
    if location.startswith("//"):
        return f"{base.scheme}:{location}"
    start = f"{base.scheme}://{base.authority}"
    if location.startswith("/"):
        return start + location
    return start + base.target.partition("?")[0].rpartition("/")[0] + "/" + location


def encoded(value: str) -> str:
    """What --data-urlencode sends of `name=content` or `content`."""
    name, equals, content = value.partition("=")
    if not equals:
        return quote_plus(value)
    return f"{name}={quote_plus(content)}" if name else quote_plus(content)


# -- what is printed ---------------------------------------------------------------------------------------------

METER = (
    "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
    "                                 Dload  Upload   Total   Spent    Left  Speed\n"
    "\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0"
)


def meter(total: int, received: int, sent: int = 0) -> str:
    """The last state of the progress meter."""
    done = 100 if total and received == total else 0
    both = total + sent
    rate = _short(received * 1000)
    up = _short(sent * 1000)
    return (
        f"\r{done:>3} {_short(both):>5}  {done:>3} {_short(received):>5}  {100 if sent else 0:>3} {_short(sent):>5}"
        f" {rate:>6} {up:>6} --:--:-- --:--:-- --:--:-- {_short((received + sent) * 1000):>5}\n"
    )


def _short(value: int) -> str:
    """At most five characters."""
    if value < 100_000:
        return str(value)
    if value < 10_000 * 1024:
        return f"{value // 1024}k"
    return f"{value // (1024 * 1024)}M"


FIXED = {
    "http_connect": "000",
    "ssl_verify_result": "0",
    "proxy_ssl_verify_result": "0",
    "onerror": "",
    "stdout": "",
    "stderr": "",
}
"""Variables of -w that are the same in every transfer here."""
_VARIABLE = re.compile(r"%\{([a-z_]+)\}|%%|\\([nrt\\])")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}


def written_out(form: str, values: dict[str, str]) -> tuple[str, list[str]]:
    """-w with its variables filled in, and those that are unknown, which are left out."""
    unknown: list[str] = []

    def fill(found: re.Match[str]) -> str:
        if found[1]:
            if found[1] not in values:
                unknown.append(found[1])
            return values.get(found[1], "")
        return _ESCAPES[found[2]] if found[2] else "%"

    return _VARIABLE.sub(fill, form), unknown


def leads_on(head: Head) -> bool:
    """It says to ask elsewhere."""
    return head.status in (301, 302, 303, 307, 308) and bool(head.header("Location"))


def head_text(head: Head) -> bytes:
    """The head of a reply as it came."""
    lines = [f"{head.version} {head.status} {head.phrase}", *(f"{name}: {value}" for name, value in head.headers)]
    return "\r\n".join((*lines, "", "")).encode("latin-1", "replace")


def unverified(code: int, words: str) -> str:
    """Why a certificate is not believed, OpenSSL's number and words given."""
    known = {18: "self-signed certificate", 20: "unable to get local issuer certificate"}
    return (
        f"SSL certificate problem: {known.get(code, words.removesuffix('.'))}\n"
        "More details here: https://curl.se/docs/sslcerts.html\n\n"
        "curl failed to verify the legitimacy of the server and therefore could not\n"
        "establish a secure connection to it. To learn more about this situation and\n"
        "how to fix it, please visit the web page mentioned above."
    )
