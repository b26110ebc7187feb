"""Results as the mysql client prints them: a table for people, columns by tabs for programs. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from cluster.shell.network.mysql.packets import Answer
from cluster.shell.network.mysql.values import Wrong


def table(answer: Answer) -> str:
    """With lines around; numbers stand to the right."""
    cells = [["NULL" if each is None else each for each in row] for row in answer.rows]
    if not cells:
        return ""
    widths = [max(len(each) for each in column) for column in zip(answer.columns, *cells, strict=True)]
    line = "+" + "+".join("-" * (width + 2) for width in widths) + "+\n"

    def shown(row: Sequence[str], right: Sequence[bool]) -> str:
        parts = zip(row, widths, right, strict=True)
        return "|" + "|".join(f" {each:>{w}} " if to else f" {each:<{w}} " for each, w, to in parts) + "|\n"

    head = shown(answer.columns, [False] * len(widths))
    return line + head + line + "".join(shown(row, answer.numeric) for row in cells) + line


def tabbed(answer: Answer, *, names: bool) -> str:
    """A line a row."""
    lines = ["\t".join(answer.columns)] if names and answer.rows else []
    lines += ["\t".join("NULL" if each is None else _escaped(each) for each in row) for row in answer.rows]
    return "".join(f"{line}\n" for line in lines)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def told(answer: Answer) -> str:
    """What stands under a statement's result where somebody types them."""
    if not answer.columns:
        rows = f"{answer.affected} row{'' if answer.affected == 1 else 's'} affected"
        return f"Query OK, {rows} (0.01 sec)\n\n"
    count = len(answer.rows)
    return f"{count} row{'' if count == 1 else 's'} in set (0.00 sec)\n\n" if count else "Empty set (0.00 sec)\n\n"


def error(wrong: Wrong, *, line: int | None) -> str:
    at = "" if line is None else f" at line {line}"
    return f"ERROR {wrong.number} ({wrong.state}){at}: {wrong}\n"
