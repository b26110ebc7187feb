"""Programs that start others or wait: xargs, timeout, nohup, time, sleep."""

from __future__ import annotations

import asyncio
import re

from cluster.shell.commandline import Call, Complaint, program
from cluster.shell.pipes import Nothing
from cluster.shell.programs.telling import started

_PAUSE = re.compile(r"(\d{1,15}(?:\.\d*)?|\.\d+)([smhd]?)")
_QUOTED = re.compile(r"""\\(.)|'([^'\n]*)'|"([^"\n]*)\"""", re.DOTALL)
_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_SIGNALS = {"HUP": 1, "INT": 2, "QUIT": 3, "KILL": 9, "TERM": 15}
_MOST_ARGUMENTS = 5_000


def seconds(text: str) -> float | None:
    """A pause as sleep takes it; None: it is none."""
    if text in ("infinity", "inf"):
        return float("inf")
    found = _PAUSE.fullmatch(text)
    return float(found[1]) * _UNITS[found[2]] if found else None


@program()
async def sleep(call: Call) -> None:
    if not call.operands:
        await call.misused("missing operand")
    total = 0.0
    for operand in call.operands:
        pause = seconds(operand)
        if pause is None:
            kind = "invalid number" if call.is_busybox else "invalid time interval"
            await call.misused(f"{kind} '{operand}'")
        total += pause or 0.0
    if total == float("inf"):
        await asyncio.Event().wait()
    await call.machine.sleep(total)


@program(
    "0d:E:I:i:L:n:P:prtxs:",
    {"null": "0", "max-args": "n:", "replace": "I:", "no-run-if-empty": "r", "verbose": "t", "delimiter": "d:"}
    | {"max-lines": "L:", "max-procs": "P:"},
    stops=True,
)
async def xargs(call: Call) -> int | None:
    body = (await call.whole("-") or b"").decode(errors="surrogateescape")
    command = call.operands or ["echo"]
    if call.has("0", "d"):
        mark = "\0" if call.has("0") else call.value("d").replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0")
        items = body.split(mark)
        items = items[:-1] if items and not items[-1] else items
    elif call.has("I", "i", "L"):
        items = [line.strip() for line in body.splitlines() if line.strip()]
    else:
        items = _words(body)
    mark = call.value("I") or call.value("i")
    if mark:
        runs = [[word.replace(mark, item) for word in command] for item in items]
    elif call.has("L"):
        step = max(call.number(call.value("L")), 1)
        runs = [[*command, *_words(" ".join(items[at : at + step]))] for at in range(0, len(items), step)]
    else:
        step = max(call.number(call.value("n")), 1) if call.has("n") else _MOST_ARGUMENTS
        runs = [[*command, *items[at : at + step]] for at in range(0, len(items), step)]
        if not items and not call.has("r") and not call.is_busybox:
            runs = [command]
    worst = 0
    for words in runs:
        if call.has("t"):
            await call.process.stderr.write((" ".join(words) + "\n").encode(errors="surrogateescape"))
        status = await started(call, call.process.child(words, stdin=Nothing()))
        if status in (126, 127):
            return status
        if status == 255:
            await call.complain(f"{words[0]}: exited with status 255; aborting")
            return 124
        worst = 123 if status else worst
    return worst


def _words(text: str) -> list[str]:
    """As xargs reads them: blanks part, quotes and backslashes keep together."""
    found: list[str] = []
    for part in re.finditer(r"""(?:[^\s'"\\]|\\.|'[^'\n]*'|"[^"\n]*")+|['"]""", text, re.DOTALL):
        if part[0] in ("'", '"'):
            kind = "single" if part[0] == "'" else "double"
            said = "by default quotes are special to xargs unless you use the -0 option"
            raise Complaint(f"unmatched {kind} quote; {said}")
        found.append(_QUOTED.sub(lambda each: each[1] or each[2] or each[3] or "", part[0]))
    return found


_TIMEOUT = {"signal": "s:", "kill-after": "k:", "preserve-status": "p", "foreground": "f"}


@program("k:s:fpv", _TIMEOUT, stops=True, status=125)
async def timeout(call: Call) -> int:
    if len(call.operands) < 2:
        await call.misused("missing operand", 125)
    pause = seconds(call.operands[0])
    if pause is None:
        await call.misused(f"invalid time interval '{call.operands[0]}'", 125)
    name = call.value("s", "TERM").upper().removeprefix("SIG")
    number = _SIGNALS.get(name) or (int(name) if name.isdigit() else 0)
    if not number:
        await call.misused(f"{call.value('s')}: invalid signal", 125)
    running = asyncio.ensure_future(started(call, call.process.child(call.operands[1:])))
    waiting = asyncio.ensure_future(call.machine.sleep(pause) if pause else asyncio.Event().wait())
    try:
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            return running.result()
        running.cancel()
        await asyncio.wait({running})
        return 128 + number if call.has("p") or number == 9 or call.is_busybox else 124
    finally:
        running.cancel()
        waiting.cancel()


@program(stops=True, status=125)
async def nohup(call: Call) -> int:
    if not call.operands:
        await call.misused("missing operand", 125)
    return await started(call, call.process.child(call.operands))


@program("pvo:", stops=True)
async def time(call: Call) -> int:
    if not call.operands:
        return 0
    began = call.machine.now()
    status = await started(call, call.process.child(call.operands))
    spent = call.machine.now() - began
    lines = f"real\t{int(spent // 60)}m {spent % 60:.2f}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n"
    if call.has("p"):
        lines = f"real {spent:.2f}\nuser 0.00\nsys 0.00\n"
    await call.process.stderr.write(lines.encode())
    return status


PROGRAMS = {"sleep": sleep, "xargs": xargs, "timeout": timeout, "nohup": nohup, "time": time}
