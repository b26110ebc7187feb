"""Names of users and groups, as the container's own /etc/passwd and /etc/group have them."""

from __future__ import annotations

from typing import NamedTuple

from cluster.shell.process import Files


class Account(NamedTuple):
    name: str
    number: int
    group: int
    home: str = "/"
    shell: str = ""


def _table(files: Files, path: str) -> list[list[str]]:
    try:
        text = files.read(path).decode(errors="replace")
    except OSError:
        return []
    return [line.split(":") for line in text.splitlines() if line.count(":") >= 2]


def accounts(files: Files) -> list[Account]:
    """/etc/passwd."""
    return [
        Account(row[0], int(row[2]), int(row[3]), row[5], row[6])
        for row in _table(files, "/etc/passwd")
        if len(row) >= 7 and row[2].isdigit() and row[3].isdigit()
    ]


def groups(files: Files) -> dict[int, str]:
    """/etc/group."""
    return {int(row[2]): row[0] for row in _table(files, "/etc/group") if row[2].isdigit()}


def memberships(files: Files, user: str) -> list[int]:
    """Groups that a user is in by /etc/group."""
    rows = _table(files, "/etc/group")
    return [int(row[2]) for row in rows if row[2].isdigit() and len(row) > 3 and user in row[3].split(",")]


def owner_names(files: Files, owner: int, group: int) -> tuple[str, str]:
    """Of a file; the numbers where there are no names."""
    user = next((each.name for each in accounts(files) if each.number == owner), str(owner))
    return user, groups(files).get(group, str(group))


def numbers(files: Files, text: str) -> tuple[int | None, int | None] | str:
    """(owner, group) of "user:group", ":group", "user"; or the part that is neither name nor number."""
    user, colon, group = text.partition(":") if ":" in text else text.partition(".")
    owner: int | None = None
    team: int | None = None
    if user:
        account = next((each for each in accounts(files) if each.name == user), None)
        if account is None and not user.isdigit():
            return f"invalid user: '{text}'"
        owner = account.number if account else int(user)
        if colon and not group:
            team = account.group if account else owner
    if group:
        known = {name: number for number, name in groups(files).items()}
        if group not in known and not group.isdigit():
            return f"invalid group: '{text}'"
        team = known[group] if group in known else int(group)
    return owner, team
