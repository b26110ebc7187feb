"""The environment a container is started with, as its kubelet makes it: Services, the image's own, what the pod says.

What it took from other objects it keeps until it is started again (`starts`). What has no value is left out: a kubelet
that misses something does not start the container at all (see `configuring`).
"""

from __future__ import annotations

import re

from cluster.machinery.objects import Obj, name
from cluster.nodes import identity, references, servicelinks, software, starts
from cluster.world import World

_EXPANSION = re.compile(r"\$(\$|\(([^)]*)\))")


def environment(
    world: World, pod: Obj, container: Obj, hostname: str = "", given: starts.Given | None = None
) -> dict[str, str]:
    """Name -> value. `hostname` is what the pod calls itself; `given` what its start gave, else what is kept of it."""
    image = software.of(str(container.get("image") or ""))
    found = dict(image.environment)
    found["HOSTNAME"] = hostname or name(pod)
    given = starts.given(world, pod, container) if given is None else given
    # A Service of that name in the pod's own namespace counts more than the API server's.
    for service in {each.name: each for each in (*servicelinks.api(world), *given.services)}.values():
        found.update(servicelinks.variables(service))
    own = dict(given.whole)
    services = found
    for number, each in enumerate(container.get("env") or ()):
        called = str(each.get("name"))
        if not (reference := each.get("valueFrom")):
            own[called] = expanded(str(each.get("value") or ""), services | own)
        else:
            lasts = not starts.may_change(reference)
            value = references.value(world, pod, container, reference) if lasts else given.values.get(number)
            if value is not None:
                own[called] = value
    found |= own
    found.setdefault("HOME", _home(image, pod, container))
    return found


def expanded(text: str, known: dict[str, str]) -> str:
    """`$(NAME)` replaced by its value where there is one; `$$(NAME)` is `$(NAME)` as it stands."""
    return _EXPANSION.sub(lambda found: "$" if found[1] == "$" else known.get(found[2], found[0]), text)


def missing(text: str, known: dict[str, str]) -> list[str]:
    """Names that `$(NAME)` asks for and nobody knows, in order."""
    return sorted({found[2] for found in _EXPANSION.finditer(text) if found[1] != "$" and found[2] not in known})


def _home(image: software.Software, pod: Obj, container: Obj) -> str:
    wanted = identity.user(pod, container)
    return next((each.home for each in image.users if each.uid == wanted), "/" if wanted else "/root")
