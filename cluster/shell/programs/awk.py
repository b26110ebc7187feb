"""awk: the programs that `awkscript` reads, carried out over lines and fields."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

from cluster.shell.awkcarrying import Carrying, Exit, Next
from cluster.shell.awkscript import BadProgram, Rule, parsed, unquoted
from cluster.shell.awkvalues import Read, number, truth
from cluster.shell.commandline import Call, Complaint, program
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
            await self._rules("BEGIN")
            if any(not rule.when or rule.when == "END" for rule in self.rules):
                await self._inputs(operands)
        except Exit as ending:
            status = ending.status
            if not any(rule.when == "END" for rule in self.rules):
                await self._flush()
                return status
        try:
            await self._rules("END")
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
            async for line in self._records(name):
                self.names["NR"] = number(self.names["NR"]) + 1
                self.names["FNR"] = number(self.names["FNR"]) + 1
                self.line, self.fields = line, None
                try:
                    await self._rules("")
                except Next:
                    continue
            if self.call.status > before:
                self.call.status = 2

    async def _records(self, name: str) -> AsyncIterator[str]:
        mark = self.text(self.names["RS"])
        if mark == "\n":
            async for raw in self.call.lines(name):
                yield raw.rstrip(b"\n").decode(errors="surrogateescape")
            return
        body = ((await self.call.whole(name)) or b"").decode(errors="surrogateescape")
        parts = re.split(r"\n\n+", body.strip("\n")) if not mark else body.split(mark[0])
        if mark and parts and parts[-1] in ("", "\n"):
            parts.pop()
        for part in parts:
            yield part

    async def _rules(self, when: str) -> None:
        for at, rule in enumerate(self.rules):
            if rule.when != when or not self._selected(at, rule):
                continue
            if rule.body is None:
                self.print([self.line])
            else:
                self.do(rule.body)
            if self.held > 65_536:
                await self._flush()

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
