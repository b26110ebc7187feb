"""top and watch: a picture that is drawn again and again; and stty, which says how large the screen is."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from cluster.nodes import hostfiles
from cluster.shell.commandline import Call, Complaint, program
from cluster.shell.launching import launch
from cluster.shell.pipes import Nothing, Printed
from cluster.shell.process import Window
from cluster.shell.programs.tasks import user
from cluster.shell.terminal.terminal import Terminal

_SHORTEST = 0.1


@program("bn:d:cHip:u:o:", {"batch": "b", "iterations": "n:", "delay": "d:"})
async def top(call: Call) -> int:
    terminal = _terminal(call)
    often = call.number(call.value("n")) if call.has("n") else 0
    pause = max(_seconds(call, "d", 5.0 if call.is_busybox else 3.0), _SHORTEST)
    if call.has("b") or (terminal is None and call.is_busybox):
        done = 0
        while True:
            await call.say(_picture(call, None))
            done += 1
            if done == often:
                return 0
            await call.machine.sleep(pause)
            await call.say("\n")
    if terminal is None:
        raise Complaint("failed tty get")
    async with _keys(terminal) as keys:
        done = 0
        while True:
            rows = _picture(call, terminal.window).split("\n")[: max(terminal.window.rows - 1, 3)]
            await terminal.send(
                "\x1b[H" + "".join(f"{row[: terminal.window.columns]}\x1b[K\r\n" for row in rows) + "\x1b[J"
            )
            done += 1
            if done == often or await keys.pressed(call, pause, "q\x03"):
                await terminal.send("\r\n")
                return 0


def _picture(call: Call, window: Window | None) -> str:
    every = call.machine.processes.list()
    total = hostfiles.memory(call.machine.world, call.machine.pod)
    used, cached = total - total * 5 // 8 - total // 5, total // 5
    now = call.machine.now()
    if call.is_busybox:
        lines = [
            f"Mem: {used + cached}K used, {total - used - cached}K free, 0K shrd, 0K buff, {cached}K cached",
            "CPU:   0% usr   0% sys   0% nic 100% idle   0% io   0% irq   0% sirq",
            f"Load average: 0.08 0.03 0.01 1/{len(every)} {every[-1].pid}",
            _bright("  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND", window),
        ]
        for each in every:
            state = "R" if each.argv[:1] == ("top",) else "S"
            ids = f"{each.pid:>5} {each.parent:>5} {user(call, each.user):<8}"
            lines.append(f"{ids} {state:<4}  4400   0%   0   0% {' '.join(each.argv)}")
        return "\n".join(lines) + "\n"
    running = sum(each.argv[:1] == ("top",) for each in every)
    clock = datetime.fromtimestamp(now, UTC).strftime("%H:%M:%S")
    up = int(max(now - (every[0].since or now), 0)) // 60
    mib = [each / 1024 for each in (total, total - used - cached, used, cached)]
    lines = [
        f"top - {clock} up {f'{up // 60}:{up % 60:02d}' if up >= 60 else f'{up} min'},  0 users,"
        "  load average: 0.08, 0.03, 0.01",
        f"Tasks: {len(every):>3} total, {running:>3} running, {len(every) - running:>3} sleeping,"
        "   0 stopped,   0 zombie",
        "%Cpu(s):  0.0 us,  0.0 sy,  0.0 ni,100.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st ",
        f"MiB Mem : {mib[0]:>8.1f} total, {mib[1]:>8.1f} free, {mib[2]:>8.1f} used, {mib[3]:>8.1f} buff/cache     ",
        f"MiB Swap: {0.0:>8.1f} total, {0.0:>8.1f} free, {0.0:>8.1f} used. {mib[1] + mib[3]:>8.1f} avail Mem ",
        "",
        _bright("    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND", window),
    ]
    for each in every:
        state = "R" if each.argv[:1] == ("top",) else "S"
        name = each.argv[0].rpartition("/")[2] if each.argv else ""
        lines.append(
            f"{each.pid:>7} {user(call, each.user):<8}  20   0    4400   2048   1800 {state}   0.0   0.0"
            f"   0:00.00 {name}"
        )
    return "\n".join(lines) + "\n"


def _bright(line: str, window: Window | None) -> str:
    return line if window is None else f"\x1b[7m{line}\x1b[m"


@program("n:tdcegx", {"interval": "n:", "no-title": "t"}, stops=True)
async def watch(call: Call) -> int:
    if not call.operands:
        await call.misused("", 1)
    pause = max(_seconds(call, "n", 2.0), _SHORTEST)
    command = " ".join(call.operands)
    while True:
        printed = Printed()
        words = call.operands if call.has("x") else ["sh", "-c", command]
        status = await launch(call.process.child(words, stdin=Nothing(), stdout=printed, stderr=printed, tty=None))
        window = call.process.tty or Window()
        head = "" if call.has("t") else _head(call, pause, command, window.columns) + "\n\n"
        room = window.rows - (0 if call.has("t") else 2)
        rows = printed.data.decode(errors="replace").split("\n")[:room]
        await call.say("\x1b[H\x1b[J" + head + "\n".join(row[: window.columns] for row in rows))
        if call.has("e") and status:
            return status
        await call.machine.sleep(pause)


def _head(call: Call, pause: float, command: str, columns: int) -> str:
    clock = datetime.fromtimestamp(call.machine.now(), UTC)
    left = f"Every {pause:.1f}s: {command}"
    right = clock.strftime("%Y-%m-%d %H:%M:%S") if call.is_busybox else clock.strftime("%a %b %e %H:%M:%S %Y")
    if not call.is_busybox:
        right = f"{call.process.env.get('HOSTNAME', '')}: {right}"
    return f"{left[: max(columns - len(right) - 1, 0)]:<{max(columns - len(right), 0)}}{right}"


@program("aF:g", {"all": "a", "file": "F:", "save": "g"})
async def stty(call: Call) -> None:
    window = call.process.tty
    if window is None:
        name = "standard input" if call.is_busybox else "'standard input'"
        raise Complaint(f"{name}: Inappropriate ioctl for device")
    if call.operands == ["size"]:
        await call.say(f"{window.rows} {window.columns}\n")
    elif call.has("a"):
        await call.say(
            f"speed 38400 baud; rows {window.rows}; columns {window.columns}; line = 0;\n"
            "intr = ^C; quit = ^\\; erase = ^?; kill = ^U; eof = ^D; eol = <undef>; eol2 = <undef>; swtch = <undef>;\n"
            "start = ^Q; stop = ^S; susp = ^Z; rprnt = ^R; werase = ^W; lnext = ^V; discard = ^O; min = 1; time = 0;\n"
            "isig icanon iexten echo echoe echok -echonl -noflsh -tostop echoctl echoke\n"
        )
    elif not call.operands:
        await call.say("speed 38400 baud; line = 0;\n")
    elif call.operands[0] in ("rows", "cols", "columns") and len(call.operands) == 2:
        number = call.number(call.operands[1])
        if call.operands[0] == "rows":
            window.rows = number
        else:
            window.columns = number
    else:
        raise Complaint(f"invalid argument '{call.operands[0]}'")


# -- within ------------------------------------------------------------------------------------------------


def _terminal(call: Call) -> Terminal | None:
    stdin = call.process.stdin
    return stdin if call.process.tty is not None and isinstance(stdin, Terminal) else None


def _seconds(call: Call, option: str, default: float) -> float:
    given = call.value(option)
    try:
        return float(given) if given else default
    except ValueError:
        raise Complaint(f"invalid number '{given}'") from None


class _Pressed:
    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._reading: asyncio.Future[bytes] | None = None

    async def pressed(self, call: Call, pause: float, wanted: str) -> bool:
        """Wait so long by the cluster's clock; whether one of these keys was hit, or nobody is there any more. Any
        other key ends the pause."""
        self._reading = self._reading or asyncio.ensure_future(self._terminal.read())
        over = asyncio.ensure_future(call.machine.sleep(pause))
        waiting: set[asyncio.Future[Any]] = {self._reading, over}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            over.cancel()
        if not self._reading.done():
            return False
        data, self._reading = self._reading.result(), None
        return not data or any(char in wanted for char in data.decode(errors="replace"))

    def end(self) -> None:
        if self._reading is not None:
            self._reading.cancel()


@contextlib.asynccontextmanager
async def _keys(terminal: Terminal) -> AsyncIterator[_Pressed]:
    """Keys as they are hit, for as long as this goes on."""
    made = _Pressed(terminal)
    async with terminal.raw():
        try:
            yield made
        finally:
            made.end()


PROGRAMS = {"top": top, "watch": watch, "stty": stty}
