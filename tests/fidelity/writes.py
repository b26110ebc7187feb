"""What must have been written for the recorded watches to tell what they told, and how it is carried out.

A watch of everything tells each write as it was, with the revision that it got; one with a selector tells some of the
same writes in other words. What such a watch shows first was there before; all else was written while somebody watched.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from cluster.machinery.objects import Obj
from tests.api.asking import Client
from tests.fidelity import golden
from tests.fidelity.wholes import LISTS

Case = dict[str, Any]

METHODS = {"ADDED": "POST", "MODIFIED": "PUT", "DELETED": "DELETE"}


class Write(NamedTuple):
    revision: int
    method: str
    obj: Obj

    async def carry_out(self, client: Client, collection: str) -> None:
        metadata = {name: each for name, each in self.obj["metadata"].items() if name in ("name", "labels")}
        body = {**self.obj, "metadata": metadata}
        path = collection if self.method == "POST" else f"{collection}/{metadata['name']}"
        reply = await client.ask(self.method, path, None if self.method == "DELETE" else body)
        assert reply.code in (200, 201), reply.body


def query(case: Case) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(case["path"]).query).items()}


def watches() -> list[Case]:
    return [case for case in golden.cases(LISTS) if "events" in case]


def told() -> list[Case]:
    """Those whose every event is about an object."""
    return [case for case in watches() if all(event["type"] in METHODS for event in case["events"])]


def _unselected() -> list[Case]:
    return [case for case in told() if not {"labelSelector", "fieldSelector"} & query(case).keys()]


def revision(event: dict[str, Any]) -> int:
    return int(event["object"]["metadata"]["resourceVersion"])


def began() -> int:
    """The revision before the first recorded write: the oldest that a watch was told to begin after."""
    return min(int(query(case)["resourceVersion"]) for case in told() if "resourceVersion" in query(case))


def standing() -> list[Obj]:
    """What was there all the time."""
    found = {
        event["object"]["metadata"]["name"]: event["object"]
        for case in _unselected()
        for event in case["events"]
        if revision(event) <= began()
    }
    return list(found.values())


def writes(case: Case) -> list[Write]:
    """Those that the watch was there to tell; of a watch that told none of them, one run of an object's life."""
    known = {
        revision(event): Write(revision(event), METHODS[event["type"]], event["object"])
        for each in _unselected()
        for event in each["events"]
        if revision(event) > began()
    }
    told_of = [each for each in map(revision, case["events"]) if each > began()]
    if not told_of:
        told_of = [min(known), min(at for at, write in known.items() if write.method == "DELETE")]
    return [write for at, write in sorted(known.items()) if min(told_of) <= at <= max(told_of)]
