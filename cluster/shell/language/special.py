"""Variables that every shell has, and those it works out when they are read."""

from __future__ import annotations

from collections.abc import Callable

from cluster.shell.language.shell import Shell, decoded
from cluster.shell.language.variables import Variable


def install(shell: Shell, path: str) -> None:
    """Into a new shell."""
    variables = shell.variables
    begun = [shell.machine.now()]

    def default(name: str, value: str, *, exported: bool = False) -> None:
        if variables.find(name) is None:
            variables.scopes[0][name] = Variable(value, exported=exported)

    default("IFS", " \t\n")
    variables.set("IFS", " \t\n")
    default("OPTIND", "1")
    default("PS4", "+ ")
    default("PATH", path)
    default("PWD", shell.cwd, exported=True)
    variables.set("PWD", shell.cwd)
    variables.make("PWD").exported = True
    variables.assigned["OPTIND"] = lambda value: setattr(shell, "option_column", 1)
    default("PPID", str(shell.parent))
    if not shell.flavour.is_bash:
        return
    level = variables.get("SHLVL") or "0"
    variables.scopes[0]["SHLVL"] = Variable(str(int(level) + 1 if level.isdigit() else 1), exported=True)
    default("BASH", "/bin/bash")
    default("BASH_VERSION", shell.flavour.version)
    variables.scopes[0]["BASH_VERSINFO"] = Variable(
        {0: "5", 1: "2", 2: "15", 3: "1", 4: "release", 5: "x86_64-pc-linux-gnu"}, readonly=True
    )
    for name, value in (("HOSTTYPE", "x86_64"), ("MACHTYPE", "x86_64-pc-linux-gnu"), ("OSTYPE", "linux-gnu")):
        default(name, value)
    default("HOSTNAME", host_name(shell))
    variables.scopes[0]["UID"] = Variable(str(shell.user), integer=True, readonly=True)
    variables.scopes[0]["EUID"] = Variable(str(shell.user), integer=True, readonly=True)
    default("OPTERR", "1")
    default("TERM", "dumb")
    default("SHELL", "/bin/bash")
    worked_out: dict[str, Callable[[], str]] = {
        "RANDOM": lambda: str(shell.machine.pick(32_768)),
        "SRANDOM": lambda: str(shell.machine.pick(1 << 32)),
        "SECONDS": lambda: str(int(shell.machine.now() - begun[0])),
        "EPOCHSECONDS": lambda: str(int(shell.machine.now())),
        "EPOCHREALTIME": lambda: f"{shell.machine.now():.6f}",
    }
    variables.special.update(worked_out)
    variables.assigned["RANDOM"] = lambda value: None
    variables.assigned["SECONDS"] = lambda value: begun.__setitem__(
        0, shell.machine.now() - (int(value) if value.lstrip("-").isdigit() else 0)
    )
    bind(shell)


def bind(shell: Shell) -> None:
    """Those that speak of one shell and not of its parent."""
    if not shell.flavour.is_bash:
        return
    shell.variables.special.update(
        {
            "LINENO": lambda: str(shell.line),
            "BASHPID": lambda: str(shell.process_id or shell.pid),
            "BASH_SUBSHELL": lambda: str(shell.subshells),
            "FUNCNAME": lambda: shell.calls[-1] if shell.calls else "",
            "BASH_SOURCE": lambda: (
                shell.sourced[-1] if shell.sourced else shell.name if shell.source not in ("-c", "terminal") else ""
            ),
            "PIPESTATUS": lambda: str(shell.pipe_statuses[0]),
            "SHELLOPTS": lambda: ":".join(sorted(shell.options)),
            "DIRSTACK": lambda: shell.cwd,
        }
    )


def host_name(shell: Shell) -> str:
    """Out of /etc/hostname, else the pod's name."""
    try:
        return decoded(shell.files.read("/etc/hostname")).strip()
    except OSError:
        return str(shell.machine.pod.get("metadata", {}).get("name", "localhost"))
