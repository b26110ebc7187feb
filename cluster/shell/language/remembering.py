"""What was read once and is likely to be read again, such as a loop's words: kept, unless it is long."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

Made = TypeVar("Made")


def remembered(most: int, longest: int) -> Callable[[Callable[..., Made]], Callable[..., Made]]:
    """Keep the results for the last `most` texts of at most `longest` characters; texts are the first argument."""

    def decorate(make: Callable[..., Made]) -> Callable[..., Made]:
        kept = lru_cache(maxsize=most)(make)

        def get(text: str, **options: bool) -> Made:
            return kept(text, **options) if len(text) <= longest else make(text, **options)

        get.__doc__ = make.__doc__
        return get

    return decorate
