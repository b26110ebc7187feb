"""In whose words a shell speaks: bash's, dash's or those of busybox's ash."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Flavour:
    name: str
    version: str = ""
    prompt: str = "$ "
    """PS1 where nobody sets it."""
    lacks: str = ""
    """Operators of ${name…} that it does not know, by their first character."""

    @property
    def is_bash(self) -> bool:
        return self.name == "bash"

    def prefix(self, name: str, line: int, *, interactive: bool, script: bool, builtin: str = "") -> str:
        """What stands before a message. `script`: it comes from a file, not from -c or a terminal."""
        own = f"{builtin}: " if builtin else ""
        if self.name == "bash":
            return f"{name}: {own}" if interactive else f"{name}: line {line}: {own}"
        if self.name == "dash":
            return f"{name}: {line}: {own}"
        return f"{name}: {own}line {line}: " if (builtin or script) and not interactive else f"{name}: {own}"

    def cannot_open(self, path: str, error: OSError, *, creating: bool) -> str:
        """Why a redirection failed."""
        if self.is_bash:
            return f"{path}: {error.strerror}"
        verb = "create" if creating else "open"
        missing = isinstance(error, (FileNotFoundError, NotADirectoryError))
        if self.name == "dash":
            text = ("Directory nonexistent" if creating else "No such file") if missing else error.strerror
            return f"cannot {verb} {path}: {text}"
        text = ("nonexistent directory" if creating else "no such file") if missing else error.strerror
        return f"can't {verb} {path}: {text}"


BASH = Flavour("bash", "5.2.15(1)-release", r"\s-\v\$ ")
DASH = Flavour("dash", prompt="# ", lacks="/:^,@!")
ASH = Flavour("ash", prompt=r"\w \$ ", lacks="^,@!")
