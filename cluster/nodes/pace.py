"""How long the stages of a pod's life take, by the cluster's pace: always the same for the same pod, so that a
restarted worker continues the same life. Seconds of cluster time; no clock and no dice in here.
"""

from __future__ import annotations

from typing import Literal

from cluster.config import Pace
from cluster.machinery.chance import fraction
from cluster.nodes import images

Stage = Literal["setup", "pull", "start", "ready", "stop", "task"]

# (shortest, longest) seconds. At brisk a pod is Ready after about a second.
_SPANS: dict[Pace, dict[Stage, tuple[float, float]]] = {
    "instant": {
        "setup": (0.0, 0.0),
        "pull": (0.0, 0.0),
        "start": (0.0, 0.0),
        "ready": (0.0, 0.0),
        "stop": (0.0, 0.0),
        "task": (0.0, 0.0),
    },
    "brisk": {
        "setup": (0.1, 0.2),
        "pull": (0.2, 0.35),
        "start": (0.15, 0.3),
        "ready": (0.2, 0.4),
        "stop": (0.3, 0.5),
        "task": (0.8, 1.6),
    },
    "real": {
        "setup": (0.8, 1.6),
        "pull": (1.0, 3.0),
        "start": (0.4, 1.2),
        "ready": (0.1, 0.4),
        "stop": (0.4, 1.2),
        "task": (3.0, 8.0),
    },
}
_PULL_BYTES_PER_SECOND = 12_000_000


def duration(pace: Pace, stage: Stage, uid: str) -> float:
    """Seconds this stage takes for this pod."""
    if pace == "instant":
        return 0.0
    shortest, longest = _SPANS[pace][stage]
    return shortest + (longest - shortest) * fraction(uid, stage)


def pull(pace: Pace, image: str, node: str) -> float:
    """Seconds a pull of this image to this node takes."""
    if pace == "real":
        return duration(pace, "pull", f"{node}/{image}") + images.size(image) / _PULL_BYTES_PER_SECOND
    return duration(pace, "pull", f"{node}/{image}")


def shown(seconds: float) -> str:
    """A duration as Go prints it, to the millisecond: 550ms, 1.2s, 1m2.5s."""
    thousandths = round(seconds * 1000)
    if thousandths < 1000:
        return f"{thousandths}ms" if thousandths else "0s"
    minutes, rest = divmod(thousandths, 60_000)
    text = f"{rest / 1000:.3f}".rstrip("0").rstrip(".")
    return f"{minutes}m{text}s" if minutes else f"{text}s"
