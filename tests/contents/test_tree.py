"""A tree of places does to names what a kernel does: compared with a real folder, step by step."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cluster.contents import Contents, Kept, Place, Tree, Written, device, directory, file, frozen, link
from cluster.contents.layer import MOST_GONE
from cluster.contents.memory import MOST_BYTES

IMAGE = frozen(
    {
        "/bin/sh": file("sh", 0o755),
        "/etc/os-release": file("NAME=test\n"),
        "/lib": link("usr/lib"),
        "/usr/lib/a": file("A"),
        "/dev/null": device("null"),
        "/tmp": directory(0o1777),
        "/loop": link("loop"),
    }
)
SETTINGS = frozen({"/..1/key": file("value"), "/..data": link("..1"), "/key": link("..data/key")})


def tree(contents: Contents | None = None, begin: int = 1, **more: Place) -> Tree:
    ticks = count(begin)
    held = contents or Contents()
    places = {"": Place((IMAGE, Kept(held, "root")), "root"), "/etc/settings": Place((SETTINGS,), read_only=True)}
    places |= {f"/{name}": place for name, place in more.items()}
    return Tree(places, lambda: float(next(ticks)), held)


def fails(number: int, call: Callable[..., object], *args: object) -> None:
    with pytest.raises(OSError) as raised:
        call(*args)
    assert errno.errorcode[raised.value.errno or 0] == errno.errorcode[number]


def test_an_image_lies_under_what_is_written() -> None:
    made = tree()
    made.write("/etc/motd", b"hi\n")
    made.write("/etc/os-release", b"VERSION=1\n", append=True)
    assert made.read("/etc/os-release") == b"NAME=test\nVERSION=1\n"
    assert made.listdir("/etc") == ["motd", "os-release", "settings"]
    made.unlink("/etc/os-release")
    assert made.listdir("/etc") == ["motd", "settings"]
    made.rename("/bin/sh", "/bin/sh.off")
    assert (made.listdir("/bin"), made.entry("/bin/sh.off").mode) == (["sh.off"], 0o755)
    made.write("/etc/os-release", b"new")
    assert made.read("/etc/os-release") == b"new"


def test_links_are_followed_up_to_a_limit() -> None:
    made = tree()
    assert made.read("/lib/a") == b"A"
    assert made.realpath("/lib/../lib/./a") == "/usr/lib/a"
    assert made.readlink("/lib") == "usr/lib"
    assert made.read("/etc/settings/key") == b"value"
    fails(errno.ELOOP, made.read, "/loop")
    made.symlink("/nowhere", "/tmp/dangling")
    fails(errno.ENOENT, made.read, "/tmp/dangling")
    made.symlink("/tmp/new", "/tmp/to-new")
    made.write("/tmp/to-new", b"x")
    assert made.read("/tmp/new") == b"x"


def test_what_may_not_be_written() -> None:
    made = tree()
    fails(errno.EROFS, made.write, "/etc/settings/key", b"other")
    fails(errno.EROFS, made.unlink, "/etc/settings/key")
    fails(errno.EBUSY, made.rmdir, "/etc/settings")
    fails(errno.EXDEV, made.rename, "/etc/settings/key", "/tmp/key")
    fails(errno.EISDIR, made.write, "/tmp", b"")
    fails(errno.ENAMETOOLONG, made.write, f"/tmp/{'n' * 256}", b"")
    fails(errno.EILSEQ, made.write, "/tmp/\udce4", b"")
    fails(errno.EINVAL, made.write, "/tmp/a\0b", b"")
    made.write("/dev/null", b"gone")
    assert made.read("/dev/null") == b""


def test_a_full_layer_takes_nothing_more_until_something_goes() -> None:
    made = tree()
    made.write("/tmp/big", b"x" * (MOST_BYTES - 10))
    fails(errno.ENOSPC, made.write, "/tmp/more", b"y" * 11)
    made.write("/tmp/big", b"")
    made.write("/tmp/more", b"y" * 11)


def test_what_was_there_is_known_for_a_while() -> None:
    contents = Contents()
    now = [100.0]
    made = Tree({"": Place((IMAGE, Kept(contents, "root")), "root")}, lambda: now[0], contents)
    for moment, change in ((100.0, made.touch), (130.0, made.unlink), (150.0, made.touch)):
        now[0] = moment
        change("/tmp/healthy")
    layer = contents.layers["root"]
    seen = [entry.kind if (entry := layer.at("/tmp/healthy", t)) else None for t in (99.0, 129.0, 149.0, 151.0)]
    assert seen == [None, "file", "absent", "file"]
    now[0] = 9_000.0
    made.write("/tmp/healthy", b"late")
    assert [entry.since for entry in layer.history("/tmp/healthy")] == [150.0, 9_000.0]


def test_others_take_over_what_is_stored_but_not_over_what_is_newer_here() -> None:
    here, there = Contents(), Contents()
    tree(here).write("/tmp/a", b"1")
    rows = here.unstored()
    assert here.unstored() == []
    assert there.follow(rows, 1) == {"root"}
    assert tree(there, 200).read("/tmp/a") == b"1"
    assert there.follow(rows, 1) == set()
    tree(there, 100).write("/tmp/a", b"2")
    assert there.follow(rows, 2) == set()
    assert tree(there, 200).read("/tmp/a") == b"2"


def test_what_was_made_and_removed_again_is_not_remembered_for_ever() -> None:
    contents = Contents()
    made = tree(contents)
    made.unlink("/etc/os-release")
    for number in range(3 * MOST_GONE):
        made.write(f"/tmp/{number}", b"")
        made.unlink(f"/tmp/{number}")
    layer = contents.layers["root"]
    assert len(layer) < MOST_GONE + 10
    assert "os-release" not in made.listdir("/etc")
    rows: list[Written] = []
    while some := contents.unstored():
        rows += some
    assert {row.path for row in rows if row.history} == {path for path, _ in layer.items()}
    assert {row.path for row in rows if not row.history} >= {"/tmp/0", "/tmp/1"}


# -- against a real kernel ---------------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "b", "c"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
STEPS = st.one_of(
    st.tuples(st.just("write"), PATHS, st.binary(max_size=3)),
    st.tuples(st.just("mkdir"), PATHS),
    st.tuples(st.just("rmdir"), PATHS),
    st.tuples(st.just("unlink"), PATHS),
    st.tuples(st.just("rename"), PATHS, PATHS),
    st.tuples(st.just("symlink"), st.sampled_from(["a", "b/c", "../a", "."]), PATHS),
    st.tuples(st.just("readlink"), PATHS),
    st.tuples(st.just("listdir"), PATHS),
    st.tuples(st.just("read"), PATHS),
)


def _real(root: Path, step: tuple[Any, ...]) -> Any:
    match step:
        case ("write", path, data):
            (root / path).write_bytes(data)
            return None
        case ("mkdir", path):
            return (root / path).mkdir()
        case ("rmdir", path):
            return (root / path).rmdir()
        case ("unlink", path):
            return (root / path).unlink()
        case ("rename", one, other):
            os.rename(root / one, root / other)  # noqa: PTH104 - rename(2) itself is what is compared
            return None
        case ("symlink", target, path):
            return (root / path).symlink_to(target)
        case ("readlink", path):
            return os.readlink(root / path)  # noqa: PTH115
        case ("listdir", path):
            return sorted(os.listdir(root / path))  # noqa: PTH208
        case ("read", path):
            return (root / path).read_bytes()
    raise AssertionError(step)


def _ours(made: Any, step: tuple[Any, ...]) -> Any:
    verb, first, *rest = step
    if verb == "symlink":
        return made.symlink(first, f"/w/{rest[0]}")
    if verb == "rename":
        return made.rename(f"/w/{first}", f"/w/{rest[0]}")
    return getattr(made, verb)(f"/w/{first}", *rest)


def _outcome(call: Callable[[], object]) -> object:
    try:
        return call()
    except OSError as error:
        return errno.errorcode[error.errno or 0]


@given(st.lists(STEPS, max_size=25))
@settings(max_examples=150, deadline=None)
def test_names_follow_the_laws_of_a_real_folder(steps: list[tuple[Any, ...]]) -> None:
    contents = Contents()
    made = tree(contents)
    made.mkdir("/w")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "w"
        root.mkdir()
        for step in steps:
            assert _outcome(lambda: _ours(made, step)) == _outcome(lambda: _real(root, step)), step  # noqa: B023
