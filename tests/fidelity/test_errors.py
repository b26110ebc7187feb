"""Requests that a real control plane refused (or, surprisingly, took): the same Status, to the character."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.errors import ApiError
from tests.fidelity import golden
from tests.fidelity.requests import carry_out, prior, why_not
from tests.kinds.recorded import stable

FILE = "errors.json"
CASES: list[dict[str, Any]] = golden.cases(FILE)

BEFORE_THE_STORE = frozenset(
    {
        "kubectl's own words",
        "a question, not a change",
        "a path or version that the API does not have",
        "who may do what",
        "server-side apply",
        "the body's encoding",
        "an option that does not exist",
        "options of a deletion in its body",
        "a PUT to where nothing is",
        "a body that is for another address",
        "unknown fields that are dropped before the store sees them",
    }
)
"""What the Kubernetes API's HTTP layer decides."""

OURS = [case for case in CASES if not why_not(case)]

needs_recording = pytest.mark.skipif(bool(golden.absent(FILE)), reason=golden.absent(FILE))


@needs_recording
def test_what_is_left_out_is_known() -> None:
    reasons = {why_not(case) for case in CASES} - BEFORE_THE_STORE - {""}
    assert {reason for reason in reasons if not reason.startswith("the subresource ")} == set()


@needs_recording
@pytest.mark.parametrize("case", OURS, ids=[case["name"] for case in OURS])
def test_it_is_answered_as_recorded(case: dict[str, Any]) -> None:
    sandbox = prior(CASES)
    expected = case["response"]
    if case["code"] < 300:
        made = carry_out(sandbox, case)
        assert made is not None
        assert stable(made) == stable(expected)
        return
    with pytest.raises(ApiError) as refused:
        carry_out(sandbox, case)
    assert without_dump(refused.value.status()) == without_dump(expected)


def without_dump(status: dict[str, Any]) -> dict[str, Any]:
    """Behind the sentence that refuses a change of a pod stands Go's own diff of two structs: the sentence is compared,
    in the message and in the cause."""
    details = status.get("details") or {}
    causes = [{**cause, "message": cause["message"].partition("\n")[0]} for cause in details.get("causes") or ()]
    plain = {**status, "message": status["message"].partition("\n")[0]}
    if causes:
        plain["details"] = {**details, "causes": causes}
    return plain
