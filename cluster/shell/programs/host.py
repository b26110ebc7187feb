"""host, of BIND 9.18."""

from __future__ import annotations

from dataclasses import dataclass

from cluster.dns import dig
from cluster.dns.answer import Question, Record
from cluster.dns.names import plain_address, reverse_name
from cluster.dns.packing import RCODES, type_number
from cluster.dns.wire import Message, Wish
from cluster.shell.process import Process
from cluster.shell.programs import naming
from cluster.shell.programs.nslookuptext import bare

_USAGE = "Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]\n            [-R number] [-m flag] "
_USAGE += "[-p port] hostname [server]\n"
_WORDS = {
    "A": "has address",
    "AAAA": "has IPv6 address",
    "CNAME": "is an alias for",
    "MX": "mail is handled by",
    "NS": "name server",
    "PTR": "domain name pointer",
    "TXT": "descriptive text",
}


@dataclass
class _Given:
    type: str = ""
    class_: str = "IN"
    port: int = naming.DNS_PORT
    verbose: bool = False
    tcp: bool = False
    recursion: bool = True
    ndots: int | None = None
    wait: float = 5.0
    tries: int = 2
    names: tuple[str, ...] = ()


class Wrong(Exception):
    """The command line cannot be followed."""


def parse(argv: list[str]) -> _Given:
    """What a command line asks for. Wrong when it cannot be followed."""
    given, words = _Given(), list(argv)
    while words:
        word = words.pop(0)
        if not word.startswith("-") or word == "-":
            given.names += (word,)
            continue
        letters = word[1:]
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter in "ctNRWpm":
                if not letters and not words:
                    raise Wrong(f"host: option requires an argument -- '{letter}'\n{_USAGE}")
                value, letters = letters or words.pop(0), ""
                _valued(letter, value, given)
            elif letter == "a":
                given.type, given.verbose = given.type or "ANY", True
            elif letter in "vd":
                given.verbose = True
            elif letter == "T":
                given.tcp = True
            elif letter == "r":
                given.recursion = False
            elif letter not in "46CiUwsAl":
                raise Wrong(f"host: invalid option -- '{letter}'\n{_USAGE}")
    return given


def _valued(letter: str, value: str, given: _Given) -> None:
    if letter == "t":
        try:
            type_number(value.upper())
        except KeyError:
            raise Wrong(f"host: invalid type: {value}\n\n") from None
        given.type = value.upper()
    elif letter == "c":
        given.class_ = value.upper()
    elif letter != "m":
        if not value.isdecimal() or len(value) > 5:
            raise Wrong(f"host: invalid number: {value}\n")
        field = {"N": "ndots", "R": "tries", "W": "wait", "p": "port"}[letter]
        setattr(given, field, int(value))


async def run(process: Process) -> int:
    """The program."""
    try:
        given = parse(process.argv[1:])
    except Wrong as wrong:
        await process.stderr.write(str(wrong).encode())
        return 1
    if not given.names:
        await process.stderr.write(_USAGE.encode())
        return 1
    conf = naming.conf(process)
    servers, shown = conf.nameservers or ("127.0.0.1",), ""
    if len(given.names) > 1:
        called = given.names[1]
        found = (await naming.lookup(process, called)).addresses
        if not found:
            await process.stderr.write(f"host: couldn't get address for '{called}': not found\n".encode())
            return 1
        servers = found[:1]
        shown = f"Using domain server:\nName: {called}\nAddress: {found[0]}#{given.port}\nAliases: \n\n"
    return await _walk(process, given, servers, shown)


async def _walk(process: Process, given: _Given, servers: tuple[str, ...], shown: str) -> int:
    conf, typed = naming.conf(process), given.names[0]
    if plain_address(typed):
        names, types = [reverse_name(typed)], ["PTR"]
    else:
        ndots = conf.ndots if given.ndots is None else given.ndots
        names = naming.candidates(typed, conf.search, ndots)
        types = [given.type] if given.type else ["A", "AAAA", "MX"]
    wish = Wish(recursion=given.recursion)
    for at, name in enumerate(names):
        status = 0
        for type_ in types:
            if given.verbose:
                await _say(process, f'Trying "{bare(name)}"\n')
            heard = await naming.ask(
                process,
                Question(name, type_, given.class_),
                servers,
                given.port,
                wish=wish,
                tcp=given.tcp,
                wait=given.wait or 5.0,
                tries=max(given.tries, 1),
            )
            await _say(process, "".join(f"{line}\n" for line in heard.told))
            if heard.message is None:
                await _say(process, ";; no servers could be reached\n")
                return 1
            message = heard.message
            if message.rcode != "NOERROR" and at < len(names) - 1:
                status = 1
                break
            await _say(process, shown)
            shown = ""
            if message.rcode != "NOERROR":
                full = f"{name}" if type_ == "PTR" else bare(name)
                await _say(process, f"Host {full} not found: {RCODES.get(message.rcode, 2)}({message.rcode})\n")
                status = 1
                if type_ == types[0] and not any(each.type == "CNAME" for each in message.answer):
                    return 1
                continue
            await _say(process, _told(message, type_, given, heard.server))
            aliases = [each.data for each in message.answer if each.type == "CNAME"]
            name = aliases[-1] if aliases and type_ == "A" else name
        else:
            return status
    return 1


def _told(message: Message, type_: str, given: _Given, server: str) -> str:
    """One answer."""
    if given.verbose:
        size = f"Received {message.size} bytes from {server}#{given.port} in 0 ms\n"
        body = dig.body(message)
        for line in (*dig.MULTICAST, dig.NO_RECURSION):
            body = body.replace(f"{line}\n", "")
        return body + size
    said = "".join(_record(each) for each in message.answer)
    if not said and given.type and message.question is not None:
        said = f"{bare(message.question.name)} has no {type_} record\n"
    return said


def _record(each: Record) -> str:
    word = _WORDS.get(each.type, f"has {each.type} record")
    return f"{bare(each.name)} {word} {each.data}\n"


async def _say(process: Process, text: str) -> None:
    if text:
        await process.stdout.write(text.encode())


PROGRAMS = {"host": run}
