"""kubectl's own patching, without a server: what `kubectl patch --local` makes of several objects at once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from cluster.machinery.objects import Obj

KUBECTL = Path(sys.executable).with_name("kubectl")


def patched(how: str, objects: list[Obj], patch: Any, folder: Path) -> dict[str, Obj]:
    """The objects by their field "id", patched; one that cannot be patched is left out."""
    given, change = folder / "objects.json", folder / "patch.json"
    given.write_text("\n---\n".join(json.dumps(obj) for obj in objects))
    change.write_text(json.dumps(patch))
    command: list[str | Path] = [
        KUBECTL,
        "patch",
        "--local",
        f"--type={how}",
        "-o",
        "json",
        "-f",
        given,
        "--patch-file",
        change,
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={"HOME": str(folder), "KUBECONFIG": "/dev/null"}
    )
    assert done.returncode == 0 or done.stderr, done.stdout
    return {obj["id"]: obj for obj in _documents(done.stdout)}


def _documents(text: str) -> list[Obj]:
    """JSON values that stand one after the other."""
    found: list[Obj] = []
    decoder = json.JSONDecoder()
    at = 0
    while (rest := text[at:].lstrip()) != "":
        at = len(text) - len(rest)
        value, at = decoder.raw_decode(text, at)
        found.append(value)
    return found
