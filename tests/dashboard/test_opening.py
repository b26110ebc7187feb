"""What a browser gets first, shared by those who come together; and how many of one person may come."""

from __future__ import annotations

import orjson
import pytest

from dashboard.live.crowd import Crowd
from dashboard.live.opening import MOST_CHARACTERS, MOST_FRAMES, Opening

ITEM = {"id": "pods/default/web-0", "rv": 7}


def test_a_snapshot_is_whole_and_what_followed_comes_behind_it() -> None:
    opening = Opening(7, [ITEM], {"pods/default/web-0": []})
    opening.add("of revision 6", 6)
    opening.add("of revision 7", 7)
    opening.add("of revision 9", 9)
    opening.add("reasons")
    snapshot, *followed = opening.frames({"t": "snapshot", "user": {"name": "ada"}})
    assert orjson.loads(snapshot) == {
        "t": "snapshot",
        "user": {"name": "ada"},
        "revision": 7,
        "objects": [ITEM],
        "reasons": {"pods/default/web-0": []},
    }
    assert (followed, opening.upto) == (["of revision 9", "reasons"], 9)


def test_it_is_spent_once_there_is_much_to_catch_up_with() -> None:
    for frames, length, spent in ((MOST_FRAMES - 1, 1, False), (MOST_FRAMES, 1, True), (1, MOST_CHARACTERS, True)):
        opening = Opening(1, [], {})
        for revision in range(2, 2 + frames):
            opening.add("x" * length, revision)
        assert opening.spent is spent


def test_one_person_has_so_many_and_not_one_more() -> None:
    crowd = Crowd(2)
    first, second = crowd.enter(1), crowd.enter(1)
    assert first is not None and second is not None
    assert crowd.enter(1) is None
    assert crowd.enter(2) is not None
    first()
    assert crowd.enter(1) is not None
    assert crowd.enter(1) is None


@pytest.mark.parametrize("frames", [0, 3])
def test_all_who_come_share_the_frames_that_followed(frames: int) -> None:
    opening = Opening(1, [], {})
    for revision in range(2, 2 + frames):
        opening.add(f"frame {revision}", revision)
    one, other = opening.frames({"t": "snapshot"}), opening.frames({"t": "snapshot"})
    assert [id(frame) for frame in one[1:]] == [id(frame) for frame in other[1:]]
    assert len(one) == 1 + frames
