"""The builtins: each takes the shell and its words, its own name first, and returns its status."""

from __future__ import annotations

from cluster.shell.builtins.builtin import Builtin
from cluster.shell.builtins.control import CONTROL
from cluster.shell.builtins.judging import JUDGING
from cluster.shell.builtins.lookup import LOOKUP
from cluster.shell.builtins.names import NAMES
from cluster.shell.builtins.options import OPTIONS
from cluster.shell.builtins.output import OUTPUT
from cluster.shell.builtins.places import PLACES
from cluster.shell.builtins.reading import READING
from cluster.shell.builtins.smaller import SMALLER
from cluster.shell.builtins.tasks import TASKS

BUILTINS: dict[str, Builtin] = {
    **CONTROL,
    **JUDGING,
    **LOOKUP,
    **NAMES,
    **OPTIONS,
    **OUTPUT,
    **PLACES,
    **READING,
    **SMALLER,
    **TASKS,
}
SPECIAL = frozenset(
    [
        ":",
        ".",
        "break",
        "continue",
        "eval",
        "exec",
        "exit",
        "export",
        "readonly",
        "return",
        "set",
        "shift",
        "times",
        "trap",
        "unset",
    ]
)
"""Those whose errors end a dash, and before which assignments stay."""
