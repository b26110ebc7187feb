"""Names for pods that have none of their own: a prefix and five characters of the safe alphabet.

Drawn from the owner's uid and the world's revision, so that an event can tell the name before the commit, and the same
pass made twice asks for the same pods instead of twice as many.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from cluster.controllers.pod_template import SAFE
from cluster.machinery.objects import PODS, Obj, key, namespace, uid
from cluster.world import World

LENGTH = 5
_LONGEST_PREFIX = 63 - LENGTH
"""A longer prefix is cut, as the API server does with generateName."""


def fresh_names(owner: Obj, prefix: str, world: World, count: int) -> Iterator[str]:
    """`count` names that no pod of the owner's namespace bears."""
    given, draw, start = 0, 0, prefix[:_LONGEST_PREFIX]
    while given < count:
        digest = blake2b(f"{uid(owner)}/{world.revision}/{prefix}/{draw}".encode(), digest_size=8).digest()
        draw += 1
        number = int.from_bytes(digest)
        called = start + "".join(SAFE[number // len(SAFE) ** place % len(SAFE)] for place in range(LENGTH))
        if key(PODS, namespace(owner), called) not in world:
            given += 1
            yield called
