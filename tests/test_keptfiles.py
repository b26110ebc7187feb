"""Files that many write at one moment: every reader finds one of them whole, and a lock is one's at a time."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cluster import keptfiles


def test_of_many_writers_one_stands_whole(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    written = [bytes([65 + each]) * 100_000 for each in range(8)]
    with ThreadPoolExecutor(8) as writers:
        list(writers.map(lambda content: keptfiles.put(path, content, 0o600), written))
    assert path.read_bytes() in written
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]


def test_what_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    with pytest.raises(OSError, match="kept"):
        keptfiles.put(tmp_path / "kept", b"", 0o600)
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]


def test_a_lock_is_ones_at_a_time_and_makes_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"

    def raise_by_one(_: int) -> None:
        with keptfiles.alone(folder):
            count = folder / "count"
            found = int(count.read_text()) if count.exists() else 0
            count.write_text(str(found + 1))

    with ThreadPoolExecutor(8) as many:
        list(many.map(raise_by_one, range(200)))
    assert (folder / "count").read_text() == "200"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
