"""What readline's own file of settings says, as far as it matters here: whether pastes come in brackets."""

from __future__ import annotations

import posixpath
import re

from cluster.shell.language.shell import Shell, decoded

_SETS = re.compile(r"^\s*set\s+enable-bracketed-paste\s+(\S+)", re.M | re.I)


def brackets_pastes(shell: Shell) -> bool:
    """As readline 8.1 and newer do: unless the file says otherwise, and never at a terminal that can do nothing."""
    if not shell.flavour.is_bash or (shell.variables.get("TERM") or "dumb") == "dumb":
        return False
    home = shell.variables.get("HOME") or "/"
    named = shell.variables.get("INPUTRC")
    for path in (named,) if named else (f"{home}/.inputrc", "/etc/inputrc"):
        try:
            said = _SETS.findall(decoded(shell.files.read(posixpath.join(shell.cwd, path))))
        except OSError:
            continue
        return not said or said[-1].lower() in ("on", "1")
    return True
