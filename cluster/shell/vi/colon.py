"""Commands at the bottom line: `:w`, `:q`, `:s` and their like, with the lines they are for. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cluster.shell.expressions import compiled
from cluster.shell.vi.outcome import Asked, Problem

if TYPE_CHECKING:
    from cluster.shell.vi.editor import Editor

_COMMAND = re.compile(r"\s*([a-zA-Z]*|=|!)(!?)\s*(.*)$", re.DOTALL)
_ADDRESS = re.compile(r"\s*(\.|\$|\d+|/(?:\\.|[^/])*/|)\s*((?:[+-]\d*)*)")
_NAMES = ("delete", "edit", "file", "list", "quit", "read", "set", "substitute", "wq", "write", "xit", "yank", "number")


def carry_out(editor: Editor, typed: str) -> None:
    """One command. Problem."""
    first, last, given, rest = _range(editor, typed)
    found = _COMMAND.match(rest)
    assert found is not None, "the pattern takes anything"
    word, forced, argument = found[1], bool(found[2]), found[3].strip()
    if word == "s" or (word.startswith("s") and word != "set" and not word.isalpha()):
        _substitute(editor, first, last, rest.lstrip()[1:])
        return
    if word.startswith("s") and re.match(r"s[^a-zA-Z0-9\s]", rest.lstrip()):
        _substitute(editor, first, last, rest.lstrip()[1:])
        return
    if not word:
        if given:
            editor.text.row, editor.text.column = last, 0
        return
    name = next((each for each in _NAMES if each.startswith(word)), word)
    if word in ("w", "wq", "x", "wn") or name in ("write", "xit"):
        _write(editor, word, argument, (first, last) if given else (0, -1), forced=forced)
    elif name == "quit":
        if editor.text.changed and not forced:
            raise Problem("No write since last change (:quit! overrides)")
        editor.asked.append(Asked("quit"))
    elif name == "edit":
        if editor.text.changed and not forced:
            raise Problem("No write since last change (:edit! overrides)")
        editor.asked.append(Asked("edit", argument))
    elif name == "read":
        if not argument:
            raise Problem("No filename given")
        editor.asked.append(Asked("read", argument, last if given else editor.text.row))
    elif name in ("delete", "yank"):
        if name == "delete":
            editor.text.remember()
        editor.text.cut_lines(first, last, keep=name == "yank")
    elif name == "file":
        editor.path = argument or editor.path
        editor.message = editor.standing()
    elif name == "set":
        editor.numbered = {"nu": True, "number": True, "nonu": False, "nonumber": False}.get(argument, editor.numbered)
    elif word == "=":
        editor.message = str(last + 1)
    elif word == "!":
        editor.asked.append(Asked("run", argument))
    else:
        raise Problem(f"'{typed}' is not implemented")


def _range(editor: Editor, typed: str) -> tuple[int, int, bool, str]:
    """(first line, last line, whether they were given, what follows)."""
    here, end = editor.text.row, len(editor.text.lines) - 1
    if typed.lstrip().startswith("%"):
        return 0, end, True, typed.lstrip()[1:]
    first, rest = _address(editor, typed)
    if first is None and not rest.startswith(","):
        return here, here, False, typed
    last = first
    if rest.startswith(","):
        last, rest = _address(editor, rest[1:])
    one = here if first is None else first
    other = here if last is None else last
    if not 0 <= one <= other <= end:
        raise Problem("Invalid line range")
    return one, other, True, rest


def _address(editor: Editor, typed: str) -> tuple[int | None, str]:
    found = _ADDRESS.match(typed)
    assert found is not None, "the pattern takes anything"
    text = found[1]
    if not text and not found[2]:
        return None, typed
    if text.isdigit():
        row = max(int(text[:9]) - 1, 0)
    elif text.startswith("/"):
        expression = compiled(text[1:-1], extended=False)
        lines = editor.text.lines
        rows = [*range(editor.text.row + 1, len(lines)), *range(editor.text.row + 1)]
        row = next((each for each in rows if expression.search(lines[each]) is not None), -1)
        if row < 0:
            raise Problem(f"Pattern not found: {text[1:-1]}")
    else:
        row = len(editor.text.lines) - 1 if text == "$" else editor.text.row
    for sign, number in re.findall(r"([+-])(\d*)", found[2]):
        row += int(number or 1) * (1 if sign == "+" else -1)
    return row, typed[found.end() :]


def _write(editor: Editor, word: str, path: str, lines: tuple[int, int], *, forced: bool) -> None:
    if not path and not editor.path:
        raise Problem("No current filename")
    if word != "x" or editor.text.changed or path:
        editor.asked.append(Asked("write", path, *lines, forced=forced))
    if word in ("wq", "x", "xit", "wn"):
        editor.asked.append(Asked("quit"))


def _substitute(editor: Editor, first: int, last: int, rest: str) -> None:
    sign, text = rest[:1], editor.text
    parts = re.split(rf"(?<!\\){re.escape(sign)}", rest[1:])
    pattern, replacement, flags = (*parts, "", "")[:3]
    expression = compiled(editor.searched()(pattern).replace(f"\\{sign}", sign), extended=False, fold="i" in flags)
    count = lines = 0
    before = text.lines.copy()
    for row in range(first, last + 1):
        line, at, made, hits = before[row], 0, "", 0
        while at <= len(line) and (match := expression.search(line, at)) is not None:
            made += line[at : match.start] + _filled(replacement, match.groups)
            hits += 1
            if match.end == match.start:
                made += line[match.start : match.start + 1]
                at = match.start + 1
            else:
                at = match.end
            if "g" not in flags:
                break
        if hits:
            if not lines:
                text.remember()
            text.lines[row] = made + line[at:]
            count, lines = count + hits, lines + 1
            text.row, text.column = row, 0
    if not lines:
        raise Problem(f'No match for "{pattern}"' if pattern else "No previous search")
    if lines > 1:
        editor.message = f"{count} substitutions on {lines} lines"


def _filled(replacement: str, groups: tuple[str | None, ...]) -> str:
    def value(found: re.Match[str]) -> str:
        mark = found[0]
        if mark == "&":
            return groups[0] or ""
        if mark[1].isdigit():
            number = int(mark[1])
            return (groups[number] or "") if number < len(groups) else ""
        return {"n": "\n", "t": "\t"}.get(mark[1], mark[1])

    return re.sub(r"\\.|&", value, replacement)
