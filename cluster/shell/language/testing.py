"""Conditions judged: [[ … ]], and what it shares with `test`."""

from __future__ import annotations

from cluster.shell.expressions import BadExpression, compiled
from cluster.shell.expressions import TooCostly as ExpressionTooCostly
from cluster.shell.language import primaries
from cluster.shell.language.errors import ExpansionProblem
from cluster.shell.language.expansion import calculate, expand_pattern, expand_pieces, expand_text
from cluster.shell.language.patterns import TooCostly, compile_pattern
from cluster.shell.language.shell import Shell
from cluster.shell.language.syntax import Binary, Both, Condition, Either, Not, Test, Unary
from cluster.shell.language.tracing import trace


async def holds(shell: Shell, test: Test) -> int:
    """0 when the condition holds, 1 when not, 2 when it makes no sense."""
    try:
        return int(not await _holds(shell, test.condition))
    except BadExpression:
        return 2


async def _holds(shell: Shell, condition: Condition) -> bool:
    if isinstance(condition, Not):
        return not await _holds(shell, condition.condition)
    if isinstance(condition, Both):
        return await _holds(shell, condition.left) and await _holds(shell, condition.right)
    if isinstance(condition, Either):
        return await _holds(shell, condition.left) or await _holds(shell, condition.right)
    if isinstance(condition, Unary):
        operand = await expand_text(shell, condition.operand)
        await trace(shell, f"[[ {condition.operator} {operand or chr(39) * 2} ]]")
        return primaries.unary(shell, condition.operator, operand)
    return await _binary(shell, condition)


async def _binary(shell: Shell, condition: Binary) -> bool:
    operator = condition.operator
    left = await expand_text(shell, condition.left)
    if operator in ("=", "==", "!="):
        pattern = await expand_pattern(shell, condition.right)
        await trace(shell, f"[[ {left or chr(39) * 2} {operator} {pattern or chr(39) * 2} ]]")
        try:
            return compile_pattern(pattern, fold="nocasematch" in shell.shopt).matches(left) == (operator != "!=")
        except TooCostly as error:
            raise ExpansionProblem("pattern: too long a text for so many stars") from error
    if operator == "=~":
        return await _expression(shell, condition, left)
    right = await expand_text(shell, condition.right)
    await trace(shell, f"[[ {left or chr(39) * 2} {operator} {right or chr(39) * 2} ]]")
    if operator in primaries.NUMBERS:
        return primaries.NUMBERS[operator](calculate(shell, left), calculate(shell, right))
    return primaries.binary(shell, operator, left, right)


async def _expression(shell: Shell, condition: Binary, left: str) -> bool:
    pieces = await expand_pieces(shell, condition.right)
    text = "".join(_literal(piece) if quoted else piece for piece, quoted in pieces)
    await trace(shell, f"[[ {left or chr(39) * 2} =~ {text} ]]")
    try:
        found = compiled(text, extended=True, strict=True, fold="nocasematch" in shell.shopt).search(left)
    except ExpressionTooCostly as error:
        raise ExpansionProblem("regular expression: matching takes too long") from error
    groups = found.groups if found else ()
    shell.variables.replace("BASH_REMATCH", {number: each or "" for number, each in enumerate(groups)})
    return found is not None


def _literal(text: str) -> str:
    return "".join(f"\\{char}" if char in "\\^$.|?*+()[]{}" else char for char in text)
