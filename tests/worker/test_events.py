from __future__ import annotations

from cluster.intents import Create, Patch
from cluster.machinery.objects import Obj
from cluster.plan import Note
from cluster.worker.events import BURST, Recorder

SET: Obj = {
    "apiVersion": "apps/v1",
    "kind": "StatefulSet",
    "metadata": {"name": "web", "namespace": "default", "uid": "set-uid", "resourceVersion": "7"},
}
NOON = 1_795_435_200.0


def created(name: str) -> Note:
    message = f"create Pod {name} in StatefulSet web successful"
    return Note(SET, "Normal", "SuccessfulCreate", message, "statefulset-controller")


def test_the_first_of_its_kind_is_an_event_as_the_real_recorder_writes_it() -> None:
    intent = Recorder().intent(created("web-0"), NOON)
    assert isinstance(intent, Create)
    event = dict(intent.obj)
    metadata = event.pop("metadata")
    assert metadata["namespace"] == "default"
    assert metadata["name"].startswith("web.")
    assert int(metadata["name"].removeprefix("web."), 16) // 1_000_000_000 == int(NOON)
    assert event == {
        "apiVersion": "v1",
        "kind": "Event",
        "involvedObject": {
            "kind": "StatefulSet",
            "namespace": "default",
            "name": "web",
            "uid": "set-uid",
            "apiVersion": "apps/v1",
            "resourceVersion": "7",
        },
        "reason": "SuccessfulCreate",
        "message": "create Pod web-0 in StatefulSet web successful",
        "source": {"component": "statefulset-controller"},
        "firstTimestamp": "2026-11-23T12:00:00Z",
        "lastTimestamp": "2026-11-23T12:00:00Z",
        "count": 1,
        "type": "Normal",
        "eventTime": None,
        "reportingComponent": "statefulset-controller",
        "reportingInstance": "",
    }


def test_an_equal_note_raises_the_count_of_the_one_event() -> None:
    recorder = Recorder()
    first = recorder.intent(created("web-0"), NOON)
    again = recorder.intent(created("web-0"), NOON + 60)
    third = recorder.intent(created("web-0"), NOON + 120)
    assert isinstance(first, Create)
    assert isinstance(again, Patch) and isinstance(third, Patch)
    assert again.key.name == first.obj["metadata"]["name"]
    assert again.body == {"count": 2, "lastTimestamp": "2026-11-23T12:01:00Z"}
    assert third.body == {"count": 3, "lastTimestamp": "2026-11-23T12:02:00Z"}


def test_two_different_notes_of_one_instant_have_different_names() -> None:
    recorder = Recorder()
    names = set()
    for number in range(9):
        intent = recorder.intent(created(f"web-{number}"), NOON)
        assert isinstance(intent, Create)
        names.add(intent.obj["metadata"]["name"])
    assert len(names) == 9


def test_many_alike_are_combined_and_then_cut_short() -> None:
    recorder = Recorder()
    intents = [recorder.intent(created(f"web-{number}"), NOON) for number in range(1000)]
    stored = [intent for intent in intents if intent is not None]
    assert len(stored) == BURST
    plain = [each for each in stored if isinstance(each, Create) and "combined" not in each.obj["message"]]
    assert len(plain) == 9
    first, *others = stored[9:]
    assert isinstance(first, Create)
    assert first.obj["message"] == "(combined from similar events): create Pod web-9 in StatefulSet web successful"
    assert [each.body for each in others if isinstance(each, Patch)] == [
        {
            "count": number - 8,
            "lastTimestamp": "2026-11-23T12:00:00Z",
            "message": f"(combined from similar events): create Pod web-{number} in StatefulSet web successful",
        }
        for number in range(10, BURST)
    ]


def test_what_was_said_before_is_combined_too_and_ten_quiet_minutes_end_that() -> None:
    recorder = Recorder()
    said: list[str] = []
    for number, at in [*((each, NOON + each) for each in range(12)), (0, NOON + 300), (0, NOON + 901), (1, NOON + 902)]:
        intent = recorder.intent(created(f"web-{number}"), at)
        kind = "new" if isinstance(intent, Create) else "counted"
        body = intent.obj if isinstance(intent, Create) else intent.body if isinstance(intent, Patch) else {}
        said.append(f"{kind}{' combined' if 'combined' in body.get('message', '') else ''}")
    assert said == [*["new"] * 9, "new combined", *["counted combined"] * 3, "counted", "counted"]


def test_after_five_minutes_one_more_is_let_through() -> None:
    recorder = Recorder()
    for number in range(BURST):
        recorder.intent(created(f"web-{number}"), NOON)
    assert recorder.intent(created("late"), NOON + 299) is None
    assert recorder.intent(created("late"), NOON + 301) is not None
    assert recorder.intent(created("later"), NOON + 302) is None
