"""A cluster's own time: a wall anchor, a cluster anchor and a speed. Pure; the wall's time is an argument."""

from __future__ import annotations

from typing import NamedTuple


class Clock(NamedTuple):
    """Cluster time = `time` + (wall now - `wall`) x `speed`, all in Unix seconds; speed 0 is paused."""

    wall: float
    time: float
    speed: float = 1.0

    @property
    def paused(self) -> bool:
        return self.speed <= 0

    def at(self, wall: float) -> float:
        return self.time + (wall - self.wall) * self.speed

    def wall_at(self, cluster_time: float) -> float | None:
        """The wall time at which the clock shows `cluster_time`; None when it is paused before it."""
        if self.paused:
            return None if cluster_time > self.time else self.wall
        return self.wall + (cluster_time - self.time) / self.speed

    def again(self, wall: float, speed: float) -> Clock:
        """The same clock, set on at another speed without a jump."""
        return Clock(wall, self.at(wall), speed)
