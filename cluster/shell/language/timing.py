"""`time`: how long a pipeline took by the cluster's clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cluster.shell.language.shell import Shell


async def timed(shell: Shell, body: Callable[[], Awaitable[int]], *, posix: bool) -> int:
    """Run it and tell the time it took."""
    begun, computed = shell.machine.now(), shell.budget.computed
    status = await body()
    real = shell.machine.now() - begun
    used = min(shell.budget.computed - computed, real)
    if posix:
        lines = [f"real {real:.2f}", f"user {used:.2f}", "sys 0.00"]
    elif shell.flavour.is_bash:
        lines = ["", f"real\t{_minutes(real)}", f"user\t{_minutes(used)}", f"sys\t{_minutes(0)}"]
    else:
        lines = [f"real\t{_minutes(real, 2)}", f"user\t{_minutes(used, 2)}", f"sys\t{_minutes(0, 2)}"]
    for line in lines:
        await shell.say(line)
    return status


def _minutes(seconds: float, digits: int = 3) -> str:
    minutes, rest = divmod(max(seconds, 0.0), 60)
    return f"{int(minutes)}m{rest:.{digits}f}s" if digits == 3 else f"{int(minutes)}m {rest:.{digits}f}s"
