#!/usr/bin/env python
"""The one command. `--data DIR` decides where everything is kept, so it is read before Django's settings are."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence


def data_directory(arguments: Sequence[str]) -> str | None:
    """The value of `--data DIR` or `--data=DIR` among `arguments`, the last one said; None when there is none."""
    found = None
    for position, argument in enumerate(arguments):
        if argument == "--data" and position + 1 < len(arguments):
            found = arguments[position + 1]
        elif argument.startswith("--data="):
            found = argument.removeprefix("--data=")
    return found


def without_data(arguments: Sequence[str]) -> list[str]:
    """The arguments without `--data DIR`: not every command of Django's knows it, and it has been read by then."""
    kept: list[str] = []
    told = iter(arguments)
    for argument in told:
        if argument == "--data":
            next(told, None)
        elif not argument.startswith("--data="):
            kept.append(argument)
    return kept


def main() -> None:
    if data := data_directory(sys.argv[2:]):
        os.environ["DATA_DIR"] = data
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
    if sys.argv[1:2] == ["up"]:
        gc.disable()  # a tenth of the start; what is imported stays, and `up` turns it on again

    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line([*sys.argv[:2], *without_data(sys.argv[2:])])
    except ImproperlyConfigured as wrong:
        sys.exit(f"kubarium: {wrong}")


if __name__ == "__main__":
    main()
