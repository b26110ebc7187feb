#!/usr/bin/env python
"""The one command. `--data DIR` decides where everything is kept, so it is read before Django's settings are."""

from __future__ import annotations

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


def main() -> None:
    if data := data_directory(sys.argv[2:]):
        os.environ["DATA_DIR"] = data
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")

    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as wrong:
        sys.exit(f"kubarium: {wrong}")


if __name__ == "__main__":
    main()
