"""awk: the programs that `awkscript` reads, carried out over lines and fields."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator

from cluster.shell.awkcarrying import Carrying, Exit, Next
from cluster.shell.awkscript import BadProgram, Rule, parsed, unquoted
from cluster.shell.awkvalues import Read, number, truth
from cluster.shell.commandline import MOST_INPUT, Call, Complaint, program
from cluster.shell.expressions import BadExpression, TooCostly


@program("F:v:f:", {"field-separator": "F:", "assign": "v:", "file": "f:"}, status=2, stops=True)
async def awk(call: Call) -> int:
    operands = list(call.operands)
    texts: list[str] = []
    for name in call.options.get("f", ()):
        body = await call.whole(name)
        if body is None:
            return 2
        texts.append(body.decode(errors="surrogateescape"))
    if not texts:
        if not operands:
            await call.misused("usage: awk [-F fs] [-v var=value] 'program' [file ...]", 2)
        texts.append(operands.pop(0))
    try:
        run = _Run(call, parsed("\n".join(texts)))
        if call.has("F"):
            run.names["FS"] = "\t" if call.value("F") == "t" else unquoted(call.value("F"))
        for assignment in call.options.get("v", ()):
            run.assign(assignment)
        return await run.all(operands)
    except (BadProgram, BadExpression, TooCostly, ValueError, RecursionError) as error:
        raise Complaint(str(error) or "the program is nested too deeply", 2) from None


class _Run(Carrying):
    def __init__(self, call: Call, rules: list[Rule]) -> None:
        super().__init__(call)
        self.rules = rules

    def assign(self, text: str) -> None:
        """name=value"""
        name, equals, value = text.partition("=")
        if not equals or not re.fullmatch(r"[A-Za-z_]\w*", name):
            raise BadProgram(f"{text}: not a variable=value")
        self.names[name] = Read(unquoted(value))

    async def all(self, operands: list[str]) -> int:
        status = 0
        try:
            await asyncio.to_thread(self._rules, "BEGIN")
            if any(not rule.when or rule.when == "END" for rule in self.rules):
                await self._inputs(operands)
        except Exit as ending:
            status = ending.status
            if not any(rule.when == "END" for rule in self.rules):
                await self._flush()
                return status
        self.steps = 0
        try:
            await asyncio.to_thread(self._rules, "END")
        except Exit as ending:
            status = ending.status or status
        await self._flush()
        return max(status, self.call.status)

    async def _inputs(self, operands: list[str]) -> None:
        files = [each for each in operands if not re.fullmatch(r"[A-Za-z_]\w*=.*", each, re.DOTALL)]
        for name in operands if files else [*operands, "-"]:
            if name not in (*files, "-"):
                self.assign(name)
                continue
            self.names["FILENAME"], self.names["FNR"] = ("" if name == "-" else name), 0.0
            before = self.call.status
            async for batch in self._batches(name):
                # In a thread: what somebody's loop takes is taken from nobody else.
                await asyncio.to_thread(self._lines, batch)
                await self._flush()
            if self.call.status > before:
                self.call.status = 2

    async def _batches(self, name: str) -> AsyncIterator[list[str]]:
        """Records as they come."""
        mark = self.text(self.names["RS"])
        if mark == "\n":
            rest = ""
            async for piece in self.call.pieces(name):
                *lines, rest = (rest + piece.decode(errors="surrogateescape")).split("\n")
                if len(rest) > MOST_INPUT:
                    raise Complaint("memory exhausted", 2)
                yield lines
            if rest:
                yield [rest]
            return
        body = ((await self.call.whole(name)) or b"").decode(errors="surrogateescape")
        parts = re.split(r"\n\n+", body.strip("\n")) if not mark else body.split(mark[0])
        yield parts[:-1] if mark and parts[-1] in ("", "\n") else parts

    def _lines(self, batch: list[str]) -> None:
        for line in batch:
            self.names["NR"] = number(self.names["NR"]) + 1
            self.names["FNR"] = number(self.names["FNR"]) + 1
            self.line, self.fields, self.steps = line, None, 0
            with contextlib.suppress(Next):
                self._rules("")

    def _rules(self, when: str) -> None:
        for at, rule in enumerate(self.rules):
            if rule.when != when or not self._selected(at, rule):
                continue
            if rule.body is None:
                self.print([self.line])
            else:
                self.do(rule.body)

    def _selected(self, at: int, rule: Rule) -> bool:
        if rule.pattern is None:
            return True
        if rule.until is None:
            return truth(self.value(rule.pattern))
        if at not in self.open and not truth(self.value(rule.pattern)):
            return False
        self.open.add(at)
        if truth(self.value(rule.until)):
            self.open.discard(at)
        return True

    async def _flush(self) -> None:
        out, self.out, self.held = self.out, [], 0
        if out:
            await self.call.say("".join(out))


PROGRAMS = {"awk": awk, "mawk": awk, "gawk": awk}
