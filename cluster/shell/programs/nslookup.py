"""nslookup, as the image has it: BIND's own, BusyBox's that asks the C library (before 1.29), or its later one."""

from __future__ import annotations

from dataclasses import dataclass

from cluster.dns.answer import Question
from cluster.dns.names import plain_address, reverse_name
from cluster.dns.packing import CLASSES, type_number
from cluster.dns.wire import Wish
from cluster.nodes import images, servers
from cluster.shell.process import Process
from cluster.shell.programs import naming
from cluster.shell.programs import nslookuptext as printed

_FIRST_OF_ITS_OWN = (1, 29)
"""The BusyBox whose nslookup puts its questions itself."""
_SETTINGS = ("debug", "search", "recurse", "vc", "d2", "defname", "fail")


async def run(process: Process) -> int:
    """The program."""
    if naming.has_bind(process) or not naming.is_busybox(process):
        return await _Bind(process).run()
    return await (_asking_the_library(process) if _is_old(process.machine.image) else _busybox(process))


def _is_old(image: str) -> bool:
    called, tag = servers.called(image), images.tag(image)
    numbers = tag.split("-")[0].split(".")
    if called == "busyboxplus":
        return True
    known = called == "busybox" and len(numbers) > 1 and all(each.isdecimal() for each in numbers[:2])
    return known and (int(numbers[0]), int(numbers[1])) < _FIRST_OF_ITS_OWN


# -- BIND ----------------------------------------------------------------------------------------------------------


@dataclass
class _Set:
    """What options and `set` change."""

    type: str = ""
    """ "": addresses of both families."""
    class_: str = "IN"
    port: int = naming.DNS_PORT
    wait: float = 5.0
    retry: int = 3
    ndots: int | None = None
    domain: str = ""
    search: bool = True
    recurse: bool = True
    vc: bool = False
    debug: bool = False


class Unknown(Exception):
    """An option that is none; the message says which."""


class _Bind:
    def __init__(self, process: Process) -> None:
        self.process, self.set = process, _Set()
        self.server = ""
        self.address = ""

    async def run(self) -> int:
        named: list[str] = []
        for word in self.process.argv[1:]:
            if not word.startswith("-") or word == "-":
                named.append(word)
                continue
            try:
                self.apply(word[1:])
            except Unknown as unknown:
                await self._say(f"*** Invalid option: {unknown}\n")
        if len(named) > 1 and not await self.use(named[1]):
            return 1
        if not named or named[0] == "-":
            return await self._converse()
        status = await self.look(named[0])
        await self._say("\n")
        return status

    def apply(self, option: str) -> None:
        """One option of the command line or of `set`. Unknown."""
        called, _, value = option.partition("=")
        on = not called.startswith("no")
        flag = {"sea": "search", "rec": "recurse", "deb": "debug"}.get(called[:3] if on else called[2:5], called)
        flag = flag if on else flag.removeprefix("no")
        if called in ("type", "querytype", "query", "q", "ty") and value:
            self._set_type(value)
        elif called in ("class", "cl") and value.upper() in CLASSES:
            self.set.class_ = value.upper()
        elif called in ("port", "po", "timeout", "t", "retry", "ret", "ndots") and value.isdecimal() and len(value) < 6:
            field = {"po": "port", "t": "wait", "timeout": "wait", "ret": "retry"}.get(called, called)
            setattr(self.set, field, int(value))
        elif called in ("domain", "do"):
            self.set.domain, self.set.search = value, True
        elif flag in _SETTINGS:
            if hasattr(self.set, flag):
                setattr(self.set, flag, on)
        else:
            raise Unknown(option)

    def _set_type(self, value: str) -> None:
        try:
            type_number(value.upper())
        except KeyError:
            raise Unknown(f"unknown query type: {value}") from None
        self.set.type = value.upper()

    async def use(self, called: str) -> bool:
        """Ask that server from now on."""
        found = (await naming.lookup(self.process, called)).addresses
        if not found:
            await self._say(f"nslookup: couldn't get address for '{called}': not found\n")
            return False
        self.server, self.address = called, found[0]
        return True

    async def look(self, name: str) -> int:
        """Print what a name or address is; the exit status."""
        conf = naming.conf(self.process)
        search = (self.set.domain,) if self.set.domain else conf.search
        ndots = conf.ndots if self.set.ndots is None else self.set.ndots
        if plain_address(name):
            return await self._ask(name, [reverse_name(name)], "PTR", block=bool(self.set.type))
        names = naming.candidates(name, search, ndots, listed=self.set.search)
        return await self._ask(name, names, self.set.type or "A", block=True)

    async def _ask(self, typed: str, names: list[str], type_: str, *, block: bool) -> int:
        """Name after name until one is known; with no type set, its other addresses too."""
        for at, name in enumerate(names):
            heard = await self._heard(Question(name, type_, self.set.class_))
            await self._say("".join(f"{line}\n" for line in heard.told))
            message = heard.message
            if message is None:
                await self._say(";; no servers could be reached\n")
                return 1
            if message.rcode != "NOERROR" and at < len(names) - 1:
                continue
            if block:
                await self._say(printed.server(self.server or heard.server, heard.server, self.set.port))
            if self.set.debug:
                await self._say(printed.debugged(message))
            if message.rcode != "NOERROR":
                await self._say(printed.cannot_find(name, message.rcode))
                return 1
            authoritative = "aa" in message.flags
            if not authoritative and (self.set.type or type_ == "A"):
                await self._say("Non-authoritative answer:\n")
            await self._say(printed.records(message.answer))
            if type_ == "A" and not self.set.type:
                end = next((each.data for each in reversed(message.answer) if each.type == "CNAME"), name)
                return await self._other_addresses(typed, end, found=bool(message.answer))
            if not message.answer:
                await self._say(printed.no_answer(typed))
            if not authoritative:
                rest = printed.records((*message.authority, *message.additional))
                await self._say(f"\nAuthoritative answers can be found from:\n{rest}")
            return 0
        return 1

    async def _other_addresses(self, typed: str, name: str, *, found: bool) -> int:
        heard = await self._heard(Question(name, "AAAA", self.set.class_))
        if heard.message is None:
            await self._say(";; no servers could be reached\n")
            return 1
        message = heard.message
        if self.set.debug:
            await self._say(printed.debugged(message))
        if message.rcode != "NOERROR":
            await self._say(printed.cannot_find(name, message.rcode))
            return 1
        await self._say(printed.records(message.answer))
        if not message.answer and not found:
            await self._say(printed.no_answer(typed))
        return 0

    async def _heard(self, question: Question) -> naming.Heard:
        conf = naming.conf(self.process)
        given = (self.address,) if self.address else conf.nameservers or ("127.0.0.1",)
        wish = Wish(recursion=self.set.recurse)
        return await naming.ask(
            self.process,
            question,
            given,
            self.set.port,
            wish=wish,
            tcp=self.set.vc,
            wait=self.set.wait or 5.0,
            tries=max(self.set.retry, 1),
        )

    # -- line by line ---------------------------------------------------------------------------------------

    async def _converse(self) -> int:
        status = await self._conversed()
        await self._say("\n")
        return status

    async def _conversed(self) -> int:
        waiting, status = b"", 0
        while True:
            await self._say("> " if self.process.tty else "")
            while b"\n" not in waiting:
                data = await self.process.stdin.read()
                if not data:
                    return status
                waiting += data
            line, _, waiting = waiting.partition(b"\n")
            words = line.decode(errors="replace").split()
            match words:
                case []:
                    continue
                case ["exit", *_]:
                    return status
                case ["set", "all"]:
                    await self._tell_all()
                case ["set", option]:
                    try:
                        self.apply(option)
                    except Unknown as unknown:
                        await self._say(f"*** Invalid option: {unknown}\n")
                case ["server" | "lserver", called]:
                    if await self.use(called):
                        await self._say(self._default())
                case [name]:
                    status = await self.look(name)
                case [name, called]:
                    before = self.server, self.address
                    if await self.use(called):
                        status = await self.look(name)
                    self.server, self.address = before

    def _default(self) -> str:
        first = (naming.conf(self.process).nameservers or ("127.0.0.1",))[0]
        address = self.address or first
        return f"Default server: {self.server or first}\nAddress: {address}#{self.set.port}\n"

    async def _tell_all(self) -> None:
        conf, now = naming.conf(self.process), self.set
        flags = [word if getattr(now, word) else f"no{word}" for word in ("vc", "debug", "search", "recurse")]
        ndots = conf.ndots if now.ndots is None else now.ndots
        search = "/".join((now.domain,) if now.domain else conf.search)
        await self._say(
            f"{self._default()}\nSet options:\n  {flags[0]}\t\t\t{flags[1]}\t\tnod2\n  {flags[2]}\t\t{flags[3]}\n"
            f"  timeout = {int(now.wait)}\t\tretry = {now.retry}\tport = {now.port}\tndots = {ndots}\n"
            f"  querytype = {now.type or 'A':<8}\tclass = {now.class_}\n  srchlist = {search}\n"
        )

    async def _say(self, text: str) -> None:
        if text:
            await self.process.stdout.write(text.encode())


# -- BusyBox -------------------------------------------------------------------------------------------------------


async def _asking_the_library(process: Process) -> int:
    """Before 1.29: what getaddrinfo and getnameinfo give."""
    words = process.argv[1:]
    if not 0 < len(words) < 3:
        await process.stderr.write(_usage("[HOST] [SERVER]"))
        return 1
    server = words[1] if len(words) > 1 else (naming.conf(process).nameservers or ("127.0.0.1",))[0]
    await process.stdout.write(await _block(process, "Server:", server) + b"\n")
    found = await naming.lookup(process, words[0])
    if not found.addresses:
        await process.stderr.write(printed.unresolved(words[0]).encode())
        return 1
    await process.stdout.write(await _block(process, "Name:", words[0]))
    return 0


async def _block(process: Process, header: str, host: str) -> bytes:
    found = (await naming.lookup(process, host)).addresses
    named = [(address, await naming.name_of(process, address)) for address in found]
    return printed.addresses(header, host, named).encode()


def _usage(words: str) -> bytes:
    return f"BusyBox multi-call binary.\n\nUsage: nslookup {words}\n\nQuery DNS about HOST\n".encode()


async def _busybox(process: Process) -> int:
    """Since 1.29: its own questions, all at once, each answer printed."""
    named = [word for word in process.argv[1:] if not word.startswith("-")]
    types: list[str] = []
    debug = False
    for option in (word[1:] for word in process.argv[1:] if word.startswith("-")):
        called, _, value = option.partition("=")
        if called in ("type", "querytype", "q", "t"):
            if value.upper() not in ("SOA", "NS", "A", "AAAA", "CNAME", "MX", "TXT", "PTR", "SRV", "ANY"):
                await process.stderr.write(f'nslookup: invalid query type "{value}"\n'.encode())
                return 1
            types.append(value.upper())
        debug = debug or called == "debug"
    if not 0 < len(named) < 3:
        await process.stderr.write(_usage("[-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]"))
        return 1
    conf = naming.conf(process)
    server = named[1] if len(named) > 1 else (conf.nameservers or ("127.0.0.1",))[0]
    addresses = (await naming.lookup(process, server)).addresses
    if not addresses:
        await process.stderr.write(f"nslookup: bad address '{server}'\n".encode())
        return 1
    questions = _questions(named[0], types, conf.search)
    said, failed = "", False
    for at, question in enumerate(questions):
        heard = await naming.ask(process, question, addresses[:1], wait=5.0, tries=2)
        message = heard.message
        if message is None:
            refused = any("refused" in each for each in heard.told)
            if refused:
                await process.stderr.write(f"nslookup: write to '{addresses[0]}': Connection refused\n".encode())
            await process.stdout.write(b";; connection timed out; no servers could be reached\n\n")
            return 1
        if debug:
            said += f"Query #{at} completed in 0ms:\n"
        if message.rcode != "NOERROR":
            said, failed = said + printed.cannot_find(question.name, message.rcode), True
        else:
            if debug and "aa" in message.flags:
                said += "authoritative answer:\n"
            elif "aa" not in message.flags:
                said += "Non-authoritative answer:\n"
            said += printed.records(message.answer, dots=False)
        said += "\n"
    await process.stdout.write((printed.server(server, addresses[0], naming.DNS_PORT, ":") + said).encode())
    return int(failed)


def _questions(name: str, types: list[str], search: tuple[str, ...]) -> list[Question]:
    if plain_address(name):
        return [Question(reverse_name(name), "PTR")]
    whole = [f"{name.rstrip('.')}."]
    # A name with a dot in it is never walked through the list.
    names = [f"{name}.{domain}." for domain in search] if "." not in name and search else whole
    return [Question(each, type_) for type_ in types or ("A", "AAAA") for each in names]


PROGRAMS = {"nslookup": run}
