"""Programs that say something about the process and its container: echo, env, id, uname, date and their like."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime

from cluster.nodes import hostfiles
from cluster.shell import owners
from cluster.shell.commandline import Call, Complaint, program
from cluster.shell.launching import launch
from cluster.shell.process import Process
from cluster.shell.programs.making import moment

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "\\": "\\", "e": "\033"}
_ESCAPE = re.compile(r"\\(0[0-7]{0,3}|x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", re.DOTALL)


def unescaped(text: str) -> str:
    """With backslash escapes as echo -e and printf %b read them."""

    def value(found: re.Match[str]) -> str:
        word = found[1]
        if word[0] in "01234567":
            return chr(int(word, 8) & 255)
        if word[0] == "x" and len(word) > 1:
            return chr(int(word[1:], 16))
        return _ESCAPES.get(word, found[0])

    return _ESCAPE.sub(value, text)


async def echo(process: Process) -> int:
    words, ends, reads = process.argv[1:], "\n", False
    while words and re.fullmatch(r"-[neE]+", words[0]):
        for letter in words.pop(0)[1:]:
            ends, reads = ("" if letter == "n" else ends), {"e": True, "E": False}.get(letter, reads)
    text = " ".join(words)
    if reads:
        text, stop, _ = text.partition("\\c")
        text, ends = unescaped(text), "" if stop else ends
    try:
        await process.stdout.write((text + ends).encode(errors="surrogateescape"))
    except BrokenPipeError:
        return 141
    return 0


async def true(process: Process) -> int:
    return 0


async def false(process: Process) -> int:
    return 1


@program("0iu:C:S:", {"ignore-environment": "i", "unset": "u:", "null": "0", "chdir": "C:"}, stops=True, status=125)
async def env(call: Call) -> int | None:
    own = {} if call.has("i") else dict(call.process.env)
    for name in call.options.get("u", ()):
        own.pop(name, None)
    words = list(call.operands)
    if words[:1] == ["-"]:
        own, words = {}, words[1:]
    while words and "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        own[name] = value
    if not words:
        ends = "\0" if call.has("0") else "\n"
        await call.say("".join(f"{name}={value}{ends}" for name, value in own.items()))
        return None
    child = call.process.child(words, env=own, cwd=call.path(call.value("C")) if call.has("C") else call.process.cwd)
    return await started(call, child)


async def started(call: Call, child: Process) -> int:
    """Run a command for another program; 127 and 126 with the words of those that start others."""
    name = child.argv[0]
    try:
        return await launch(child)
    except OSError as error:
        said = f"can't execute '{name}': {error.strerror}" if call.is_busybox else f"'{name}': {error.strerror}"
        if call.name == "xargs" and not call.is_busybox:
            said = f"{name}: {error.strerror}"
        elif call.name in ("chroot", "timeout", "nohup", "nice") and not call.is_busybox:
            said = f"failed to run command '{name}': {error.strerror}"
        await call.complain(said)
        return 127 if isinstance(error, FileNotFoundError) else 126


@program("0", {"null": "0"})
async def printenv(call: Call) -> None:
    own = call.process.env
    for name in call.operands:
        if name in own:
            await call.say(f"{own[name]}\n")
        else:
            call.status = 1
    if not call.operands:
        await call.say("".join(f"{name}={value}\n" for name, value in own.items()))


@program("ugGnr", {"user": "u", "group": "g", "groups": "G", "name": "n", "real": "r"})
async def id_(call: Call) -> None:
    accounts, groups = owners.accounts(call.files), owners.groups(call.files)
    number = call.process.user
    account = next((each for each in accounts if each.number == number), None)
    if call.operands:
        account = next((each for each in accounts if each.name == call.operands[0]), None)
        if account is None:
            raise Complaint(
                f"unknown user {call.operands[0]}" if call.is_busybox else f"'{call.operands[0]}': no such user"
            )
        number = account.number
    own = call.machine.who
    if call.operands:
        first = account.group if account else 0
        every = sorted({first, *owners.memberships(call.files, account.name if account else "")})
    else:
        first, every = own.group, sorted(own.groups)
    user_name = account.name if account else ""

    def named(group: int) -> str:
        return f"{group}({groups[group]})" if group in groups else str(group)

    if call.has("u"):
        await call.say(f"{(user_name or number) if call.has('n') else number}\n")
    elif call.has("g", "G"):
        shown = [first, *(each for each in every if each != first)] if call.has("G") else [first]
        names = [groups.get(each, str(each)) if call.has("n") else str(each) for each in shown]
        await call.say(f"{' '.join(names)}\n")
    else:
        user_text = f"uid={number}({user_name})" if user_name else f"uid={number}"
        await call.say(f"{user_text} gid={named(first)} groups={','.join(named(each) for each in every)}\n")


@program()
async def whoami(call: Call) -> None:
    account = next((each for each in owners.accounts(call.files) if each.number == call.process.user), None)
    if account is None:
        raise Complaint(f"cannot find name for user ID {call.process.user}")
    await call.say(f"{account.name}\n")


_UNAME = {"all": "a", "kernel-name": "s", "nodename": "n", "kernel-release": "r", "kernel-version": "v"}
_UNAME |= {"machine": "m", "processor": "p", "hardware-platform": "i", "operating-system": "o"}


@program("asnrvmpio", _UNAME)
async def uname(call: Call) -> None:
    host = call.files.read("/etc/hostname").decode(errors="replace").strip()
    facts = {
        "s": "Linux",
        "n": host,
        "r": hostfiles.kernel(call.machine.world, call.machine.pod),
        "v": "#1 SMP",
        "m": "x86_64",
        "p": "x86_64",
        "i": "x86_64",
        "o": "Linux" if call.is_busybox else "GNU/Linux",
    }
    wanted = "snrvmo" if call.has("a") else "".join(each for each in facts if call.has(each)) or "s"
    await call.say(" ".join(facts[each] for each in wanted) + "\n")


@program("d:uIRr:s:f:", {"date": "d:", "utc": "u", "universal": "u", "iso-8601": "I", "rfc-email": "R", "set": "s:"})
async def date(call: Call) -> None:
    now = call.machine.now()
    if call.has("s"):
        raise Complaint("cannot set date: Operation not permitted")
    if call.has("r"):
        try:
            now = call.files.stat(call.path(call.value("r"))).modified
        except OSError as error:
            raise Complaint(f"{call.value('r')}: {error.strerror}") from None
    if call.has("d"):
        found = moment(call.value("d"), now)
        if found is None:
            raise Complaint(f"invalid date '{call.value('d')}'")
        now = found
    form = "%a %b %e %H:%M:%S UTC %Y"
    if call.has("R"):
        form = "%a, %d %b %Y %H:%M:%S +0000"
    if call.has("I"):
        form = {"seconds": "%Y-%m-%dT%H:%M:%S+00:00", "hours": "%Y-%m-%dT%H+00:00"}.get(call.value("I"), "%Y-%m-%d")
    for operand in call.operands:
        if not operand.startswith("+"):
            raise Complaint(f"invalid date '{operand}'")
        form = operand[1:]
    await call.say(formatted(form, now) + "\n")


_DIRECTIVE = re.compile(r"%([-_0^#]?)(\d*)(:{0,2}[a-zA-Z%+])")
_AS_PYTHON = frozenset("aAbBcCdeDFGgHIjklmMpPrRSTuUVwWxXyYh")


def formatted(form: str, moment: float) -> str:
    """A moment as strftime(3) writes it, in UTC."""
    when = datetime.fromtimestamp(max(-6e10, min(moment, 253_402_300_799.0)), UTC)

    def value(found: re.Match[str]) -> str:
        flag, _, letter = found[1], found[2], found[3]
        simple = {"%": "%", "n": "\n", "t": "\t", "s": str(int(moment // 1)), "N": f"{int(moment % 1 * 1e9):09d}"}
        simple |= {"z": "+0000", ":z": "+00:00", "Z": "UTC", "q": str((when.month + 2) // 3)}
        text = simple.get(letter)
        if text is None:
            if letter not in _AS_PYTHON:
                return found[0]
            text = when.strftime(f"%{letter}")
        if flag == "-":
            return text.lstrip("0 ") or "0"
        if flag == "_":
            return re.sub(r"^0+(?=.)", lambda zeros: " " * len(zeros[0]), text)
        return text.upper() if flag == "^" else text

    return _DIRECTIVE.sub(value, form)


@program("", {"all": "a", "ignore": "i:"})
async def nproc(call: Call) -> None:
    await call.say(f"{hostfiles.processors(call.machine.world, call.machine.pod)}\n")


@program()
async def tty(call: Call) -> int:
    await call.say("/dev/pts/0\n" if call.process.tty is not None else "not a tty\n")
    return 0 if call.process.tty is not None else 1


@program("x")
async def clear(call: Call) -> None:
    await call.say("\033[H\033[2J\033[3J")


async def yes(process: Process) -> int:
    line = (" ".join(process.argv[1:]) or "y") + "\n"
    try:
        for _ in range(100_000):
            await process.stdout.write(line.encode() * 64)
            await asyncio.sleep(0)
    except BrokenPipeError:
        return 141
    return 0


PROGRAMS = {"echo": echo, "true": true, "false": false, "env": env, "printenv": printenv, "id": id_, "whoami": whoami}
PROGRAMS |= {"uname": uname, "date": date, "nproc": nproc, "tty": tty, "clear": clear, "yes": yes}
