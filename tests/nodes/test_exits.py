"""Main processes that somebody carries out: which ones, and what the kubelet makes of their end."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.kinds.podcolumns import status_word
from cluster.machinery.objects import Obj, copy, is_pod_ready, seconds
from cluster.nodes import programs, pulling
from cluster.nodes.exits import exited
from cluster.nodes.script import FOREVER
from cluster.shell.programs import known
from tests.nodes.test_ephemerals import debugged, report
from tests.nodes.test_kubelet import POD, pod
from tests.nodes.test_lives import Told

CASES: list[tuple[Obj, bool, bool]] = [
    ({"image": "busybox:1.28", "stdin": True, "args": ["sh"]}, True, True),
    ({"image": "busybox", "stdin": True}, True, True),
    ({"image": "slongstreet/bind-utils:latest", "stdin": True, "command": ["bash"]}, True, True),
    ({"image": "alpine", "stdin": True, "command": ["/bin/sh", "-c", "echo hi"]}, True, False),
    ({"image": "mysql:5.7", "stdin": True, "args": ["mysql", "-h", "mysql-0.mysql"]}, True, False),
    ({"image": "mysql:5.7", "stdin": True, "args": ["bash", "-ic", "while sleep 1; do date; done"]}, True, False),
    ({"image": "busybox", "stdin": True, "args": ["sleep", "3600"]}, True, False),
    ({"image": "busybox", "stdin": True, "args": ["sha256sum"]}, True, False),
    ({"image": "busybox", "stdin": True, "command": ["/usr/bin/wc", "-l"]}, True, False),
    ({"image": "busybox", "stdin": True, "command": ["cat"]}, True, True),
    ({"image": "busybox", "args": ["sh"]}, False, True),
    ({"image": "nginx", "stdin": True}, False, False),
    ({"image": "mysql:5.7", "stdin": True}, False, False),
    ({"image": "mysql:5.7", "stdin": True, "args": ["--verbose"]}, False, False),
]


@pytest.mark.parametrize(("container", "attended", "waits"), CASES)
def test_which_are_carried_out(container: Obj, attended: bool, waits: bool) -> None:
    given = {"name": "c", **container}
    assert programs.attended({"metadata": {"name": "p"}, "spec": {}}, given) is attended
    if attended:
        assert programs.waits_for_words(given) is waits
        assert programs.run({"metadata": {"name": "p"}}, given).seconds == FOREVER


def test_whatever_can_be_called_in_a_shell_can_be_spoken_to() -> None:
    servers = {"agnhost", "nginx", "busybox", "netcat", "pg_isready"}
    for program in known().keys() - servers:
        given = {"name": "c", "image": "busybox", "stdin": True, "command": [program]}
        assert programs.attended({"metadata": {"name": "p"}, "spec": {}}, given), program


def spoken_to(policy: str = "Always", **container: Any) -> Told:
    given = pod(image="busybox:1.28", command=["sh"], stdin=True, tty=True, **container)
    given["spec"]["restartPolicy"] = policy
    life = Told(given)
    life.live()
    assert status_word(life.pod) == "Running" and is_pod_ready(life.pod)
    life.told.clear()
    return life


def end(life: Told, exit_code: int, restart: int = 0) -> None:
    found = exited(life.pod, "nginx", restart, exit_code, life.now)
    assert found is not None
    life.world.put(POD, {**copy(life.pod), "status": found})


ENDS = [
    ("Never", 0, "Succeeded", "Completed"),
    ("Never", 3, "Failed", "Error"),
    ("OnFailure", 0, "Succeeded", "Completed"),
]


@pytest.mark.parametrize(("policy", "code", "phase", "word"), ENDS)
def test_a_pod_is_over_with_its_session(policy: str, code: int, phase: str, word: str) -> None:
    life = spoken_to(policy)
    end(life, code)
    assert life.pod["status"]["phase"] == "Running" and not is_pod_ready(life.pod)
    life.live()
    assert (life.pod["status"]["phase"], status_word(life.pod)) == (phase, word)
    assert life.pod["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == code
    assert life.told == []


def test_it_is_started_again_and_then_held_back() -> None:
    life = spoken_to()
    end(life, 0)
    life.live()
    current = life.pod["status"]["containerStatuses"][0]
    assert current["restartCount"] == 1 and "running" in current["state"]
    assert current["lastState"]["terminated"]["reason"] == "Completed"
    assert life.told[-1] == "Started: Started container nginx"
    end(life, 1, restart=1)
    life.live(until=life.now)
    assert status_word(life.pod) == "CrashLoopBackOff"
    finished = seconds(life.pod["status"]["containerStatuses"][0]["lastState"]["terminated"]["finishedAt"])
    life.live(until=life.now + 60)
    current = life.pod["status"]["containerStatuses"][0]
    assert current["restartCount"] == 2 and "running" in current["state"]
    assert seconds(current["state"]["running"]["startedAt"]) >= finished + pulling.FIRST_BACKOFF


def test_the_end_of_an_earlier_start_is_none_of_this_one() -> None:
    life = spoken_to()
    end(life, 0)
    life.live()
    assert exited(life.pod, "nginx", 0, 0, life.now) is None
    assert exited(life.pod, "other", 1, 0, life.now) is None


def test_an_ephemeral_container_is_over_and_the_pod_is_not() -> None:
    life = debugged()
    found = exited(life.pod, "debugger-abcde", 0, 130, life.now)
    assert found is not None
    life.world.put(POD, {**copy(life.pod), "status": found})
    life.live()
    assert report(life)["state"]["terminated"]["exitCode"] == 130
    assert is_pod_ready(life.pod) and status_word(life.pod) == "Running"


# -- scripts whose end nobody can read off -----------------------------------------------------------------

HANGS = [
    ("if [ -f /data/done ]; then exit 0; else exit 1; fi", True),
    ("until [ -f /shared/ready ]; do sleep 1; done", True),
    ("test -d /data", True),
    ('[ -n "$TOKEN" ] || exit 3', True),
    ("for f in /in/*; do grep -q x $f || exit 2; done", True),
    ("grep -q ready /etc/config/state", True),
    ("wget -O /data/x http://web/x; [ -s /data/x ]", True),
    ("wget -O /data/x https://downloads.example.org/x; [ -s /data/x ]", False),  # that is taken to go well
    ("for f in /in/*; do openssl verify $f || exit 2; done", False),  # no openssl is carried out here
    ("code=4; exit $code", True),
    ("echo hi; sleep 5; exit 3", False),
    ("until nslookup db; do sleep 2; done", False),
    ("until wget -qO- http://db:8080/healthz; do sleep 2; done", True),
    ("[[ `date` =~ 2026 ]] || exit 1", True),
    ("[[ `hostid` =~ -([0-9]+)$ ]] || exit 1", False),  # no hostid here
    ("[ $(ls /in | wc -l) -gt $((1 + 2)) ]", True),
    ("[ $(ls $(cat /list) | wc -l) -gt 1 ]", False),
    ("until nc -z db 5432; do sleep 2; done", True),
    ("until psql -h db -c 'select 1'; do sleep 2; done", False),
    ("while true; do date; sleep 1; done", False),
    ("trap 'exit 0' TERM; while true; do sleep 1; done", False),
    ("[ -f /x ] || echo no; while true; do sleep 1; done", False),
    ("if [ -x /app/run ]; then /app/run; fi; exit $?", False),
]


@pytest.mark.parametrize(("text", "hangs"), HANGS)
def test_what_hangs_on_what_it_finds(text: str, hangs: bool) -> None:
    container = {"name": "c", "image": "busybox", "command": ["sh", "-c", text]}
    for policy in ("Never", "OnFailure", "Always"):
        given = {"metadata": {"name": "p", "uid": "u"}, "spec": {"restartPolicy": policy, "containers": [container]}}
        assert programs.attended(given, container) is hangs
    inits = {"metadata": {"name": "p", "uid": "u"}, "spec": {"initContainers": [container], "containers": []}}
    assert programs.attended(inits, container) is hangs


def initializing(policy: str = "Always") -> Told:
    given = pod()
    given["spec"]["restartPolicy"] = policy
    command = ["sh", "-c", "until [ -f /shared/ready ]; do sleep 1; done"]
    given["spec"]["initContainers"] = [{"name": "wait", "image": "busybox", "command": command}]
    life = Told(given)
    life.live(until=life.now + 3600)
    assert status_word(life.pod) == "Init:0/1"
    assert life.reasons() == ["Waiting for wait to end (init container 1 of 1)."]
    return life


def end_init(life: Told, exit_code: int, restart: int = 0) -> None:
    before = life.pod
    found = exited(before, "wait", restart, exit_code, life.now)
    assert found is not None and before == life.pod
    life.world.put(POD, {**copy(life.pod), "status": found})
    life.live(until=life.now)


def test_an_init_container_is_through_when_its_script_is() -> None:
    life = initializing()
    end_init(life, 0)
    assert status_word(life.pod) == "Running" and is_pod_ready(life.pod)
    assert life.pod["status"]["initContainerStatuses"][0]["ready"]


def test_one_that_fails_is_tried_again() -> None:
    life = initializing()
    end_init(life, 1)
    current = life.pod["status"]["initContainerStatuses"][0]
    assert current["restartCount"] == 1 and "running" in current["state"]
    end_init(life, 1, restart=1)
    assert status_word(life.pod) == "Init:CrashLoopBackOff"


def test_or_fails_its_pod() -> None:
    life = initializing("Never")
    end_init(life, 1)
    assert (life.pod["status"]["phase"], status_word(life.pod)) == ("Failed", "Init:Error")
