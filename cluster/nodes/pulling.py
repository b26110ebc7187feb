"""Images on their way to a node, and images that do not exist: pulled again and again, with a back-off.

The tries follow each other after 10, 20, 40 … at most 300 seconds. Each is told as ErrImagePull; a second later, until
the next one, the container waits in ImagePullBackOff.
"""

from __future__ import annotations

from typing import NamedTuple

from cluster.config import Pace
from cluster.machinery.objects import Obj
from cluster.nodes import images, pace, statuses
from cluster.nodes.stages import Facts, Said
from cluster.nodes.statuses import ContainerStatus

FAILED, HELD_BACK, NO_NAME = "ErrImagePull", "ImagePullBackOff", "InvalidImageName"
IN_VAIN = (FAILED, HELD_BACK, NO_NAME)
FIRST_BACKOFF, LONGEST_BACKOFF = 10.0, 300.0
_SHOWN_SECONDS = 1.0


class Attempt(NamedTuple):
    status: ContainerStatus | None
    """None: as it is."""
    said: tuple[Said, ...]
    again_at: float | None


def pulls(container: Obj, facts: Facts) -> bool:
    """Whether this pod pulls the image: its policy, and what the node has; an event told before settles it."""
    policy = container.get("imagePullPolicy") or "IfNotPresent"
    if policy == "Never":
        return False
    image = container.get("image")
    told = image in facts.pulls or ("Pulling" in facts.told and not facts.pulls)
    return policy == "Always" or told or image not in facts.images


def pulling(container: Obj) -> Said:
    return Said("Normal", "Pulling", f'Pulling image "{container["image"]}"', container["name"])


def pulled(container: Obj, facts: Facts, speed: Pace) -> tuple[Said, ...]:
    """What is told before a container is made. Where nothing takes time, every image is there from the start."""
    image, label = str(container.get("image") or ""), container["name"]
    if speed == "instant" or not pulls(container, facts):
        return image_told(facts.node, container)
    took = pace.shown(pace.pull(speed, image, facts.node))
    return (Said("Normal", "Pulled", images.pulled(image, took), label),)


def image_told(node: str, container: Obj, *, present: bool = True) -> tuple[Said, ...]:
    """The image is there; but with the policy Always its registry is asked again whether it is still the same. What the
    node has not had so far (not `present`) is fetched."""
    image, label = container["image"], container["name"]
    if present and container.get("imagePullPolicy") != "Always":
        return (Said("Normal", "Pulled", f'Container image "{image}" already present on machine', label),)
    took = pace.shown(pace.duration("brisk", "pull", f"{node}/{image}"))
    return pulling(container), Said("Normal", "Pulled", images.pulled(image, took), label)


def is_asked_again(current: ContainerStatus) -> bool:
    """Whether a container that ran before waits for its image. Of one that never did its start tells."""
    waits = (current["state"].get("waiting") or {}).get("reason") in IN_VAIN
    return waits and bool((current.get("lastState") or {}).get("terminated"))


def moves_at(current: ContainerStatus, first_at: float, now: float) -> float | None:
    """When another thing is told of an image that does not exist: a try is over, or the next one due. None: never."""
    reason = current["state"]["waiting"]["reason"]
    if reason == NO_NAME:
        return None
    try_at, wait = _last_try(first_at, now)
    shown = try_at + _SHOWN_SECONDS
    if reason == FAILED:
        return shown
    return try_at if first_at < try_at and now < shown else try_at + wait


def attempt(container: Obj, current: ContainerStatus, first_at: float, now: float) -> Attempt:
    """How the pulling of an image that does not exist stands; the first try ended at `first_at`."""
    image, label = str(container["image"]), container["name"]
    if words := images.misnamed(image):
        return _misnamed(container, current, words)
    trouble = images.pull_trouble(image)
    stage = (current["state"].get("waiting") or {}).get("reason")
    try_at, wait = _last_try(first_at, now)
    if stage not in (FAILED, HELD_BACK) or (stage == HELD_BACK and now < try_at + _SHOWN_SECONDS):
        again = (pulling(container),) if stage == HELD_BACK else ()
        said = (
            *again,
            Said("Warning", "Failed", f'Failed to pull image "{image}": {trouble}', label),
            Said("Warning", "Failed", "Error: ErrImagePull", label),
        )
        return Attempt(statuses.waiting(container, FAILED, trouble, before=current), said, try_at + _SHOWN_SECONDS)
    if now < try_at + _SHOWN_SECONDS:
        return Attempt(None, (), try_at + _SHOWN_SECONDS)
    if stage == HELD_BACK:
        return Attempt(None, (), try_at + wait)
    said = (
        Said("Normal", "BackOff", f'Back-off pulling image "{image}"', label),
        Said("Warning", "Failed", "Error: ImagePullBackOff", label),
    )
    message = f'Back-off pulling image "{image}": ErrImagePull: {trouble}'
    return Attempt(statuses.waiting(container, HELD_BACK, message, before=current), said, try_at + wait)


def _misnamed(container: Obj, current: ContainerStatus, words: str) -> Attempt:
    """What is no name at all is never asked for."""
    if (current["state"].get("waiting") or {}).get("reason") == NO_NAME:
        return Attempt(None, (), None)
    label = container["name"]
    said = (Said("Warning", "InspectFailed", words, label), Said("Warning", "Failed", f"Error: {NO_NAME}", label))
    return Attempt(statuses.waiting(container, NO_NAME, words, before=current), said, None)


def _last_try(first_at: float, now: float) -> tuple[float, float]:
    """(when the last try ended, seconds until the next)."""
    at, wait = first_at, FIRST_BACKOFF
    while wait < LONGEST_BACKOFF and now >= at + wait:
        at, wait = at + wait, min(2 * wait, LONGEST_BACKOFF)
    if wait >= LONGEST_BACKOFF:
        at += max(now - at, 0.0) // LONGEST_BACKOFF * LONGEST_BACKOFF
    return at, wait
