"""PostStart hooks: what their nodes report meanwhile, what really runs, and what follows from how they end."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.config import Pace
from cluster.containers import instances
from cluster.contents import Answer, Question
from cluster.kinds.podcolumns import status_word
from cluster.machinery import processes
from cluster.machinery.errors import BadRequest
from cluster.machinery.objects import Obj, is_pod_ready, seconds
from tests.nodes.test_kubelet import POD, START, pod
from tests.nodes.test_lives import Told, with_inits

PACES: list[Pace] = ["instant", "brisk", "real"]


def sh(text: str) -> Obj:
    return {"lifecycle": {"postStart": {"exec": {"command": ["sh", "-c", text]}}}}


def several(*containers: Obj, policy: str = "Always") -> Obj:
    made = pod()
    made["spec"]["restartPolicy"] = policy
    made["spec"]["containers"] = [
        {"name": f"c{n}", "image": "nginx:alpine", **each} for n, each in enumerate(containers)
    ]
    return made


def alive(found: Obj) -> list[str]:
    names = [each["name"] for each in found["spec"]["containers"]]
    return [each for each in names if instances.running(found, each) is not None]


def states(found: Obj) -> list[str]:
    """As the API shows them: "c0 waiting ContainerCreating 0"."""
    shown = []
    for each in processes.told(found)["status"]["containerStatuses"]:
        ((state, more),) = each["state"].items()
        shown.append(" ".join([each["name"], state, *([more["reason"]] if "reason" in more else []),
                               str(each["restartCount"])]))  # fmt: skip
    return shown


class Hooked(Told):
    """Its moments are counted from where its first container has been started."""

    def __init__(self, first: Obj, pace: Pace = "instant") -> None:
        super().__init__(first, pace)
        self.asked: list[Question] = []
        self.world.contents.judged.on_question = self.asked.append
        self.began = START
        while POD in self.world and not alive(self.pod):
            self.live(until=self.now)
            self.now += 0.1
            assert self.now < START + 60
        self.began = min(
            seconds(each["state"]["running"]["startedAt"])
            for each in processes.actual(self.pod)["containerStatuses"]
            if "running" in each["state"]
        )

    def answer(self, moment: float, code: int) -> None:
        self.now = self.began + moment
        self.world.contents.judged.tell(self.asked[-1], Answer(self.now, code, "no" if code else ""))


def at(life: Hooked, moment: float) -> Obj:
    """The pod so many seconds after the first of its processes began."""
    life.live(until=life.began + moment)
    life.now = max(life.now, life.began + moment)
    return life.pod


@pytest.mark.parametrize("pace", PACES)
def test_a_container_is_reported_once_its_hook_is_over(pace: Pace) -> None:
    life = Hooked(several(sh("sleep 20")), pace)
    during = at(life, 15)
    assert (states(during), during["status"]["phase"]) == (["c0 waiting ContainerCreating 0"], "Pending")
    assert status_word(during) == "ContainerCreating"
    assert alive(during) == ["c0"]
    assert life.reasons() == ["c0 has not started: its postStart hook runs."]
    assert during["status"]["podIP"] == "10.244.0.10"
    assert "actual" not in processes.told(during)["status"]
    with pytest.raises(BadRequest, match="is waiting to start: ContainerCreating"):
        instances.logged(during, "c0")
    after = at(life, 40)
    assert (states(after), after["status"]["phase"], is_pod_ready(after)) == (["c0 running 0"], "Running", True)
    assert set(after["status"]) == set(processes.told(after)["status"]) == set(processes.actual(after))
    assert seconds(after["status"]["containerStatuses"][0]["state"]["running"]["startedAt"]) == life.began


@pytest.mark.parametrize("pace", PACES)
def test_a_container_is_started_once_the_hook_of_the_one_before_is_over(pace: Pace) -> None:
    life = Hooked(several({}, sh("sleep 20"), sh("sleep 10"), {}), pace)
    table = {15: ["c0", "c1"], 25: ["c0", "c1", "c2"], 45: ["c0", "c1", "c2", "c3"]}
    for moment, running in table.items():
        found = at(life, moment)
        assert alive(found) == running
        waits = [f"c{n} waiting ContainerCreating 0" for n in range(4)]
        assert states(found) == (waits if moment < 45 else [f"c{n} running 0" for n in range(4)])
    assert [each for each in life.told if each.startswith("Started")] == [
        f"Started: Started container c{n}" for n in range(4)
    ]
    since = [seconds(each["state"]["running"]["startedAt"]) for each in life.pod["status"]["containerStatuses"]]
    assert [round(each - life.began) for each in since] in ([0, 0, 20, 30], [0, 0, 21, 31], [0, 0, 20, 31])


@pytest.mark.parametrize("pace", PACES)
def test_what_is_carried_out_is_waited_for_as_well(pace: Pace) -> None:
    hook = {"lifecycle": {"postStart": {"httpGet": {"path": "/", "port": 80}}}}
    life = Hooked(several(hook, {}), pace)
    assert alive(at(life, 100)) == ["c0"]
    life.answer(100, 0)
    assert alive(at(life, 130)) == ["c0", "c1"]
    assert is_pod_ready(life.pod)
    assert [(each.container, each.restart, each.kind) for each in life.asked] == [("c0", 0, "postStart")]


def test_a_hook_that_fails_has_its_container_started_again_and_then_held_back() -> None:
    life = Hooked(several(sh("sleep 2; exit 3"), {}))
    life.words.clear()
    found = at(life, 2.5)
    assert states(found) == ["c0 waiting PostStartHookError 0", "c1 running 0"]
    told = found["status"]["containerStatuses"][0]
    assert told["state"]["waiting"]["message"] == (
        'Exec lifecycle hook ([sh -c sleep 2; exit 3]) for Container "c0" in Pod "web-0_default(uid-0)" failed - '
        "error: command 'sh -c sleep 2; exit 3' exited with 3: , message: \"\""
    )
    assert told["lastState"]["terminated"]["exitCode"] == 0
    assert [each for each in life.told if "PostStart" in each] == [
        "FailedPostStartHook: PostStartHook failed",
        "Killing: FailedPostStartHook",
    ]
    # it is tried again at once; what is reported is still how the last try ended
    found = at(life, 4)
    assert states(found) == ["c0 waiting PostStartHookError 0", "c1 running 0"]
    assert instances.running(found, "c0") is not None
    assert alive(at(life, 6)) == ["c1"]
    assert states(at(life, 8)) == ["c0 waiting CrashLoopBackOff 1", "c1 running 0"]
    assert life.reasons()[0].startswith("Back-off restarting c0")


@pytest.mark.parametrize("pace", PACES)
def test_a_hook_that_fails_for_good(pace: Pace) -> None:
    life = Hooked(several(sh("sleep 1; exit 1"), policy="Never"), pace)
    assert states(at(life, 60)) == ["c0 terminated Completed 0"]
    assert life.pod["status"]["phase"] == "Succeeded"
    assert life.count("FailedPostStartHook") == 1
    stubborn = {"image": "busybox", "command": ["sleep", "900"]}
    life = Hooked(several({**stubborn, **sh("sleep 1; exit 1")}, policy="Never"), pace)
    assert states(at(life, 60)) == ["c0 terminated Error 0"]
    assert "PostStartHookError" not in life.words


def test_one_that_is_carried_out_in_vain_says_what_went_wrong() -> None:
    hook = {"lifecycle": {"postStart": {"httpGet": {"path": "/hi", "port": 80}}}}
    life = Hooked(several(hook))
    life.answer(3, 1)
    found = at(life, 3)
    assert states(found) == ["c0 waiting PostStartHookError 0"]
    assert found["status"]["containerStatuses"][0]["state"]["waiting"]["message"] == "no"
    assert [each.restart for each in life.asked] == [0]
    at(life, 6)
    assert [each.restart for each in life.asked] == [0, 1]


def test_a_restart_is_reported_once_its_hook_is_over() -> None:
    life = Hooked(several({"image": "busybox", "command": ["sleep", "30"], **sh("sleep 10")}, {}))
    assert states(at(life, 20)) == ["c0 running 0", "c1 running 0"]
    during = at(life, 35)
    assert states(during) == ["c0 terminated Completed 0", "c1 running 0"]
    assert (during["status"]["phase"], is_pod_ready(during)) == ("Running", False)
    found = instances.running(during, "c0")
    assert found is not None and (found.restart, round(found.started - life.began)) == (1, 30)
    assert instances.logged(during, "c0").restart == 0
    assert states(at(life, 45)) == ["c0 running 1", "c1 running 0"]


@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("hook", [sh("sleep infinity"), {"lifecycle": {"postStart": {"httpGet": {"port": 80}}}}])
def test_a_pod_that_hangs_in_its_hook_is_stopped_within_its_grace(pace: Pace, hook: Obj) -> None:
    life = Hooked(several({"image": "busybox", "command": ["sleep", "900"], **hook}, {}), pace)
    assert alive(at(life, 500)) == ["c0"]
    begun = life.now
    life.delete(7)
    life.live(until=begun + 60)
    assert life.stages[-1][1] == "gone"
    assert life.stages[-1][0] - begun <= 8.1
    assert (life.stages[-1][0] - begun >= 6) is (pace == "real")
    assert "Killing: Stopping container c0" in life.told


@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("kind", ["livenessProbe", "startupProbe"])
def test_no_probe_looks_before_the_hook_is_over(pace: Pace, kind: str) -> None:
    probe: dict[str, Any] = {kind: {"exec": {"command": ["cat", "/tmp/up"]}, "periodSeconds": 2, "failureThreshold": 2}}
    life = Hooked(several({**sh("sleep 30; touch /tmp/up"), **probe}), pace)
    at(life, 90)
    assert (life.count("Unhealthy"), life.count("Killing")) == (0, 0)
    assert is_pod_ready(life.pod)


@pytest.mark.parametrize("pace", PACES)
def test_a_probe_that_fails_is_counted_from_the_end_of_the_hook(pace: Pace) -> None:
    probe = {"livenessProbe": {"tcpSocket": {"port": 9}, "periodSeconds": 5, "failureThreshold": 3}}
    life = Hooked(several({**sh("sleep 30"), **probe}), pace)
    at(life, 38)
    assert life.count("Killing") == 0
    at(life, 46)
    assert life.count("Killing") == 1


@pytest.mark.parametrize("pace", PACES)
def test_what_follows_a_sidecar_waits_for_its_hook(pace: Pace) -> None:
    made = with_inits({"restartPolicy": "Always", "image": "nginx", **sh("sleep 20")}, {"command": ["true"]})
    life = Told(made, pace)
    life.live(until=START + 20)
    sidecar = processes.report(life.pod, "init-0") or {}
    assert "running" in sidecar["state"]
    assert status_word(life.pod) in ("Init:0/2", "PodInitializing")
    assert "waiting" in processes.told(life.pod)["status"]["initContainerStatuses"][0]["state"]
    life.live(until=START + 60)
    assert is_pod_ready(life.pod)
    assert [each for each in life.told if each.startswith("Started")] == [
        f"Started: Started container {name}" for name in ("init-0", "init-1", "nginx")
    ]


def test_a_process_that_ends_before_its_hook() -> None:
    life = Hooked(several({"image": "busybox", "command": ["sh", "-c", "sleep 3; exit 2"], **sh("sleep 20")}, {},
                          policy="Never"))  # fmt: skip
    assert alive(at(life, 2)) == ["c0"]
    found = at(life, 5)
    assert states(found) == ["c0 terminated Error 0", "c1 running 0"]
    assert life.count("FailedPostStartHook") == 0


def test_who_turns_a_pod_away_has_the_last_word() -> None:
    life = Hooked(several(sh("sleep 900")))
    found = life.pod
    failed = {**found, "status": {**found["status"], "phase": "Failed"}}
    assert processes.actual(failed)["phase"] == "Failed"
    assert instances.running(failed, "c0") is None
