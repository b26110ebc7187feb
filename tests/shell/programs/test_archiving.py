"""tar as `kubectl cp` speaks it, beside the real one."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from cluster.shell.machine import ContainerMachine
from tests.shell.containers import machine_of, pod, run


def filled(image: str = "debian") -> ContainerMachine:
    machine = machine_of(pod(image))
    machine.files.mkdir("/w")
    machine.files.mkdir("/w/dir")
    machine.files.write("/w/a.txt", b"one\n", mode=0o640)
    machine.files.write("/w/dir/b", b"\0\xff" * 600)
    machine.files.symlink("../a.txt", "/w/dir/to-a")
    return machine


@pytest.mark.parametrize("image", ["debian", "busybox"])
async def test_the_real_tar_unpacks_what_ours_packs(image: str, tmp_path: Path) -> None:
    packed = await run(filled(image), "tar", "cf", "-", "/w")
    assert packed.err == "tar: Removing leading `/' from member names\n"
    subprocess.run(["tar", "xf", "-", "-C", str(tmp_path)], input=packed.raw, check=True)
    assert (tmp_path / "w/a.txt").read_bytes() == b"one\n"
    assert (tmp_path / "w/a.txt").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "w/dir/b").read_bytes() == b"\0\xff" * 600
    assert str((tmp_path / "w/dir/to-a").readlink()) == "../a.txt"


async def test_ours_unpacks_what_the_real_tar_packs(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x/one").write_bytes(b"1")
    (tmp_path / "x/link").symlink_to("one")
    body = subprocess.run(["tar", "czf", "-", "x"], cwd=tmp_path, capture_output=True, check=True).stdout
    machine = machine_of(pod("debian"))
    unpacked = await run(machine, "tar", "-xmf", "-", "-C", "/tmp", stdin=body)
    assert (unpacked.status, unpacked.out, unpacked.err) == (0, "", "")
    assert machine.files.read("/tmp/x/link") == b"1"
    listed = await run(machine, "tar", "tzf", "-", stdin=body)
    assert sorted(listed.out.split()) == ["x/", "x/link", "x/one"]


async def test_into_a_volume_that_nobody_writes_to() -> None:
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w") as archive:
        member = tarfile.TarInfo("hostname")
        member.size = 1
        archive.addfile(member, io.BytesIO(b"x"))
    volumes = {"volumes": [{"name": "c", "configMap": {"name": "none"}}]}
    machine = machine_of(pod("debian", volumeMounts=[{"name": "c", "mountPath": "/config"}], spec=volumes))
    unpacked = await run(machine, "tar", "-xmf", "-", "-C", "/config", stdin=body.getvalue())
    assert unpacked.status == 2
    assert unpacked.err == (
        "tar: hostname: Cannot open: Read-only file system\ntar: Exiting with failure status due to previous errors\n"
    )


@pytest.mark.parametrize(
    ("argv", "stdin", "status", "err"),
    [
        (["tar", "xf", "-"], b"x" * 2000, 2, "tar: This does not look like a tar archive\n"),
        (["tar", "xzf", "-"], b"text", 2, "tar: stdin: not in gzip format\n"),
        (["tar", "xf", "-", "-C", "/none"], b"", 2, "tar: /none: Cannot open: No such file or directory\n"),
        (["tar", "cf", "-"], b"", 2, "tar: Cowardly refusing to create an empty archive\n"),
        (
            ["tar", "cf", "-", "/none"],
            b"",
            2,
            "tar: Removing leading `/' from member names\ntar: /none: Cannot stat: No",
        ),
        (["tar", "xf", "/none.tar"], b"", 2, "tar: /none.tar: Cannot open: No such file or directory\n"),
    ],
)
async def test_what_goes_wrong(argv: list[str], stdin: bytes, status: int, err: str) -> None:
    found = await run(filled(), *argv, stdin=stdin)
    assert (found.status, found.err[: len(err)]) == (status, err)


async def test_nothing_is_unpacked_outside_of_its_folder() -> None:
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("../../etc/passwd"))
    found = await run(filled(), "tar", "xf", "-", "-C", "/tmp", stdin=body.getvalue())
    assert (found.status, found.err.splitlines()[0]) == (2, "tar: ../../etc/passwd: Member name contains '..'")


async def test_compressed_and_back() -> None:
    machine = filled()
    packed = await run(machine, "gzip", "-c", "/w/a.txt")
    assert (await run(machine, "zcat", stdin=packed.raw)).out == "one\n"
    assert (await run(machine, "gunzip", stdin=b"no")).err == "\ngzip: stdin: not in gzip format\n"
    assert (await run(machine, "gzip", "/w/a.txt", cwd="/w")).status == 0
    assert machine.files.listdir("/w") == ["a.txt.gz", "dir"]
