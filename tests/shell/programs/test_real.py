"""Programs beside the real ones: the same files, the same command, the same output, errors, status and files after."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster.shell.machine import ContainerMachine
from tests.shell.containers import machine_of, pod, run

TABLES = sorted((Path(__file__).parents[2] / "data" / "shell").glob("real*.yaml"))


def _case(each: Any) -> dict[str, Any]:
    given = dict(each) if isinstance(each, dict) else {"run": each}
    return {**given, "run": [str(word) for word in given["run"]]}


CASES = [
    pytest.param(table["files"], case, id=" ".join(case["run"]))
    for table in (yaml.safe_load(path.read_text()) for path in TABLES)
    for case in map(_case, table["runs"])
]


def real(files: dict[str, str], case: dict[str, Any], folder: Path) -> tuple[int, bytes, bytes]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    done = subprocess.run(
        case["run"],
        cwd=folder,
        input=case.get("stdin", "").encode(),
        capture_output=True,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC", "HOME": "/root", **case.get("env", {})},
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def ours(files: dict[str, str]) -> ContainerMachine:
    machine = machine_of(pod("debian"))
    machine.files.mkdir("/w")
    for name, text in files.items():
        at = "/w"
        for part in name.split("/")[:-1]:
            at += f"/{part}"
            if part not in machine.files.listdir(at.rpartition("/")[0]):
                machine.files.mkdir(at)
        machine.files.write(f"/w/{name}", text.encode())
    return machine


def _listed(root: Path) -> dict[str, bytes | str]:
    found: dict[str, bytes | str] = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        found[name] = f"-> {path.readlink()}" if path.is_symlink() else "/" if path.is_dir() else path.read_bytes()
    return found


def _ours_listed(machine: ContainerMachine, at: str = "/w") -> dict[str, bytes | str]:
    found: dict[str, bytes | str] = {}
    for name in machine.files.listdir(at):
        path = f"{at}/{name}"
        kind = machine.files.lstat(path).kind
        shown = path.removeprefix("/w/")
        if kind == "directory":
            found[shown] = "/"
            found |= _ours_listed(machine, path)
        else:
            found[shown] = f"-> {machine.files.readlink(path)}" if kind == "link" else machine.files.read(path)
    return found


@pytest.mark.parametrize(("files", "case"), CASES)
async def test_as_the_real_program(files: dict[str, str], case: dict[str, Any]) -> None:
    if shutil.which(case["run"][0]) is None:
        pytest.skip(f"{case['run'][0]} is not on this machine")
    machine = ours(files)
    with tempfile.TemporaryDirectory() as folder:
        status, out, err = real(files, case, Path(folder))
        found = await run(
            machine, *case["run"], stdin=case.get("stdin", ""), cwd="/w", LC_ALL="C", **case.get("env", {})
        )
        given, wanted = found.raw.decode(errors="replace"), out.decode(errors="replace")
        if not case.get("ordered", True):
            given, wanted = (" ".join(sorted(each.split())) for each in (given, wanted))
        assert given == wanted
        if case.get("errors", True):
            assert found.err == err.decode(errors="replace")
        assert found.status == status
        assert _ours_listed(machine) == _listed(Path(folder))
