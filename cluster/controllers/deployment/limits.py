"""How far a Deployment may go beyond and below its replicas while it rolls (R-DEP-1)."""

from __future__ import annotations

from typing import Any, NamedTuple

from cluster.machinery.objects import Obj, spec


class Limits(NamedTuple):
    replicas: int
    surge: int
    unavailable: int

    @property
    def most(self) -> int:
        return self.replicas + self.surge

    @property
    def least_available(self) -> int:
        return self.replicas - self.unavailable


def limits(deployment: Obj) -> Limits:
    """Percentages of the replicas: surge rounded up, unavailable down; both 0 would never move, so 1 may be missing."""
    wanted = spec(deployment).get("replicas")
    replicas = 1 if wanted is None else int(wanted)
    strategy = spec(deployment).get("strategy") or {}
    if not is_rolling(deployment):
        return Limits(replicas, 0, 0)
    rolling = strategy.get("rollingUpdate") or {}
    surge = _scaled(rolling.get("maxSurge", "25%"), replicas, up=True)
    unavailable = _scaled(rolling.get("maxUnavailable", "25%"), replicas, up=False)
    if surge == 0 and unavailable == 0:
        unavailable = 1
    return Limits(replicas, surge, min(unavailable, replicas))


def is_rolling(deployment: Obj) -> bool:
    return bool((spec(deployment).get("strategy") or {}).get("type") != "Recreate")


def _scaled(value: Any, replicas: int, up: bool) -> int:
    if isinstance(value, str) and value.endswith("%"):
        share = int(value[:-1]) * replicas
        return -(-share // 100) if up else share // 100
    return int(value or 0)
