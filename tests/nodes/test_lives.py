"""Lives with turns in them: probes that fail, init containers, sidecars, hooks, tasks, images that do not exist."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.config import ClusterConfig, Pace
from cluster.contents import Answer, Question
from cluster.intents import Update
from cluster.kinds.podcolumns import status_word
from cluster.machinery.objects import SERVICES, Obj, copy, is_pod_ready, key, seconds, timestamp
from cluster.nodes import hooks, kubelet, programs
from cluster.plan import Plan
from tests.nodes.test_kubelet import POD, START, Life, pod
from tests.placement import ground


class Told(Life):
    """Remembers the STATUS word of every write."""

    def __init__(self, first: Obj, pace: Pace = "instant") -> None:
        self.words: list[str] = []
        super().__init__(first, pace)

    def carry_out(self, plan: Plan) -> None:
        super().carry_out(plan)
        if plan.actions and POD in self.world:
            self.words.append(status_word(self.pod))

    @property
    def pod(self) -> Obj:
        found = self.world.get(POD)
        assert found is not None
        return found

    def reasons(self) -> list[str]:
        return [each.text for each in kubelet.plan(self.world, POD, self.now, self.config).reasons]

    def count(self, reason: str) -> int:
        return sum(each.startswith(f"{reason}:") for each in self.told)


def with_inits(*inits: dict[str, Any], policy: str = "Always", **container: Any) -> Obj:
    made = pod(**container)
    made["spec"]["initContainers"] = [{"name": f"init-{n}", "image": "busybox", **each} for n, each in enumerate(inits)]
    made["spec"]["restartPolicy"] = policy
    return made


# -- probes ------------------------------------------------------------------------------------------------


def test_a_failing_liveness_probe_restarts_the_container() -> None:
    life = Told(pod(livenessProbe={"httpGet": {"port": 80, "path": "/healthz"}, "periodSeconds": 5}))
    life.live(until=START + 9)
    assert is_pod_ready(life.pod)
    assert life.count("Unhealthy") == 2
    assert life.reasons() == ["nginx is restarted in 5 s: its liveness probe fails."]
    life.live(until=START + 12)
    assert life.pod["status"]["containerStatuses"][0]["restartCount"] == 1
    assert "Killing: Container nginx failed liveness probe, will be restarted" in life.told
    assert "Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 404" in life.told
    assert is_pod_ready(life.pod)
    life.live(until=START + 300)
    assert life.count("Killing") > 3
    assert "CrashLoopBackOff" in life.words


@pytest.mark.parametrize("pace", ["instant", "brisk", "real"])
def test_a_registry_that_is_always_asked_is_asked_at_the_first_start(pace: Pace) -> None:
    life = Told(with_inits({"command": ["true"]}, imagePullPolicy="Always"), pace)
    life.live(until=START + 30)
    assert life.count("Pulling") == life.count("Pulled") - (pace == "instant") == (1 if pace == "instant" else 2)
    assert 'Pulling: Pulling image "nginx:alpine"' in life.told
    assert ('Pulled: Container image "busybox" already present on machine' in life.told) == (pace == "instant")


@pytest.mark.parametrize("pace", ["instant", "brisk", "real"])
@pytest.mark.parametrize(("policy", "pulled"), [("Always", True), ("IfNotPresent", False), ("Never", False)])
def test_the_registry_is_asked_again_at_a_restart_where_the_policy_says_so(
    policy: str, pulled: bool, pace: Pace
) -> None:
    life = Told(pod(imagePullPolicy=policy, command=["sh", "-c", "sleep 20; exit 1"]), pace)
    life.live(until=START + 15)
    life.told.clear()
    life.live(until=START + 60)
    assert [each.partition(":")[0] for each in life.told][: 4 if pulled else 3] == [
        *(["Pulling"] if pulled else []), "Pulled", "Created", "Started"]  # fmt: skip
    assert (" including waiting). Image size: " in next(each for each in life.told if "Pulled:" in each)) is pulled


@pytest.mark.parametrize("pace", ["instant", "brisk", "real"])
def test_each_failed_look_is_told_before_the_killing_which_is_told_once(pace: Pace) -> None:
    life = Told(pod(livenessProbe={"httpGet": {"port": 80, "path": "/healthz"}, "periodSeconds": 5}), pace)
    life.live(until=START + 60)
    said = [each.partition(":")[0] for each in life.told]
    first = said.index("Killing")
    assert said[:first].count("Unhealthy") == 3
    assert said[first - 1] == "Unhealthy"
    assert said[first : said.index("Started", first)].count("Killing") == 1


def test_a_container_that_may_not_restart_is_killed_and_stays_so() -> None:
    mortal = pod(command=["sh", "-c", "while true; do sleep 1; done"], livenessProbe={"tcpSocket": {"port": 9}})
    mortal["spec"]["restartPolicy"] = "Never"
    life = Told(mortal)
    life.live()
    assert life.pod["status"]["phase"] == "Failed"
    assert life.pod["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 137


def test_a_startup_probe_holds_the_others_back() -> None:
    slow = pod(
        startupProbe={"tcpSocket": {"port": 80}, "failureThreshold": 30}, livenessProbe={"tcpSocket": {"port": 80}}
    )
    slow["metadata"]["annotations"] = {"kubarium.dev/slow-start": "45s"}
    life = Told(slow, "real")
    life.live(until=START + 30)
    assert not life.pod["status"]["containerStatuses"][0]["started"]
    assert any(each.startswith("Unhealthy: Startup probe failed: dial tcp") for each in life.told)
    assert life.reasons()[0] == "Not started: nginx does not listen on port 80 yet."
    life.live(until=START + 90)
    assert is_pod_ready(life.pod)
    assert life.pod["status"]["containerStatuses"][0]["restartCount"] == 0


def test_readiness_flaps_on_purpose() -> None:
    flapping = pod()
    flapping["metadata"]["annotations"] = {"kubarium.dev/flap": "10s"}
    life = Told(flapping)
    life.live(until=START + 45)
    assert [stage for _, stage in life.stages] == ["bound", "running", *["ready", "running"] * 2, "ready"]
    assert [round(at - START) for at, _ in life.stages[2:]] == [0, 10, 20, 30, 40]


def test_failed_looks_are_told_once_each() -> None:
    life = Told(pod(readinessProbe={"tcpSocket": {"port": 8080}}))
    life.live(until=START + 29)
    life.live(until=START + 29.5)
    assert life.count("Unhealthy") == 3


# -- init containers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("pace", ["instant", "brisk", "real"])
def test_init_containers_run_one_by_one(pace: Pace) -> None:
    life = Told(with_inits({"command": ["sleep", "2"]}, {"command": ["true"]}), pace)
    life.live()
    distinct = list(dict.fromkeys(life.words))
    assert distinct == ["Pending", "Init:0/2", "Init:1/2", "PodInitializing", "Running"]
    ends = [each["state"]["terminated"] for each in life.pod["status"]["initContainerStatuses"]]
    assert [each["reason"] for each in ends] == ["Completed", "Completed"]
    assert seconds(ends[0]["finishedAt"]) - seconds(ends[0]["startedAt"]) in (2, 3)
    assert is_pod_ready(life.pod)
    started = [each for each in life.told if each.startswith("Started")]
    assert started == [f"Started: Started container {name}" for name in ("init-0", "init-1", "nginx")]


def test_the_pod_has_its_address_while_it_initializes() -> None:
    life = Told(with_inits({"command": ["sleep", "5"]}))
    life.live(until=START + 2)
    assert life.pod["status"]["podIP"] == "10.244.0.10"
    conditions = {each["type"]: each for each in life.pod["status"]["conditions"]}
    assert conditions["PodReadyToStartContainers"]["status"] == "True"
    assert conditions["Initialized"]["message"] == "containers with incomplete status: [init-0]"
    assert life.reasons() == ["Waiting for init-0 to end (init container 1 of 1)."]


def test_a_failing_init_container_is_tried_again() -> None:
    life = Told(with_inits({"command": ["sh", "-c", "sleep 1; exit 3"]}))
    life.live(until=START + 60)
    assert "Init:CrashLoopBackOff" in life.words
    assert life.count("BackOff") >= 2
    assert life.pod["status"]["phase"] == "Pending"
    assert life.pod["status"]["containerStatuses"][0]["state"]["waiting"]["reason"] == "PodInitializing"


def test_a_failing_init_container_ends_a_pod_that_may_not_restart() -> None:
    life = Told(with_inits({"command": ["false"]}, policy="Never"))
    life.live()
    assert life.words[-1] == "Init:Error"
    assert life.pod["status"]["phase"] == "Failed"


def test_an_init_container_waits_for_a_service() -> None:
    life = Told(with_inits({"command": ["sh", "-c", "until nslookup mydb; do echo waiting; sleep 2; done"]}))
    life.live()
    assert life.words[-1] == "Init:0/1"
    assert life.reasons() == ["Waiting for init-0 (init container 1 of 1): no Service mydb is there."]
    life.world.put(key(SERVICES, "default", "mydb"), {"metadata": {"name": "mydb", "namespace": "default"}})
    life.live()
    assert is_pod_ready(life.pod)


def test_a_sidecar_runs_on_and_counts() -> None:
    life = Told(with_inits({"restartPolicy": "Always", "image": "envoy"}, {"command": ["true"]}))
    life.live()
    sidecar, done = life.pod["status"]["initContainerStatuses"]
    assert (sidecar["started"], sidecar["ready"], "running" in sidecar["state"]) == (True, True, True)
    assert done["state"]["terminated"]["exitCode"] == 0
    assert is_pod_ready(life.pod)


def test_a_sidecar_that_is_not_ready_holds_the_pod() -> None:
    probe = {"tcpSocket": {"port": 9999}}
    life = Told(with_inits({"restartPolicy": "Always", "image": "envoy", "readinessProbe": probe}))
    life.live(until=START + 50)
    ready = next(each for each in life.pod["status"]["conditions"] if each["type"] == "Ready")
    assert ready["message"] == "containers with unready status: [init-0]"


def test_a_sidecar_does_not_keep_a_task_from_being_done() -> None:
    task = with_inits(
        {"restartPolicy": "Always", "image": "envoy"}, policy="OnFailure", image="busybox", command=["sleep", "3"]
    )
    life = Told(task, "brisk")
    life.live()
    assert life.pod["status"]["phase"] == "Succeeded"
    assert "terminated" in life.pod["status"]["initContainerStatuses"][0]["state"]
    assert life.words[-1] == "Completed"


# -- tasks, hooks, images ----------------------------------------------------------------------------------


@pytest.mark.parametrize("pace", ["instant", "brisk", "real"])
@pytest.mark.parametrize(
    ("command", "policy", "phase"),
    [
        (["true"], "Never", "Succeeded"),
        (["false"], "Never", "Failed"),
        (["echo", "hi"], "OnFailure", "Succeeded"),
        (["sh", "-c", "sleep 2; exit 3"], "Never", "Failed"),
        (["./migrate"], "Never", "Succeeded"),
        (["sh", "-c", "exit 3"], "OnFailure", "Running"),
    ],
)
def test_a_task_ends_as_it_is_told(command: list[str], policy: str, phase: str, pace: Pace) -> None:
    task = pod(image="acme/tools", command=command)
    task["spec"]["restartPolicy"] = policy
    life = Told(task, pace)
    life.live(until=START + 40)
    assert life.pod["status"]["phase"] == phase


@pytest.mark.parametrize(("pace", "least", "most"), [("instant", 3, 4), ("brisk", 3, 5), ("real", 3, 6)])
def test_a_hook_takes_its_seconds(pace: Pace, least: float, most: float) -> None:
    life = Told(pod(lifecycle={"preStop": {"exec": {"command": ["sh", "-c", "sleep 3"]}}}), pace)
    life.live()
    life.now = begun = START + 100
    life.delete()
    assert life.reasons() == ["Stopping nginx: its preStop hook runs, 3 s left."] or pace != "instant"
    life.live(until=begun + 60)
    assert life.stages[-1][1] == "gone"
    assert least - 1 <= life.stages[-1][0] - begun <= most


def test_what_ignores_the_signal_is_killed_when_the_grace_is_over() -> None:
    life = Told(pod(command=["sleep", "infinity"]), "real")
    life.live()
    life.now = begun = START + 100
    life.delete()
    life.live(until=begun + 60)
    assert 9 <= life.stages[-1][0] - begun <= 11
    assert life.stages[-2][1] == "Failed"


def test_a_missing_image_is_tried_again_and_again() -> None:
    life = Told(pod(image="nginx:broken"), "brisk")
    life.live(until=START + 100)
    assert life.words[-1] == "ImagePullBackOff"
    assert life.count("Pulling") == 4
    assert sum(each == "Failed: Error: ErrImagePull" for each in life.told) == 4


# -- a node's own decisions ----------------------------------------------------------------------------------


@pytest.mark.parametrize("pace", ["instant", "brisk", "real"])
def test_a_pod_whose_time_is_up_has_failed(pace: Pace) -> None:
    limited = pod()
    limited["spec"]["activeDeadlineSeconds"] = 20
    life = Told(limited, pace)
    life.live()
    started = seconds(life.pod["status"]["startTime"])
    assert 20 <= life.stages[-1][0] - started <= 21
    assert (life.pod["status"]["phase"], life.pod["status"]["reason"]) == ("Failed", "DeadlineExceeded")
    assert "terminated" in life.pod["status"]["containerStatuses"][0]["state"]
    assert life.told[-2:] == [
        "DeadlineExceeded: Pod was active on the node longer than specified deadline",
        "Killing: Stopping container nginx",
    ]


def test_what_a_process_leaves_behind_is_told() -> None:
    life = Told(pod(image="busybox", command=["sh", "-c", "echo out of coffee > /dev/termination-log; exit 3"]))
    life.live(until=START + 5)
    last = life.pod["status"]["containerStatuses"][0]["lastState"]["terminated"]
    assert (last["exitCode"], last["message"]) == (3, "out of coffee\n")


@pytest.mark.parametrize(
    ("gate", "message"),
    [
        ({}, 'corresponding condition of pod readiness gate "www" does not exist.'),
        ({"type": "www", "status": "False"}, 'the status of pod readiness gate "www" is not "True", but False'),
        ({"type": "www", "status": "True"}, None),
    ],
)
def test_readiness_gates(gate: Obj, message: str | None) -> None:
    gated = pod()
    gated["spec"]["readinessGates"] = [{"conditionType": "www"}]
    life = Told(gated)
    life.live()
    stored = copy(life.pod)
    stored["status"]["conditions"] += [gate] if gate else []
    life.world.put(POD, stored)
    life.live()
    ready = next(each for each in life.pod["status"]["conditions"] if each["type"] == "Ready")
    assert ready.get("message") == message
    assert is_pod_ready(life.pod) == (message is None)


CROWD = {"resources": {"requests": {"cpu": "1"}}}


@pytest.mark.parametrize(
    ("node", "others", "spec", "reason", "message"),
    [
        ({"cpu": "4"}, [], {"containers": [CROWD]}, "", ""),
        (
            {"cpu": "1500m"},
            [{"containers": [CROWD]}],
            {"containers": [CROWD]},
            "OutOfcpu",
            "Node didn't have enough resource: cpu, requested: 1000, used: 1000, capacity: 1500",
        ),
        (
            {"pods": "1"},
            [{}],
            {},
            "OutOfpods",
            "Node didn't have enough resource: pods, requested: 1, used: 1, capacity: 1",
        ),
        (
            {},
            [{"containers": [{"ports": [{"containerPort": 80, "hostPort": 80}]}]}],
            {"containers": [{"ports": [{"containerPort": 80, "hostPort": 80}]}]},
            "NodePorts",
            "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
        ),
        (
            {},
            [],
            {"nodeSelector": {"disk": "ssd"}},
            "NodeAffinity",
            "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
        ),
        (
            {"taints": [{"key": "k", "effect": "NoExecute"}]},
            [],
            {},
            "TaintToleration",
            "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate",
        ),
        ({"taints": [{"key": "k", "effect": "NoSchedule"}]}, [], {}, "", ""),
        ({}, [], {"securityContext": {"sysctls": [{"name": "kernel.shm_rmid_forced", "value": "1"}]}}, "", ""),
        (
            {},
            [],
            {"securityContext": {"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}},
            "SysctlForbidden",
            'forbidden sysctl: "kernel.msgmax" not allowlisted',
        ),
    ],
)
def test_a_node_turns_away_what_does_not_fit(
    node: Obj, others: list[Obj], spec: Obj, reason: str, message: str
) -> None:
    """Of pods that name their node themselves: no scheduler has looked."""
    there = [ground.pod(f"there-{number}", node="node-1", **each) for number, each in enumerate(others)]
    comes = ground.pod("web-0", node="node-1", **spec)
    for each in there:
        each["status"]["startTime"] = "2026-01-01T00:00:00Z"
    world = ground.world_of(ground.node("node-1", **node), *there, comes)
    plan = kubelet.plan(world, POD, START, ClusterConfig(pace="instant"))
    (action,) = plan.actions
    assert isinstance(action.intent, Update)
    told = action.intent.obj["status"]
    assert (told.get("reason", ""), told["phase"]) == (reason, "Failed" if reason else "Running")
    if reason:
        assert told["message"] == f"Pod was rejected: {message}"
        assert [(note.type, note.reason, note.message) for note in action.succeeded] == [("Warning", reason, message)]


def test_it_takes_a_moment_to_turn_a_pod_away() -> None:
    """Else whoever replaces it at once would do nothing else."""
    comes = ground.pod("web-0", node="node-1")
    comes["metadata"]["creationTimestamp"] = timestamp(START)
    world = ground.world_of(ground.node("node-1", pods="0"), comes)
    plan = kubelet.plan(world, POD, START, ClusterConfig(pace="instant"))
    assert plan.actions == () and plan.again_at is not None and START < plan.again_at <= START + 1
    assert [each.text for each in plan.reasons] == ["node-1 looks whether it has room for it."]
    assert kubelet.plan(world, POD, plan.again_at, ClusterConfig(pace="instant")).actions


def test_of_two_that_come_at_once_the_first_is_taken() -> None:
    world = ground.world_of(
        ground.node("node-1", pods="1"), ground.pod("web-0", node="node-1"), ground.pod("web-1", node="node-1")
    )
    phases = {}
    for name in ("web-1", "web-0"):
        (action,) = kubelet.plan(world, POD._replace(name=name), START, ClusterConfig(pace="instant")).actions
        assert isinstance(action.intent, Update)
        phases[name] = action.intent.obj["status"]["phase"]
    assert phases == {"web-0": "Running", "web-1": "Failed"}


def test_a_deadline_that_is_set_later_counts_from_the_start() -> None:
    life = Told(pod())
    life.live()
    limited = copy(life.pod)
    limited["spec"]["activeDeadlineSeconds"] = 5
    life.world.put(POD, limited)
    life.now += 60
    life.live()
    assert (life.pod["status"]["phase"], life.pod["status"]["reason"]) == ("Failed", "DeadlineExceeded")


# -- hooks ---------------------------------------------------------------------------------------


def hooked(*words: str) -> Told:
    life = Told(pod(lifecycle={"postStart": {"exec": {"command": ["/bin/sh", "-c", *words]}}}), "brisk")
    life.live(until=START + 60)
    return life


def test_a_hook_that_is_over_at_once_is_not_waited_for() -> None:
    life = hooked("echo Hello > /usr/share/message")
    assert is_pod_ready(life.pod)
    assert list(dict.fromkeys(life.words)) == ["Pending", "ContainerCreating", "Running"]


def test_a_hook_that_fails_takes_its_container_along() -> None:
    life = hooked("exit 1")
    assert status_word(life.pod) in ("CrashLoopBackOff", "PostStartHookError")
    assert "FailedPostStartHook: PostStartHook failed" in life.told
    assert "Killing: FailedPostStartHook" in life.told
    assert "CrashLoopBackOff" in life.words


ASKED = {"httpGet": {"path": "/", "port": 80}}


class Answering(Told):
    """One whose hooks somebody carries out, who tells when and how they end."""

    def __init__(self, event: str, pace: Pace = "instant", **container: Any) -> None:
        self.asked: list[Question] = []
        super().__init__(pod(lifecycle={event: ASKED}, **container), pace)

    def answer(self, seconds: float, code: int, *, until: float | None = None) -> None:
        self.now += seconds
        self.world.contents.judged.tell(self.asked[-1], Answer(self.now, code))
        self.live(until=self.now + 60 if until is None else until)

    def begin(self, until: float = START + 60) -> None:
        self.world.contents.judged.on_question = self.asked.append
        self.live(until=until)


@pytest.mark.parametrize("pace", ["instant", "brisk", "real"])
def test_a_container_is_not_ready_before_its_hook_has_been_carried_out(pace: Pace) -> None:
    life = Answering("postStart", pace)
    life.begin()
    assert [(each.container, each.restart, each.kind) for each in life.asked] == [("nginx", 0, "postStart")]
    assert life.reasons() == ["nginx has not started: its postStart hook runs."]
    assert not is_pod_ready(life.pod)
    life.answer(100, 0)
    assert is_pod_ready(life.pod)
    assert life.pod["status"]["containerStatuses"][0]["started"]
    life.world.contents.judged.forget(life.asked.pop())
    life.live(until=life.now + 60)
    assert not life.asked, "one that is through is not asked for again"


def test_a_hook_that_was_carried_out_in_vain_takes_its_container_along() -> None:
    life = Answering("postStart")
    life.begin()
    life.answer(1, 1)
    assert life.count("FailedPostStartHook") == 1
    assert "Killing: FailedPostStartHook" in life.told
    assert [each.restart for each in life.asked] == [0, 1]


@pytest.mark.parametrize(("code", "told"), [(0, 0), (1, 1)])
@pytest.mark.parametrize(("seconds", "least", "most"), [(2, 2, 3), (60, 9, 11)])
def test_a_pod_stops_once_its_hook_is_over_and_within_its_grace(
    seconds: float, least: float, most: float, code: int, told: int
) -> None:
    life = Answering("preStop")
    life.begin()
    assert is_pod_ready(life.pod) and not life.asked
    begun = life.now = START + 100
    life.delete()
    life.live(until=begun)
    if seconds < 10:
        life.answer(seconds, code)
        assert life.count("FailedPreStopHook") == told
    else:
        life.live(until=begun + 60)
    assert [each.kind for each in life.asked] == ["preStop"]
    assert life.stages[-1][1] == "gone"
    assert least <= life.stages[-1][0] - begun <= most


@pytest.mark.parametrize(
    ("hook", "carried_out"),
    [
        ({"exec": {"command": ["sleep", "5"]}}, False),
        ({"exec": {"command": ["sh", "-c", "exit 1"]}}, False),
        ({"exec": {"command": ["sh", "-c", "nginx -s quit; while killall -0 nginx; do sleep 1; done"]}}, False),
        ({"exec": {"command": ["/opt/app/drain"]}}, False),
        ({"sleep": {"seconds": 5}}, False),
        ({"exec": {"command": ["sh", "-c", "curl http://10.244.0.3:8080/echo?msg=poststart"]}}, True),
        ({"exec": {"command": ["curl", "http://web/"]}}, True),
        ({"exec": {"command": ["/bin/sh", "-c", "test -f /x || exit 1"]}}, True),
        (ASKED, True),
        ({"tcpSocket": {"port": 80}}, True),
    ],
)
def test_which_hooks_are_carried_out(hook: Obj, carried_out: bool) -> None:
    for event in hooks.EVENTS:
        assert hooks.is_carried_out({"name": "c", "image": "nginx", "lifecycle": {event: hook}}, event) is carried_out


def test_only_what_is_written_at_the_start_is_foretold() -> None:
    hook = {"exec": {"command": ["sh", "-c", "echo Hello > /usr/share/message"]}}
    container = {"name": "c", "image": "nginx", "lifecycle": dict.fromkeys(hooks.EVENTS, hook)}
    assert [hooks.is_carried_out(container, event) for event in hooks.EVENTS] == [False, True]


def test_what_a_hook_writes_is_there() -> None:
    container = {"lifecycle": {"postStart": {"exec": {"command": ["sh", "-c", "echo Hello > /usr/share/message"]}}}}
    found = programs.run({"metadata": {"name": "p"}}, {"name": "c", "image": "nginx", **container})
    assert [(each.path, each.text) for each in found.files] == [("/usr/share/message", "Hello\n")]
