"""What `top` would show: made up, but the same whoever asks, and within what is plausible."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cluster.placement import usage
from tests.placement import ground

MI = 1024 * 1024


@given(st.uuids(), st.floats(0, 2e9), st.sampled_from([None, "100m", "2"]), st.sampled_from([None, "10m", "1"]))
def test_it_is_the_same_within_a_window_and_never_above_the_limit(
    uid: object, now: float, request: str | None, limit: str | None
) -> None:
    pod = ground.pod(f"web-{uid}")
    resources = {
        "requests": {"cpu": request, "memory": "64Mi"} if request else {},
        "limits": {"cpu": limit, "memory": "32Mi"} if limit else {},
    }
    container = {"name": "nginx", "resources": resources}
    used = usage.of_container(pod, container, now)
    begin = now // usage.WINDOW_SECONDS * usage.WINDOW_SECONDS
    assert usage.of_container(pod, container, begin) == used
    assert used.cpu >= 1 and used.memory > 0
    if limit:
        assert used.cpu <= {"10m": 10, "1": 1000}[limit] and used.memory <= 32 * MI
    elif request:
        assert used.cpu <= {"100m": 100, "2": 2000}[request] and used.memory <= 64 * MI


def test_only_what_runs_counts() -> None:
    pod = ground.pod("web-0")
    assert usage.of_pod(pod, 0.0) == {}
    pod["status"]["containerStatuses"] = [{"name": "nginx", "state": {"running": {}}}]
    (used,) = usage.of_pod(pod, 0.0).values()
    node = ground.node("a")
    alone, both = usage.of_node(node, [], 0.0), usage.of_node(node, [pod], 0.0)
    assert (both.cpu - alone.cpu, both.memory - alone.memory) == used
