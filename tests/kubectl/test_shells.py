"""Shells by kubectl: scripts whose output is their log, sessions at a terminal, and what decides how a pod ends."""

from __future__ import annotations

import pytest

from tests.kubectl.driving import Kubectl
from tests.kubectl.terminal import terminal

pytestmark = pytest.mark.pace("brisk")

COUNTER = """
apiVersion: v1
kind: Pod
metadata: {name: counter}
spec:
  containers:
  - name: count
    image: busybox:1.28
    args: [/bin/sh, -c, 'i=0; while true; do echo "$i: $(date)"; i=$((i+1)); sleep 1; done']
"""
LOOP = "while sleep 1; do echo tick; done"
JUDGED = """
apiVersion: batch/v1
kind: Job
metadata: {name: sums}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: c
        image: busybox:1.28
        command: [sh, -c, 'n=0; for i in 1 2 3; do n=$((n+i)); done; echo "sum $n"; if [ $n -eq 6 ]; then exit 5; fi']
"""
WAITING = """
apiVersion: v1
kind: Pod
metadata: {name: waits}
spec:
  volumes: [{name: shared, emptyDir: {}}]
  initContainers:
  - name: wait
    image: busybox:1.28
    command: [sh, -c, 'until [ -f /shared/ready ]; do echo not yet; sleep 1; done; echo done > /shared/seen']
    volumeMounts: [{name: shared, mountPath: /shared}]
  containers:
  - name: main
    image: nginx
    volumeMounts: [{name: shared, mountPath: /shared}]
"""


def test_a_script_counts(k: Kubectl) -> None:
    k.apply(COUNTER)
    k("wait pod counter --for=condition=Ready")
    lines = k("logs counter").lines
    assert [line.split(":")[0] for line in lines] == [str(number) for number in range(len(lines))]
    with k.watching("logs -f counter --tail=1") as watch:
        rows = watch.until(lambda rows: len(rows) >= 3)
    numbers = [int(row[0].split(":")[0]) for row in rows]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    # What is printed while a busy server answers is told, too.
    k.until("logs counter --since=2s", lambda printed: 0 < len(printed.lines) <= 3)


def test_a_script_on_standard_input(k: Kubectl) -> None:
    command = "run box -i --rm --restart=Never --image=busybox:1.28 -- sh"
    printed = k(command, stdin="for n in 1 2 3; do echo line $n; done\n")
    assert "line 1\nline 2\nline 3\n" in printed.out


def test_a_job_ends_as_its_script_does(k: Kubectl) -> None:
    k.apply(JUDGED)
    k("wait job sums --for=condition=Failed")
    assert k("logs job/sums").out == "sum 6\n"
    code = "jsonpath={.items[0].status.containerStatuses[0].state.terminated.exitCode}"
    assert k(["get", "pods", "-l", "job-name=sums", "-o", code]).out == "5"


def test_an_init_container_waits_for_a_file(k: Kubectl) -> None:
    k.apply(WAITING)
    k.until("logs waits -c wait", lambda printed: "not yet\nnot yet\n" in printed.out)
    assert "Init:0/1" in k("get pod waits").out
    k("exec waits -c wait -- touch /shared/ready")
    k("wait pod waits --for=condition=Ready")
    assert k("exec waits -c main -- cat /shared/seen").out == "done\n"


def test_a_shell_at_a_terminal(k: Kubectl) -> None:
    run = ["run", "-it", "--rm", "--restart=Never", "--image=busybox:1.28", "box", "--", "sh"]
    with terminal(k, run) as screen:
        screen.shows(r"/ # $")
        screen.type("echo $((6 * 7)) $(hostname)")
        assert "42 box" in screen.shows(r"/ # $")
        screen.type("exit 3")
        assert screen.ends() == 3
        assert 'pod "box" deleted' in screen.text
    k.fails("get pod box")


def test_an_interrupt_ends_a_loop_and_its_pod(k: Kubectl) -> None:
    run = ["run", "-it", "--rm", "--restart=Never", "--image=busybox:1.28", "loop", "--", "sh", "-c", LOOP]
    with terminal(k, run) as screen:
        screen.shows("tick\ntick\n")
        screen.type("\x03", end="")
        assert screen.ends() == 130
        assert 'pod "loop" deleted' in screen.text
    k.fails("get pod loop")


def test_who_leaves_a_shell_finds_it_again(k: Kubectl) -> None:
    k("run box -it --attach=false --image=busybox:1.28 -- sh")
    k("wait pod box --for=condition=Ready")
    with terminal(k, ["attach", "-it", "box"]) as screen:
        screen.type("")
        screen.shows(r"/ # $")
        screen.type("word=kept")
        screen.shows(r"/ # $")
        with terminal(k, ["attach", "-it", "box"]) as other:
            other.type("echo $word")
            other.shows("kept\n/ # $")
            screen.shows("kept\n/ # $")


def test_a_pod_that_is_deleted_ends_who_is_attached(k: Kubectl) -> None:
    k("run box -it --attach=false --image=busybox:1.28 -- sh")
    k("wait pod box --for=condition=Ready")
    with terminal(k, ["attach", "-it", "box"]) as screen:
        screen.type("")
        screen.shows(r"/ # $")
        k("delete pod box --now")
        screen.ends()
