"""dig, of BIND 9.18: questions in its syntax, answers printed from the bytes that came."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cluster.dns import dig as printed
from cluster.dns import wire
from cluster.dns.answer import Question
from cluster.dns.dig import Show
from cluster.dns.names import plain_address, reverse_name
from cluster.dns.packing import CLASSES, type_number
from cluster.dns.wire import Wish
from cluster.shell.process import Process
from cluster.shell.programs import naming
from cluster.shell.programs.naming import Heard

VERSION = "9.18.28"
_USAGE = """\
Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}
            {global-d-opt} host [@local-server] {local-d-opt}
            [ host [@local-server] {local-d-opt} [...]]

Use "dig -h" (or "dig -h | more") for complete list of options
"""


class Wrong(Exception):
    """The command line cannot be followed: what is printed, and the exit status."""

    def __init__(self, text: str, status: int = 1) -> None:
        super().__init__(text)
        self.status = status


@dataclass
class Asked:
    """One question and how it is asked and shown."""

    name: str = "."
    type: str = "A"
    class_: str = "IN"
    server: str = ""
    port: int = naming.DNS_PORT
    show: Show = field(default_factory=Show)
    command: bool = True
    short: bool = False
    search: bool = False
    show_search: bool = False
    domain: str = ""
    ndots: int | None = None
    tcp: bool | None = None
    """None: where it is fitting."""
    ignore_tc: bool = False
    wait: float = 5.0
    tries: int = 3
    recursion: bool = True
    ad: bool = True
    cd: bool = False
    edns: int = 1232
    do: bool = False
    cookie: bool = True
    query: bool = False
    """Print what is sent."""

    @property
    def text(self) -> str:
        return self.name


def parse(argv: list[str]) -> list[Asked]:
    """The questions of a command line. Wrong when it cannot be followed."""
    default, asked = Asked(), list[Asked]()
    current = default
    words = list(argv)

    def value(flag: str, attached: str) -> str:
        if attached:
            return attached
        if not words:
            raise Wrong(f"Invalid option: -{flag}\n{_USAGE}")
        return words.pop(0)

    def begin(name: str) -> Asked:
        made = replace(default if asked else current, name=name)
        asked.append(made)
        return made

    while words:
        word = words.pop(0)
        if word.startswith("@"):
            current.server = word[1:]
        elif word.startswith("+"):
            _plus(word[1:], current)
        elif word.startswith("-") and len(word) > 1:
            flag, attached = word[1], word[2:]
            match flag:
                case "h":
                    raise Wrong(_USAGE, 0)
                case "v":
                    raise Wrong(f"DiG {VERSION}\n", 0)
                case "4" | "6" | "u" | "m" | "r":
                    pass
                case "x":
                    given = value(flag, attached)
                    if not plain_address(given):
                        raise Wrong(f"Invalid IP address {given}\n")
                    current = begin(reverse_name(given))
                    current.type = "PTR"
                case "t":
                    given = value(flag, attached).upper()
                    if not _is_type(given):
                        raise Wrong(f";; Warning, ignoring invalid type {given}\n")
                    current.type = given
                case "c":
                    current.class_ = value(flag, attached).upper()
                case "q":
                    current = begin(value(flag, attached))
                case "p":
                    current.port = _number(value(flag, attached), "port number", 65535)
                case "b" | "f" | "k" | "y":
                    value(flag, attached)
                    raise Wrong(f"dig: the option -{flag} is not simulated here\n")
                case _:
                    raise Wrong(f"Invalid option: -{word[1:]}\n{_USAGE}")
        elif word.upper() in CLASSES and word.upper() != "ANY":
            current.class_ = word.upper()
        elif _is_type(word.upper()):
            current.type = word.upper()
        else:
            current = begin(word)
    if not asked:
        asked.append(replace(default, type="NS" if default.type == "A" else default.type))
    return asked


def _is_type(word: str) -> bool:
    try:
        return bool(type_number(word))
    except KeyError:
        return False


def _number(text: str, what: str, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) <= most):
        raise Wrong(f"dig: invalid {what}: '{text}'\n")
    return int(text)


_SHOWN = {
    "comments": "comments",
    "question": "question",
    "answer": "answer",
    "authority": "authority",
    "additional": "additional",
    "stats": "stats",
    "ttlid": "ttl",
    "ttl": "ttl",
    "class": "class_",
    "cl": "class_",
    "ttlunits": "units",
    "multiline": "multiline",
}
_SWITCHES = {
    "cmd": "command",
    "short": "short",
    "search": "search",
    "defname": "search",
    "showsearch": "show_search",
    "tcp": "tcp",
    "vc": "tcp",
    "ignore": "ignore_tc",
    "recurse": "recursion",
    "rdflag": "recursion",
    "adflag": "ad",
    "cdflag": "cd",
    "dnssec": "do",
    "do": "do",
    "cookie": "cookie",
    "qr": "query",
}
_VALUES = {"domain", "ndots", "time", "timeout", "tries", "retry", "bufsize", "edns"}
_PASSED = {"fail", "besteffort", "identify", "mapped", "keepopen", "idnin", "idnout", "nssearch", "trace", "crypto",
           "split", "onesoa", "rrcomments", "sit", "subnet", "badcookie", "aaonly", "aaflag", "nsid", "expire",
           "header-only", "unknownformat", "yaml", "opcode", "padding", "raflag", "tcflag", "zflag"}  # fmt: skip
_KNOWN = (*_SHOWN, *_SWITCHES, *_VALUES, *_PASSED, "all")


def _plus(option: str, asked: Asked) -> None:
    """One +option; any beginning that fits one alone will do."""
    called, _, value = option.partition("=")
    on = not called.startswith("no")
    name = _whole(called if on else called[2:])
    if name is None:
        raise Wrong(f"Invalid option: +{option}\n{_USAGE}")
    if name == "all":
        sections = ("comments", "question", "answer", "authority", "additional", "stats")
        asked.show, asked.command = asked.show._replace(**dict.fromkeys(sections, on)), on
    elif name in _SHOWN:
        asked.show = asked.show._replace(**{_SHOWN[name]: on})
    elif name in _VALUES:
        _valued(name, value, asked, on=on)
    elif name == "short":
        asked.short = on
        if on:
            asked.show, asked.command = Show(False, False, True, False, False, False), False
    elif name in _SWITCHES:
        setattr(asked, _SWITCHES[name], on)
        if name == "showsearch" and on:
            asked.search = True


def _whole(called: str) -> str | None:
    if called in _KNOWN:
        return called
    fitting = [each for each in _KNOWN if called and each.startswith(called)]
    return fitting[0] if fitting else None


def _valued(name: str, value: str, asked: Asked, *, on: bool) -> None:
    match name:
        case "domain":
            asked.domain, asked.search = value, True
        case "ndots":
            asked.ndots = _number(value or "1", "ndots", 100)
        case "time" | "timeout":
            asked.wait = float(max(_number(value or "5", "timeout", 3600), 1)) if on else 5.0
        case "tries":
            asked.tries = max(_number(value or "3", "tries", 100), 1) if on else 1
        case "retry":
            asked.tries = _number(value or "2", "retries", 100) + 1 if on else 1
        case "bufsize":
            asked.edns = max(_number(value or "1232", "buffer size", 65535), 512)
        case _:
            asked.edns = 1232 if on else 0


async def run(process: Process) -> int:
    """The program."""
    try:
        questions = parse(process.argv[1:])
    except Wrong as wrong:
        end = process.stdout if wrong.status == 0 else process.stderr
        await end.write(str(wrong).encode())
        return wrong.status
    banner = f"; <<>> DiG {VERSION} <<>> {' '.join(process.argv[1:])}".rstrip()
    status = 0
    for at, asked in enumerate(questions):
        shown = ""
        if at == 0 and asked.command:
            counted = "; (1 server found)\n" if asked.server else ""
            shown = f"\n{banner}\n{counted};; global options: +cmd\n"
        status = max(status, await _one(process, asked, shown))
    return status


async def _one(process: Process, asked: Asked, banner: str) -> int:
    conf = naming.conf(process)
    servers = conf.nameservers or ("127.0.0.1",)
    if asked.server:
        found = (await naming.lookup(process, asked.server)).addresses
        if not found:
            said = f"dig: couldn't get address for '{asked.server}': not found\n"
            await process.stderr.write(said.encode())
            return 1
        servers = found[:1]
    search = (asked.domain,) if asked.domain else conf.search
    ndots = conf.ndots if asked.ndots is None else asked.ndots
    wish = Wish(
        asked.recursion,
        asked.ad,
        asked.cd,
        asked.edns,
        asked.do,
        _cookie(process) if asked.cookie and asked.edns else b"",
    )
    names = naming.candidates(asked.name, search, ndots, listed=asked.search)
    for at, name in enumerate(names):
        question = Question(name, asked.type, asked.class_)
        heard = await naming.ask(
            process,
            question,
            servers,
            asked.port,
            wish=wish,
            tcp=asked.type == "ANY" if asked.tcp is None else asked.tcp,
            wait=asked.wait,
            tries=asked.tries,
            keep_truncated=asked.ignore_tc,
        )
        last = at == len(names) - 1 or heard.message is None or heard.message.rcode == "NOERROR"
        if last or asked.show_search:
            await process.stdout.write(text(asked, heard, wish, question, process.machine.now(), banner).encode())
            banner = ""
        if heard.message is None:
            return 9
        if last:
            break
    return 0


def _cookie(process: Process) -> bytes:
    return bytes(process.machine.pick(256) for _ in range(8))


def text(asked: Asked, heard: Heard, wish: Wish, question: Question, now: float, banner: str) -> str:
    """What is printed of one question."""
    told = "".join(f"{line}\n" for line in heard.told)
    if heard.message is None:
        return f"{told}{banner};; no servers could be reached\n\n"
    message = heard.message
    if asked.short:
        return told + "".join(f"{each.data}\n" for each in message.answer)
    found = told + banner
    if asked.query and asked.show.comments:
        sent = wire.asked(question, message.id, wish)
        found += f";; Sending:\n{printed.body(wire.parse(sent), asked.show, wish.cookie)};; QUERY SIZE: {len(sent)}\n\n"
    if asked.show.comments:
        found += ";; Got answer:\n"
    found += printed.body(message, asked.show, wish.cookie)
    if asked.show.stats:
        transport = "TCP" if heard.tcp else "UDP"
        found += printed.stats(message, heard.server, asked.port, now, transport) + "\n"
    return found


PROGRAMS = {"dig": run}
