"""When probes look and what follows from it: tables of moments, in seconds since the container's start."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.nodes import probing
from cluster.nodes.probing import NEVER

OPEN = {"tcpSocket": {"port": 80}}
CLOSED = {"httpGet": {"port": 8080, "path": "/ok"}}
DIES = {"httpGet": {"port": 8080, "path": "/healthz"}}
"""agnhost's example: well for ten seconds."""
EARLY = {"initialDelaySeconds": 3, "periodSeconds": 3}
LONG = {**OPEN, "failureThreshold": 30}
HEALTHY = "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"


def pod(annotations: dict[str, str] | None = None, **container: Any) -> dict[str, Any]:
    made = {"name": "app", "image": "nginx", **container}
    return {
        "metadata": {"name": "web-0", "uid": "u", "annotations": annotations or {}},
        "spec": {"containers": [made], "terminationGracePeriodSeconds": 30},
        "status": {"podIP": "10.244.0.10"},
    }


def verdict(made: dict[str, Any], elapsed: float, *, lag: float = 0.0, patient: bool = False) -> probing.Verdict:
    return probing.verdict(made, made["spec"]["containers"][0], elapsed, lag=lag, patient=patient)


@pytest.mark.parametrize(
    ("made", "patient", "ready_at"),
    [
        (pod(), False, 0.5),
        (pod(), True, 0.5),
        (pod(readinessProbe=OPEN), False, 0.5),
        (pod(readinessProbe={**OPEN, "initialDelaySeconds": 7, "periodSeconds": 5, "successThreshold": 3}), True, 17.5),
        (pod(readinessProbe={**OPEN, "initialDelaySeconds": 7}), False, 0.5),
        (pod({"kubarium.dev/slow-start": "12s"}), False, 12.5),
        (pod({"kubarium.dev/slow-start": "12s"}, readinessProbe=OPEN), False, 12.5),
        (pod({"kubarium.dev/slow-start": "12s"}, readinessProbe=OPEN), True, 20.5),
        (pod(startupProbe={**OPEN, "initialDelaySeconds": 3}), True, 3.0),
        (pod({"kubarium.dev/slow-start": "12s"}, startupProbe={**OPEN, "periodSeconds": 5}), True, 15.0),
        (pod({"kubarium.dev/slow-start": "12s"}, startupProbe=OPEN, readinessProbe=OPEN), True, 20.0),
        (pod(readinessProbe=CLOSED), True, NEVER),
        (pod({"kubarium.dev/never-ready": "true"}), False, NEVER),
    ],
)
def test_when_a_container_becomes_ready(made: dict[str, Any], patient: bool, ready_at: float) -> None:
    if ready_at == NEVER:
        assert not verdict(made, 1e6, lag=0.5, patient=patient).ready
        return
    before = verdict(made, ready_at - 0.01, lag=0.5, patient=patient)
    assert not before.ready
    assert before.changes_at == pytest.approx(ready_at)
    assert verdict(made, ready_at, lag=0.5, patient=patient).ready


@pytest.mark.parametrize(
    ("made", "at", "kind"),
    [
        (pod(livenessProbe=OPEN), NEVER, "liveness"),
        (pod(livenessProbe=CLOSED), 20.0, "liveness"),
        (pod(livenessProbe={**CLOSED, "initialDelaySeconds": 5, "periodSeconds": 3, "failureThreshold": 4}), 14.0, ""),
        (pod(image="agnhost", args=["liveness"], livenessProbe={**DIES, **EARLY}), 18, ""),
        (pod(image="busybox", command=["sh", "-c", HEALTHY],
             livenessProbe={"exec": {"command": ["cat", "/tmp/healthy"]}, "periodSeconds": 5}), 40, ""),
        (pod(livenessProbe={"httpGet": {"port": 80, "path": "/healthz"}}), 20.0, "liveness"),
        (pod({"kubarium.dev/slow-start": "40s"}, livenessProbe=OPEN), 20.0, "liveness"),
        (pod({"kubarium.dev/slow-start": "40s"}, startupProbe=OPEN, livenessProbe=OPEN), 20.0, "startup"),
        (pod({"kubarium.dev/slow-start": "40s"}, startupProbe=LONG, livenessProbe=OPEN), NEVER, ""),
        (pod({"kubarium.dev/slow-start": "15s"}, livenessProbe=OPEN), NEVER, ""),
    ],
)  # fmt: skip
def test_when_a_container_is_killed(made: dict[str, Any], at: float, kind: str) -> None:
    found = probing.death(made, made["spec"]["containers"][0])
    assert found.at == pytest.approx(at)
    assert found.kind == (kind or found.kind)


def test_failures_are_told_look_by_look() -> None:
    made = pod(readinessProbe=CLOSED)
    assert verdict(made, 0.0).failures[0].at == 0.0
    later = verdict(made, 25.0)
    assert (later.failures[0].at, later.looks_at) == (20.0, 30.0)
    assert later.failures[0].finding.failure == (
        'Readiness probe failed: Get "http://10.244.0.10:8080/ok": '
        "dial tcp 10.244.0.10:8080: connect: connection refused"
    )


def test_what_stops_answering_is_not_ready_after_its_threshold() -> None:
    made = pod(image="agnhost", args=["liveness"], readinessProbe={**DIES, "periodSeconds": 4})
    assert verdict(made, 19.9).ready
    assert verdict(made, 19.9).changes_at == 20.0
    assert not verdict(made, 20.0).ready
    assert verdict(made, 20.0).finding.text == "Not Ready: /healthz answers 500."


def test_flapping_turns_about() -> None:
    made = pod({"kubarium.dev/flap": "10s"}, readinessProbe={"httpGet": {"port": 80}})
    shown = [verdict(made, at).ready for at in (0, 9.9, 10, 19.9, 20, 30)]
    assert shown == [True, True, False, False, True, False]
    down = verdict(made, 15)
    assert (down.changes_at, down.finding.code) == (20.0, "flapping")
    assert down.failures[-1].finding.failure == "Readiness probe failed: HTTP probe failed with statuscode: 503"


PROBES = st.fixed_dictionaries(
    {
        "httpGet": st.sampled_from([{"port": 8080, "path": "/healthz"}, {"port": 9999}, {"port": 8080, "path": "/"}]),
        "initialDelaySeconds": st.integers(0, 9),
        "periodSeconds": st.integers(1, 9),
        "failureThreshold": st.integers(1, 4),
    }
)


@given(PROBES, PROBES, st.sampled_from(["", "4s", "13s"]), st.sampled_from(["", "3s"]), st.booleans())
def test_what_is_said_to_come_comes_and_nothing_else(
    readiness: Any, startup: Any, slow: str, flapping: str, patient: bool
) -> None:
    """Between two announced changes every look finds the same, and moments always lie ahead."""
    annotations = {"kubarium.dev/slow-start": slow, "kubarium.dev/flap": flapping}
    made = pod(annotations, image="agnhost", args=["liveness"], readinessProbe=readiness, startupProbe=startup)
    at = 0.0
    for _ in range(20):
        here = verdict(made, at, patient=patient)
        assert here.changes_at > at
        assert here.looks_at > at
        until = min(here.changes_at, at + 60)
        for part in (0.25, 0.9):
            between = verdict(made, at + (until - at) * part, patient=patient)
            assert (between.started, between.ready) == (here.started, here.ready)
        if here.changes_at == NEVER:
            break
        at = here.changes_at
