"""Real randomness for the store, in the shape that pure code takes it (`Dice`)."""

from __future__ import annotations

import random
import uuid

from cluster.kinds.kind import Dice

# Kubernetes' alphabet for generated names: no vowels, no look-alikes.
_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
_random = random.Random()


def _suffix() -> str:
    return "".join(_random.choices(_ALPHABET, k=5))


fresh = Dice(
    uid=lambda: str(uuid.UUID(int=_random.getrandbits(128), version=4)), suffix=_suffix, pick=_random.randrange
)
