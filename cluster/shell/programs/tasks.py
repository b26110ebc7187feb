"""ps, kill, pgrep, pkill, free, uptime: what runs in the container, and what its machine has."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from cluster.nodes import hostfiles
from cluster.shell import owners
from cluster.shell.commandline import Call, Complaint, program
from cluster.shell.processes import SIGTERM, Running

SIGNALS = tuple(
    "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP".split()  # noqa: SIM905
)


def user(call: Call, number: int) -> str:
    return next((each.name for each in owners.accounts(call.files) if each.number == number), str(number))


@program("aAefluwxo:p:C:U:u:T", {"forest": "f", "no-headers": "h", "pid": "p:", "sort": "s:"})
async def ps(call: Call) -> None:
    every = call.machine.processes.list()
    letters = "".join(call.operands) + "".join(call.options)
    if call.has("p"):
        wanted = {int(each) for each in re.split("[, ]", call.value("p")) if each.isdigit()}
        every = [each for each in every if each.pid in wanted]
    if call.is_busybox:
        table = [("PID", "USER", "TIME", "COMMAND")]
        table += [(str(each.pid), user(call, each.user), "0:00", " ".join(each.argv)) for each in every]
        await call.say("".join(f"{row[0]:>5} {row[1]:<8} {row[2]:>5} {row[3]}\n" for row in table))
        return
    terminals = {True: "pts/0", False: "?"}
    if call.has("o"):
        await call.say(_chosen(call, every))
    elif "f" in letters and ("e" in letters or "A" in letters):
        rows = ["UID          PID    PPID  C STIME TTY          TIME CMD"]
        rows += [
            f"{user(call, each.user):<8} {each.pid:>7} {each.parent:>7}  0 {_clock(each.since)} "
            f"{terminals[each.terminal]:<8} 00:00:00 {' '.join(each.argv)}"
            for each in every
        ]
        await call.say("\n".join(rows) + "\n")
    elif "u" in letters:
        rows = ["USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND"]
        rows += [
            f"{user(call, each.user):<8} {each.pid:>7}  0.0  0.0   4096  2048 {terminals[each.terminal]:<8} "
            f"{'Ss' if each.pid == 1 else 'S':<4} {_clock(each.since)}   0:00 {' '.join(each.argv)}"
            for each in every
        ]
        await call.say("\n".join(rows) + "\n")
    else:
        if not any(each in letters for each in "aAex"):
            every = _before_the_same(call, every)
        rows = ["    PID TTY          TIME CMD"]
        rows += [f"{each.pid:>7} {terminals[each.terminal]:<8} 00:00:00 {_short(each)}" for each in every]
        await call.say("\n".join(rows) + "\n")


def _before_the_same(call: Call, every: list[Running]) -> list[Running]:
    """Those at the terminal that whoever asks is at, each session having its own; without one, those that have none."""
    if not any(each.terminal for each in every if each.pid == call.process.pid):
        return [each for each in every if each.pid != 1 and not each.terminal]
    parents = {each.pid: each.parent for each in every}

    def session(pid: int) -> int:
        while parents.get(pid):
            pid = parents[pid]
        return pid

    own = session(call.process.pid)
    return [each for each in every if each.terminal and session(each.pid) == own]


def _chosen(call: Call, every: list[Running]) -> str:
    fields = [each for text in call.options["o"] for each in re.split("[, ]", text) if each]
    titles = {"pid": "PID", "ppid": "PPID", "user": "USER", "cmd": "CMD", "args": "COMMAND", "comm": "COMMAND"}
    unknown = next((each for each in fields if each.rstrip("=") not in titles), None)
    if unknown:
        raise Complaint(f'error: unknown user-defined format specifier "{unknown}"')
    rows = [] if all(each.endswith("=") for each in fields) else [[titles[each.rstrip("=")] for each in fields]]
    for each in every:
        line = " ".join(each.argv)
        values = {"pid": str(each.pid), "ppid": str(each.parent), "user": user(call, each.user)}
        values |= {"cmd": line, "args": line, "comm": _short(each)}
        rows.append([values[field.rstrip("=")] for field in fields])
    widths = [max([len(row[at]) for row in rows] or [0]) for at in range(len(fields))]
    right = [each.rstrip("=") in ("pid", "ppid") for each in fields]
    lines = []
    for row in rows:
        sized = zip(row, widths, right, strict=True)
        cells = [cell.rjust(width) if to else cell.ljust(width) for cell, width, to in sized]
        lines.append(" ".join(cells).rstrip() + "\n")
    return "".join(lines)


def _short(each: Running) -> str:
    return each.argv[0].partition(":")[0].rpartition("/")[2][:15] if each.argv else ""


def _clock(moment: float) -> str:
    return datetime.fromtimestamp(max(moment, 0.0), UTC).strftime("%H:%M")


def signal_number(text: str) -> int | None:
    """Of "9", "KILL", "SIGKILL"; None: there is none of that name."""
    name = text.upper().removeprefix("SIG")
    if name.isdigit():
        return int(name) if int(name) <= 64 else None
    return SIGNALS.index(name) + 1 if name in SIGNALS else None


async def _signal(call: Call) -> tuple[int, list[str]]:
    """The signal that the first word names, and the rest."""
    words = call.operands
    number = SIGTERM
    if words and words[0].startswith("-") and len(words[0]) > 1:
        text = words[1] if words[0] in ("-s", "-n") and len(words) > 1 else words[0][1:]
        words = words[2:] if words[0] in ("-s", "-n") else words[1:]
        found = signal_number(text)
        if found is None:
            raise Complaint(f"invalid signal '{text}'" if not call.is_busybox else f"bad signal name '{text}'")
        number = found
    return number, [word for word in words if word != "--"]


def _raw(call: Call) -> None:
    """Options of kill are signals: they are read by hand."""
    call.operands = call.process.argv[1:]


@program("123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0")
async def kill(call: Call) -> None:
    _raw(call)
    if call.operands[:1] == ["-l"]:
        await call.say("".join(f"{at:>2}) SIG{name}\n" for at, name in enumerate(SIGNALS, 1)))
        return
    number, pids = await _signal(call)
    if not pids:
        raise Complaint("not enough arguments" if not call.is_busybox else "you need to specify whom to kill")
    for pid in pids:
        if not pid.lstrip("-").isdigit():
            said = f"invalid number '{pid}'" if call.is_busybox else f"failed to parse argument: '{pid}'"
            await call.complain(said)
            continue
        try:
            call.machine.processes.kill(int(pid), number)
        except OSError as error:
            said = f"can't kill pid {pid}: {error.strerror}" if call.is_busybox else f"({pid}): {error.strerror}"
            await call.complain(said)


def _matching(call: Call, pattern: str) -> list[Running]:
    whole, exact = call.has("f"), call.has("x")
    found = []
    for each in call.machine.processes.list():
        text = " ".join(each.argv) if whole else _short(each)
        if text == pattern if exact else pattern in text:
            found.append(each)
    own = tuple(call.process.argv)
    return [each for each in found if each.argv != own]


@program("aflnoxu:vc", {"full": "f", "exact": "x", "list-name": "l", "list-full": "a"}, status=2)
async def pgrep(call: Call) -> int:
    if not call.operands:
        await call.misused("no matching criteria specified", 2)
    found = _matching(call, call.operands[0])
    if call.has("c"):
        await call.say(f"{len(found)}\n")
    for each in found if not call.has("c") else ():
        tail = f" {' '.join(each.argv)}" if call.has("a") else f" {_short(each)}" if call.has("l") else ""
        await call.say(f"{each.pid}{tail}\n")
    return 0 if found else 1


@program("0123456789fxABCDEFGHIJKLMNOPQRSTUVWXYZ", {"full": "f", "exact": "x", "signal": "s:"}, status=2)
async def pkill(call: Call) -> int:
    words = [word for word in call.process.argv[1:] if word not in ("-f", "-x")]
    call.operands = words
    number, names = await _signal(call)
    if not names:
        await call.misused("no matching criteria specified", 2)
    found = _matching(call, names[0])
    for each in found:
        call.machine.processes.kill(each.pid, number)
    return 0 if found else 1


@program("bkmghtw", {"human": "h", "kibi": "k", "mebi": "m", "gibi": "g", "bytes": "b"})
async def free(call: Call) -> None:
    total = hostfiles.memory(call.machine.world, call.machine.pod)
    used, cached = total - total * 5 // 8 - total // 5, total // 5
    unused = total - used - cached

    def shown(kilobytes: int) -> str:
        if call.has("h"):
            value, unit = float(kilobytes), 0
            while value >= 1024 and unit < 3:
                value, unit = value / 1024, unit + 1
            return f"{value:.1f}{('Ki', 'Mi', 'Gi', 'Ti')[unit]}" if kilobytes else "0B"
        scale = {"b": 1024.0, "m": 1 / 1024, "g": 1 / 1024**2}
        return str(int(kilobytes * next((scale[each] for each in "bmg" if call.has(each)), 1.0)))

    titles = ("total", "used", "free", "shared", "buff/cache", "available")
    await call.say(" " * 7 + "".join(f"{title:>13}" for title in titles) + "\n")
    row = (total, used, unused, 0, cached, unused + cached)
    await call.say("Mem:   " + "".join(f"{shown(each):>13}" for each in row) + "\n")
    await call.say("Swap:  " + "".join(f"{shown(0):>13}" for _ in range(3)) + "\n")


@program("ps", {"pretty": "p", "since": "s"})
async def uptime(call: Call) -> None:
    now = call.machine.now()
    first = call.machine.processes.list()[0].since
    up = int(max(now - (first or now), 0))
    days, hours, minutes = up // 86_400, up // 3600 % 24, up // 60 % 60
    text = f"{hours}:{minutes:02d}" if hours else f"{minutes} min"
    text = f"{days} day{'s' if days != 1 else ''}, {text}" if days else text
    clock = datetime.fromtimestamp(now, UTC).strftime("%H:%M:%S")
    await call.say(f" {clock} up {text},  0 users,  load average: 0.08, 0.03, 0.01\n")


PROGRAMS = {"ps": ps, "kill": kill, "pgrep": pgrep, "pkill": pkill, "free": free, "uptime": uptime}
