"""Whatever goes wrong between any two writes: what must never happen does not, and left alone, all arrives."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cluster.config import ClusterConfig
from cluster.controllers import deployment, endpoints, endpointslice, garbage, replicaset, statefulset, volumes
from cluster.dns import zone
from cluster.dns.answer import Question
from cluster.dns.settings import DnsConfig
from cluster.intents import Create, Delete
from cluster.machinery.objects import (
    CLAIMS,
    DEPLOYMENTS,
    ENDPOINT_SLICES,
    ENDPOINTS,
    PODS,
    REPLICA_SETS,
    Key,
    Obj,
    is_pod_ready,
    is_terminating,
    key,
    labels,
    spec,
    status,
)
from cluster.plan import Plan
from cluster.world import World
from tests.controllers.unruly import SERVICE, SET, Step, Unruly

CONTROLLERS = (
    statefulset.CONTROLLER,
    endpoints.CONTROLLER,
    endpointslice.CONTROLLER,
    garbage.CONTROLLER,
    volumes.CONTROLLER,
)
ORDINAL = st.integers(0, 5)
WORK = st.tuples(st.sampled_from(["plan", "plan", "plan", "act", "act", "lose", "die"]), st.integers(1, 9))
EVENT = st.tuples(
    st.sampled_from(["node", "node", "node", "node", "delete", "fail", "unready", "relabel", "wait"]), ORDINAL
)


def phases(*edits: str) -> st.SearchStrategy[list[Step]]:
    """People change something, then things happen, and now and then all comes to rest before the next change."""
    edit = st.tuples(st.sampled_from([*edits, "publish", "select"]), st.integers(0, 4))
    phase = st.tuples(
        st.lists(edit, max_size=2), st.lists(st.one_of(WORK, EVENT), max_size=20), st.sampled_from([[], [("calm", 0)]])
    )
    return st.lists(phase, max_size=5).map(lambda made: [step for each in made for part in each for step in part])


STEPS = phases("scale", "image", "image", "partition", "start")
TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
WEB = {"name": "web", "namespace": "default"}
DNS = DnsConfig(zones=("cluster.local.",))
NAME = "web.default.svc.cluster.local."


def street(policy: str, replicas: int, min_ready: int, retention: tuple[str, str] | None) -> Unruly:
    made = Unruly(*CONTROLLERS)
    given: dict[str, Any] = {
        "replicas": replicas,
        "serviceName": "web",
        "selector": {"matchLabels": {"app": "web"}},
        "template": TEMPLATE,
        "podManagementPolicy": policy,
        "minReadySeconds": min_ready,
    }
    if retention is not None:
        storage = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
        given["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": storage}]
        deleted, scaled = retention
        given["persistentVolumeClaimRetentionPolicy"] = {"whenDeleted": deleted, "whenScaled": scaled}
    begin(made, {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": WEB, "spec": given})
    made.watch = decided
    return made


def begin(made: Unruly, owner: Obj) -> None:
    ports = [{"port": 80}]
    made.create(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}},
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}},
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": WEB,
            "spec": {"clusterIP": "None", "selector": {"app": "web"}, "ports": ports},
        },
        owner,
    )
    made.written = lambda: names_are_the_slices(made.world)
    made.watch = decided


# -- what must never happen ----------------------------------------------------------------------------------


def decided(where: Key, plan: Plan, world: World) -> None:
    """What a plan of the set may do, judged by the world that it was made in."""
    owner = world.get(SET)
    if where != SET or owner is None:
        return
    start, partition = start_of(owner), spec(owner)["updateStrategy"]["rollingUpdate"]["partition"]
    pods = {ordinal(each): each for each in world.bucket(PODS, "default").values()}
    created = [each.intent.obj for each in plan.actions if isinstance(each.intent, Create)]
    made = [each for each in created if each["kind"] == "Pod"]
    numbers = [ordinal(each) for each in made]
    assert len(set(numbers)) == len(numbers) and not set(numbers) & set(pods), "two pods of one ordinal"
    wanted = range(start, start + spec(owner)["replicas"])
    assert set(numbers) <= set(wanted)
    if spec(owner)["podManagementPolicy"] == "OrderedReady":
        assert len(made) <= 1
        for number in numbers:
            for below in range(start, number):
                assert below in pods and is_pod_ready(pods[below]) and not is_terminating(pods[below]), "out of order"
    current = status(owner).get("currentRevision")
    for each in made:
        if ordinal(each) - start < partition and current:
            assert labels(each)["controller-revision-hash"] == current, "a new template below the partition"
    for action in plan.actions:
        if isinstance(action.intent, Delete) and action.intent.key.resource == "pods":
            leaving = world.get(action.intent.key)
            assert leaving is not None
            number, ended = ordinal(leaving), status(leaving).get("phase") in ("Failed", "Succeeded")
            assert ended or number not in wanted or number - start >= partition, "rolled below the partition"


def names_are_the_slices(world: World) -> None:
    """After every single write: the Service's name answers with the ready addresses of its slices, and the slices are
    the pods where their controller finds nothing to do."""
    if SERVICE not in world:
        return
    answer = zone.answer(Question(NAME, "A"), world, DNS)
    ready = {
        address
        for each in world.slices_of("default", "web").values()
        for endpoint in each.get("endpoints") or ()
        for address in endpoint["addresses"]
        if endpoint["conditions"]["ready"]
    }
    assert {record.data for record in answer.answer} == ready
    if not endpointslice.CONTROLLER.plan(world, SERVICE, 0.0, ClusterConfig()).actions:
        assert told(world) == expected(world), "the slices are called right and are not"


# -- what must be in the end ---------------------------------------------------------------------------------


def ordinal(pod: Obj) -> int:
    return int(pod["metadata"]["name"].rpartition("-")[2])


def start_of(owner: Obj) -> int:
    return int((spec(owner).get("ordinals") or {}).get("start") or 0)


def told(world: World) -> dict[str, tuple[bool, bool, bool]]:
    return {
        endpoint["targetRef"]["name"]: tuple(
            endpoint["conditions"][word] for word in ("ready", "serving", "terminating")
        )
        for each in world.list(ENDPOINT_SLICES, "default")
        for endpoint in each.get("endpoints") or ()
    }


def expected(world: World) -> dict[str, tuple[bool, bool, bool]]:
    """R-EPS-1 and R-EPS-2, said once more and plainly."""
    service = world.get(SERVICE) or {}
    selector, published = spec(service)["selector"], spec(service).get("publishNotReadyAddresses", False)
    found = {}
    for pod in world.bucket(PODS, "default").values():
        selected = all(labels(pod).get(label) == value for label, value in selector.items())
        if selected and status(pod).get("podIP") and status(pod).get("phase") not in ("Failed", "Succeeded"):
            serving, leaving = is_pod_ready(pod), is_terminating(pod)
            found[pod["metadata"]["name"]] = (published or (serving and not leaving), serving, leaving)
    return found


def endpoints_are_the_pods(world: World) -> None:
    assert told(world) == expected(world)
    addresses = {
        each["targetRef"]["name"]
        for endpoint in world.list(ENDPOINTS, "default")
        for subset in endpoint.get("subsets") or ()
        for each in subset.get("addresses") or ()
    }
    assert addresses == {name for name, (ready, _, _) in expected(world).items() if ready}


def arrived(made: Unruly) -> None:
    world = made.world
    owner = world.get(SET)
    assert owner is not None
    endpoints_are_the_pods(world)
    start, replicas = start_of(owner), spec(owner)["replicas"]
    mine = [pod for pod in world.owned_by(owner["metadata"]["uid"]).values() if pod["kind"] == "Pod"]
    lost = {ordinal(pod) for pod in world.bucket(PODS, "default").values()} - {ordinal(pod) for pod in mine}
    seats = range(start, start + replicas)
    if set(seats) & lost:
        return  # A released pod keeps its name, and an ordered set waits for it to go (R-AD-4).
    if any(ordinal(pod) not in seats for pod in mine):
        # In order, a pod to be removed that is not Ready waits for the one below to be Ready, which a failed one that
        # is to be removed itself never is again. So it is there; here somebody is told of it.
        assert spec(owner)["podManagementPolicy"] == "OrderedReady"
        assert any(status(pod).get("phase") == "Failed" for pod in mine if ordinal(pod) not in seats)
        found = statefulset.CONTROLLER.plan(world, SET, made.now, made.config).reasons
        assert "scale-down-blocked" in {reason.code for reason in found}
        return
    assert sorted(map(ordinal, mine)) == list(seats)
    assert all(is_pod_ready(pod) and not is_terminating(pod) for pod in mine)
    counts = status(owner)
    assert counts["replicas"] == counts.get("readyReplicas", 0) == counts["availableReplicas"] == replicas
    partition = spec(owner)["updateStrategy"]["rollingUpdate"]["partition"]
    for pod in mine:
        if ordinal(pod) - start >= partition:
            assert labels(pod)["controller-revision-hash"] == counts["updateRevision"]
    if spec(owner).get("volumeClaimTemplates"):
        claims = {where.name for where in world.bucket(CLAIMS, "default")}
        assert claims >= {f"data-web-{number}" for number in seats}


@given(
    policy=st.sampled_from(["OrderedReady", "Parallel"]),
    replicas=st.integers(0, 4),
    min_ready=st.sampled_from([0, 0, 3]),
    retention=st.sampled_from(
        [None, None, ("Retain", "Retain"), ("Delete", "Retain"), ("Retain", "Delete"), ("Delete", "Delete")]
    ),
    steps=STEPS,
)
@settings(max_examples=100)
def test_it_arrives_whatever_went_wrong(
    policy: str, replicas: int, min_ready: int, retention: tuple[str, str] | None, steps: list[Step]
) -> None:
    made = street(policy, replicas, min_ready, retention)
    for step in steps:
        made.take(step)
    made.heal()
    arrived(made)


@given(steps=STEPS)
@settings(max_examples=40)
def test_a_set_that_is_deleted_in_the_middle_of_it_leaves_nothing(steps: list[Step]) -> None:
    made = street("OrderedReady", 3, 0, ("Delete", "Delete"))
    for step in steps:
        made.take(step)
    mine = (made.world.get(SET) or {})["metadata"]["uid"]
    made.do(Delete(SET, propagation="Background"))
    made.heal()
    # A pod that was let go before keeps the claim that it uses.
    used = {f"data-{where.name}" for where in made.world.bucket(PODS, "default")}
    assert {where.name for where in made.world.owned_by(mine)} <= used
    assert told(made.world) == expected(made.world)


# -- a Deployment --------------------------------------------------------------------------------------------

DEPLOYMENT = key(DEPLOYMENTS, "default", "web")
ROLLERS = (
    deployment.CONTROLLER,
    replicaset.CONTROLLER,
    endpoints.CONTROLLER,
    endpointslice.CONTROLLER,
    garbage.CONTROLLER,
)


def rollout(replicas: int, surge: int, unavailable: int) -> Unruly:
    made = Unruly(*ROLLERS, owner=DEPLOYMENT)
    given = {
        "replicas": replicas,
        "selector": {"matchLabels": {"app": "web"}},
        "template": TEMPLATE,
        "revisionHistoryLimit": 2,
        "strategy": {"rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}},
    }
    begin(made, {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": WEB, "spec": given})
    return made


def rolled(made: Unruly) -> None:
    """As many pods as asked for, all of the newest template and Ready; older ReplicaSets are empty, and few."""
    world = made.world
    owner = world.get(DEPLOYMENT)
    assert owner is not None
    sets = [obj for obj in world.owned_by(owner["metadata"]["uid"]).values() if obj["kind"] == "ReplicaSet"]
    image = spec(owner)["template"]["spec"]["containers"][0]["image"]
    sizes = {spec(each)["template"]["spec"]["containers"][0]["image"]: spec(each)["replicas"] for each in sets}
    assert sizes == {each: spec(owner)["replicas"] if each == image else 0 for each in sizes}
    assert len(sets) <= 3
    (newest,) = [each for each in sets if spec(each)["template"]["spec"]["containers"][0]["image"] == image]
    pods = [pod for pod in world.owned_by(newest["metadata"]["uid"]).values() if status(pod).get("phase") != "Failed"]
    assert len(pods) == spec(owner)["replicas"] and all(map(is_pod_ready, pods))
    counts = status(owner)
    assert counts.get("updatedReplicas", 0) == counts.get("availableReplicas", 0) == spec(owner)["replicas"]
    endpoints_are_the_pods(world)


@given(
    replicas=st.integers(0, 4),
    bounds=st.sampled_from([(1, 0), (0, 1), (2, 1), (1, 3)]),
    steps=phases("scale", "image", "image"),
)
@settings(max_examples=60)
def test_a_rollout_arrives_whatever_went_wrong(replicas: int, bounds: tuple[int, int], steps: list[Step]) -> None:
    made = rollout(replicas, *bounds)
    for step in steps:
        made.take(step)
    made.heal()
    rolled(made)


@given(replicas=st.integers(1, 4), bounds=st.sampled_from([(1, 0), (0, 1), (2, 1)]), steps=phases("image"))
@settings(max_examples=60)
def test_a_rollout_never_asks_for_more_than_the_surge(
    replicas: int, bounds: tuple[int, int], steps: list[Step]
) -> None:
    made = rollout(replicas, *bounds)

    def within() -> None:
        names_are_the_slices(made.world)
        sizes = [spec(each)["replicas"] for each in made.world.bucket(REPLICA_SETS, "default").values()]
        assert sum(sizes) <= replicas + bounds[0]
        for each in made.world.bucket(REPLICA_SETS, "default").values():
            mine = [pod for pod in made.world.owned_by(each["metadata"]["uid"]).values() if not is_terminating(pod)]
            assert len([pod for pod in mine if status(pod).get("phase") != "Failed"]) <= replicas + bounds[0]

    made.written = within
    for step in steps:
        # A pod that lost its label and got it back is adopted beside the one made for it: both are there for a moment,
        # with the real controller too.
        if step[0] != "relabel":
            made.take(step)
    made.heal()
    rolled(made)
