"""Statements about rows: INSERT, SELECT, UPDATE, DELETE. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from cluster.shell.network.mysql.expressions import constant, expression, literal
from cluster.shell.network.mysql.lookup import table_of
from cluster.shell.network.mysql.tokens import Words
from cluster.shell.network.mysql.values import MOST_ROWS, Databases, Result, Row, Session, Table, Value, Wrong


def insert(words: Words, databases: Databases, session: Session) -> Result:
    """INSERT INTO t [(columns)] VALUES (…), (…)."""
    words.take("IGNORE")
    words.take("INTO")
    table = table_of(words.name(), databases, session)
    names = [name for name, _ in table.columns]
    chosen = list(names)
    if words.take("("):
        chosen = [words.name()]
        while words.take(","):
            chosen.append(words.name())
        words.need(")")
    for name in chosen:
        _index(name, table, "field list")
    if not (words.take("VALUES") or words.take("VALUE")):
        raise words.syntax()
    made: list[Row] = []
    while True:
        words.need("(")
        values = [expression(words, session)]
        while words.take(","):
            values.append(expression(words, session))
        words.need(")")
        if len(values) != len(chosen):
            raise Wrong(1136, "21S01", f"Column count doesn't match value count at row {len(made) + 1}")
        given = dict(zip(chosen, values, strict=True))
        made.append([given.get(name) for name in names])
        if not words.take(","):
            break
    if len(table.rows) + len(made) > MOST_ROWS:
        raise Wrong(1114, "HY000", "The table is full")
    table.rows += made
    return Result(affected=len(made))


def _index(name: str, table: Table, place: str) -> int:
    bare = name.rpartition(".")[2]
    for at, (column, _) in enumerate(table.columns):
        if column.lower() == bare.lower():
            return at
    raise Wrong(1054, "42S22", f"Unknown column '{name}' in '{place}'")


def select(words: Words, databases: Databases, session: Session) -> Result:
    """SELECT expressions [FROM t [WHERE …] [ORDER BY …] [LIMIT n]]."""
    items: list[tuple[str, list[tuple[str, str]]]] = []
    while True:
        start = words.at
        depth = 0
        tokens: list[tuple[str, str]] = []
        while not words.ended and (depth or not _ends_item(words)):
            depth += words.peek("(") - words.peek(")")
            tokens.append(words.next())
        if not tokens:
            raise words.syntax()
        label = words.between(start)
        if len(tokens) > 2 and tokens[-2][0] == "word" and tokens[-2][1].upper() == "AS":
            label, tokens = tokens[-1][1].strip("'\"`"), tokens[:-2]
        items.append((label, tokens))
        if not words.take(","):
            break
    if not words.take("FROM"):
        row = tuple(constant(tokens, words, session) for _, tokens in items)
        return Result(tuple(label for label, _ in items), (row,))
    table = table_of(words.name(), databases, session)
    keep = _where(words, table, session)
    rows = [row for row in table.rows if keep(row)]
    if words.take("ORDER", "BY"):
        at = _index(words.name(), table, "order clause")
        down = words.take("DESC")
        words.take("ASC")
        rows.sort(key=lambda row: (row[at] is not None, _sortable(row[at])), reverse=down)
    if words.take("LIMIT"):
        rows = rows[: int(literal(words) or 0)]
    return _projected(items, table, rows, words, session)


def _ends_item(words: Words) -> bool:
    return any(words.peek(each) for each in (",", "FROM", ";", "LIMIT", "ORDER"))


def _sortable(value: Value) -> tuple[int, float, str]:
    return (0, float(value), "") if isinstance(value, (int, float)) else (1, 0.0, str(value or "").lower())


def _projected(
    items: list[tuple[str, list[tuple[str, str]]]], table: Table, rows: list[Row], words: Words, session: Session
) -> Result:
    if len(items) == 1 and [text.upper() for _, text in items[0][1]][:2] == ["COUNT", "("]:
        return Result((items[0][0],), ((len(rows),),))
    labels: list[str] = []
    takes: list[Callable[[Row], Value]] = []
    for label, tokens in items:
        if tokens == [("sign", "*")]:
            for at, (name, _) in enumerate(table.columns):
                labels.append(name)
                takes.append(lambda row, at=at: row[at])  # type: ignore[misc]
        elif len(tokens) == 1 and tokens[0][0] in ("word", "quoted") and not tokens[0][1].startswith("@"):
            at = _index(tokens[0][1], table, "field list")
            labels.append(label.strip("`").rpartition(".")[2])
            takes.append(lambda row, at=at: row[at])  # type: ignore[misc]
        else:
            same = constant(tokens, words, session)
            labels.append(label)
            takes.append(lambda row, same=same: same)  # type: ignore[misc]
    return Result(tuple(labels), tuple(tuple(take(row) for take in takes) for row in rows))


def _where(words: Words, table: Table, session: Session) -> Callable[[Row], bool]:
    tests: list[Callable[[Row], bool]] = []
    if words.take("WHERE"):
        while True:
            at = _index(words.name(), table, "where clause")
            _, sign = words.next()
            tests.append(_test(at, sign.upper(), expression(words, session), words))
            if not words.take("AND"):
                break
    return lambda row: all(test(row) for test in tests)


def _test(at: int, sign: str, wanted: Value, words: Words) -> Callable[[Row], bool]:
    if sign == "LIKE":
        shown = re.compile(re.escape(str(wanted)).replace("%", ".*").replace("_", "."), re.IGNORECASE | re.DOTALL)
        return lambda row: row[at] is not None and bool(shown.fullmatch(str(row[at])))
    compared: dict[str, Callable[[int], bool]] = {
        "=": lambda sign: sign == 0,
        "!=": lambda sign: sign != 0,
        "<>": lambda sign: sign != 0,
        "<": lambda sign: sign < 0,
        ">": lambda sign: sign > 0,
        "<=": lambda sign: sign <= 0,
        ">=": lambda sign: sign >= 0,
    }
    if sign not in compared:
        raise words.syntax()
    fits = compared[sign]

    def test(row: Row) -> bool:
        value = row[at]
        if value is None or wanted is None:
            return False
        one, other = _sortable(_number(value)), _sortable(_number(wanted))
        return fits((one > other) - (one < other))

    return test


def _number(value: Value) -> Value:
    text = str(value)
    return float(text) if re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", text) else value


def update(words: Words, databases: Databases, session: Session) -> Result:
    """UPDATE t SET … [WHERE …]."""
    table = table_of(words.name(), databases, session)
    words.need("SET")
    sets: list[tuple[int, Value]] = []
    while True:
        at = _index(words.name(), table, "field list")
        words.need("=")
        sets.append((at, expression(words, session)))
        if not words.take(","):
            break
    keep, count = _where(words, table, session), 0
    for row in table.rows:
        if keep(row):
            count += 1
            for at, value in sets:
                row[at] = value
    return Result(affected=count)


def delete(words: Words, databases: Databases, session: Session) -> Result:
    """DELETE FROM t [WHERE …]."""
    words.need("FROM")
    table = table_of(words.name(), databases, session)
    gone = _where(words, table, session)
    left = [row for row in table.rows if not gone(row)]
    count, table.rows = len(table.rows) - len(left), left
    return Result(affected=count)
