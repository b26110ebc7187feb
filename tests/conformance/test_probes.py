"""When probes have containers killed and when not, as the suite's tests of probing ask for it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.pods import AGNHOST, BUSYBOX, created, ready, said
from tests.conformance.suite import Obj, Suite

HEALTH = "echo ok >/tmp/health; sleep {}; rm -rf /tmp/health; sleep 600"
CAT = {"exec": {"command": ["cat", "/tmp/health"]}, "initialDelaySeconds": 1}
SLEEPING = {"image": BUSYBOX, "command": ["sh", "-c", "sleep 600"]}


def _script(text: str) -> Obj:
    return {"image": BUSYBOX, "command": ["/bin/sh", "-c", text]}


def _probed(suite: Suite, container: Obj, **probes: Obj) -> None:
    told = {f"{kind}Probe": {"periodSeconds": 1, "failureThreshold": 1, **probe} for kind, probe in probes.items()}
    created(suite, "p", {"image": AGNHOST, **container, **told}, restartPolicy="Always")


def _status(suite: Suite) -> Any:
    (found,) = suite.core.read_namespaced_pod("p", suite.namespace).status.container_statuses or [None]
    return found


@pytest.mark.parametrize(
    ("container", "probe", "words"),
    [
        (_script(HEALTH.format(2)), CAT, "cat: can't open '/tmp/health': No such file or directory"),
        ({"args": ["grpc-health-checking"]}, {"grpc": {"port": 2333}}, "timeout: failed to connect service"),
        (SLEEPING, {"exec": {"command": ["sh", "-c", "sleep 10"]}}, 'command timed out: "sh -c sleep 10" timed out'),
        (SLEEPING, {"httpGet": {"path": "/healthz", "port": 8080}}, ":8080: connect: connection refused"),
        (SLEEPING, {"tcpSocket": {"port": 8080}}, ":8080: connect: connection refused"),
    ],
)
def test_a_container_that_is_found_dead_is_started_again(suite: Suite, container: Obj, probe: Obj, words: str) -> None:
    _probed(suite, container, liveness=probe)
    suite.until(lambda: (found := _status(suite)) and found.restart_count)
    assert words in suite.until(lambda: said(suite, "p").get("Unhealthy"))
    assert (
        suite.until(lambda: said(suite, "p").get("Killing")) == "Container c failed liveness probe, will be restarted"
    )


@pytest.mark.parametrize(
    ("container", "probe"),
    [
        (_script(HEALTH.format(600)), CAT),
        ({"args": ["liveness"]}, {"tcpSocket": {"port": 8080}}),
        ({"args": ["liveness"]}, {"httpGet": {"path": "/redirect?loc=%2Fhealthz", "port": 8080}}),
        ({"args": ["grpc-health-checking"]}, {"grpc": {"port": 5000}}),
    ],
)
def test_a_container_that_is_alive_is_left_alone(suite: Suite, container: Obj, probe: Obj) -> None:
    """Beside one that is not: by the time that one is killed, this one would have been."""
    _probed(suite, container, liveness=probe)
    dead = {"livenessProbe": {"tcpSocket": {"port": 9}, "initialDelaySeconds": 3, "failureThreshold": 1}}
    created(suite, "dead", {**SLEEPING, **dead}, restartPolicy="Always")
    suite.until(lambda: said(suite, "dead").get("Killing"))
    found = _status(suite)
    assert (found.restart_count, found.ready) == (0, True)
    assert "Unhealthy" not in said(suite, "p")


def test_a_container_is_not_ready_before_it_is_found_to_be(suite: Suite) -> None:
    _probed(suite, _script("sleep 2; echo ok >/tmp/health; sleep 600"), readiness={**CAT, "failureThreshold": 60})
    suite.until(lambda: (found := _status(suite)) and found.state.running)
    assert not ready(suite, "p")
    suite.until(lambda: ready(suite, "p"))
    assert _status(suite).restart_count == 0


def test_other_probes_wait_for_the_start(suite: Suite) -> None:
    fails = {"exec": {"command": ["/bin/false"]}}
    _probed(suite, SLEEPING, startup={**fails, "failureThreshold": 3}, liveness=fails)
    suite.until(lambda: said(suite, "p").get("Killing"))
    assert said(suite, "p")["Killing"] == "Container c failed startup probe, will be restarted"
    assert not _status(suite).started


def test_a_container_that_starts_late_is_ready_then(suite: Suite) -> None:
    started = {"exec": {"command": ["/bin/cat", "/tmp/startup"]}, "failureThreshold": 60}
    script = _script("sleep 2; echo ok >/tmp/startup; sleep 600")
    _probed(suite, script, startup=started, readiness={"exec": {"command": ["/bin/true"]}})
    suite.until(lambda: ready(suite, "p"))
    found = _status(suite)
    assert (found.restart_count, found.started) == (0, True)


@pytest.mark.parametrize("kind", ["liveness", "startup"])
def test_the_hook_before_the_end_runs_when_a_probe_kills(suite: Suite, kind: str) -> None:
    asks = {"preStop": {"exec": {"command": ["sh", "-c", "echo stopped > /v/told"]}}}
    server = {
        "name": "s",
        "image": BUSYBOX,
        "command": ["sleep", "600"],
        "volumeMounts": [{"name": "v", "mountPath": "/v"}],
    }
    probe = {"tcpSocket": {"port": 9}, "periodSeconds": 1, "failureThreshold": 1}
    container = {
        "name": "c",
        **SLEEPING,
        "lifecycle": asks,
        f"{kind}Probe": probe,
        "volumeMounts": server["volumeMounts"],
    }
    waits = {"exec": {"command": ["cat", "/v/told"]}, "periodSeconds": 1}
    body = {
        "metadata": {"name": "p"},
        "spec": {
            "containers": [container, {**server, "readinessProbe": waits}],
            "volumes": [{"name": "v", "emptyDir": {}}],
        },
    }
    suite.core.create_namespaced_pod(suite.namespace, body)

    def told() -> bool:
        found = suite.core.read_namespaced_pod("p", suite.namespace).status.container_statuses or ()
        return any(each.name == "s" and each.ready for each in found)

    suite.until(told)
