"""Chance that is the same whoever asks: a number that follows from a name."""

from __future__ import annotations

import hashlib


def fraction(name: str, what: str) -> float:
    """0.0 to 1.0, fixed for a name and what it is about."""
    return int(hashlib.sha256(f"{name}/{what}".encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
