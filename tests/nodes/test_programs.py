"""How a container's process goes by its command line."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.nodes import programs
from cluster.nodes.script import FOREVER

PLAIN: dict[str, Any] = {"metadata": {"name": "web-0"}}


@pytest.mark.parametrize(
    ("container", "seconds", "exit_code", "heeds_signals"),
    [
        ({"image": "nginx"}, FOREVER, 0, True),
        ({"image": "busybox"}, 0.0, 0, True),
        ({"image": "busybox", "stdin": True}, FOREVER, 0, False),
        ({"image": "busybox", "command": ["sleep", "3600"]}, 3600.0, 0, False),
        ({"image": "busybox", "command": ["sleep", "infinity"]}, FOREVER, 0, False),
        ({"image": "busybox", "command": ["/bin/sh", "-c", "sleep 2; exit 3"]}, 2.0, 3, False),
        (
            {"image": "busybox", "command": ["sh", "-c"], "args": ["while true; do sleep 1; done"]},
            FOREVER,
            0,
            False,
        ),
        ({"image": "alpine", "command": ["sh", "-c", "echo hi"]}, 0.0, 0, False),
        ({"image": "alpine", "command": ["false"]}, 0.0, 1, True),
        ({"image": "team/app", "args": ["--port=8080"]}, FOREVER, 0, True),
    ],
)
def test_how_a_process_goes(container: dict[str, Any], seconds: float, exit_code: int, heeds_signals: bool) -> None:
    run = programs.run(PLAIN, {"name": "c", **container})
    assert (run.seconds, run.exit_code) == (seconds, exit_code)
    assert (run.stop_seconds < FOREVER) is heeds_signals


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("while true; do sleep 1; done", programs.SIGKILL_EXIT),
        ("trap 'exit 3' TERM; while true; do sleep 1; done", 3),
        ("trap 'exit 3' TERM; [ -f /x ] && exit 1; while true; do sleep 1; done", 3),
        ('trap "echo bye; exit 4" INT SIGTERM\nsleep infinity & wait', 4),
        ("trap 'exit 0' 15; sleep infinity & wait", 0),
        ("trap 'rm -f /tmp/x' EXIT; trap -- 'exit 7;' TERM; sleep infinity & wait", 7),
        ("trap '' TERM; while true; do sleep 1; done", programs.SIGKILL_EXIT),
        ("trap 'kill $child' TERM; server & child=$!; wait $child", 0),
        ("trap finish TERM; while true; do sleep 1; done", 0),
    ],
)
def test_a_trap_says_how_a_shell_ends_that_is_told_to_stop(text: str, code: int) -> None:
    run = programs.run(PLAIN, {"name": "c", "image": "busybox", "command": ["sh", "-c", text]})
    assert run.stopped_within(30.0) == code


JOB: dict[str, Any] = {"metadata": {"name": "job-x", "uid": "u"}, "spec": {"restartPolicy": "Never"}}


@pytest.mark.parametrize(
    ("command", "seconds", "exit_code"),
    [
        (["true"], 0.0, 0),
        (["false"], 0.0, 1),
        (["echo", "hi"], 0.0, 0),
        (["sleep", "2"], 2.0, 0),
        (["sh", "-c", "exit 3"], 0.0, 3),
        (["/bin/sh", "-c", "date; echo Hello from the Kubernetes cluster"], 0.0, 0),
        (["bash", "-c", "for i in 9 8 7 ; do echo $i ; sleep 2; done"], 6.0, 0),
        (["bash", "-c", "for i in $(seq 1 5); do sleep 1; done && false"], 5.0, 1),
        (["perl", "-Mbignum=bpi", "-wle", "print bpi(2000)"], 0.0, 0),
        (["sh", "-c", "sleep 1 && exit 4 || exit 5"], 1.0, 4),
        (["sh", "-c", "false || echo rescued"], 0.0, 0),
        (["sh", "-c", "set -e; false; sleep 9"], 0.0, 1),
        (["sh", "-c", "while true; do sleep 1; done"], FOREVER, 0),
    ],
)
def test_a_task_of_a_job_ends_as_its_command_says(command: list[str], seconds: float, exit_code: int) -> None:
    run = programs.run(JOB, {"name": "c", "image": "busybox", "command": command})
    assert (run.seconds, run.exit_code) == (seconds, exit_code)


@pytest.mark.parametrize("container", [{"image": "team/migrate:1"}, {"image": "team/app", "command": ["./migrate"]}])
def test_what_is_not_known_is_a_task_in_a_job_and_a_server_elsewhere(container: dict[str, Any]) -> None:
    here = {"name": "c", **container}
    assert programs.run(PLAIN, here).seconds == FOREVER
    assert 0.8 <= programs.run(JOB, here, "brisk").seconds <= 1.6
    setup = {**PLAIN, "spec": {"initContainers": [here]}}
    assert programs.run(setup, here).seconds == 0.0


def test_a_server_serves_in_a_job_too() -> None:
    assert programs.run(JOB, {"name": "c", "image": "nginx"}).seconds == FOREVER
