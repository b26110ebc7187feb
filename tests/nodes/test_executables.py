"""Containers whose command is not there: what the runtime says, what the kubelet reports, when it is tried again."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.objects import CONFIG_MAPS, Obj, key, timestamp
from cluster.nodes.executables import cause, trouble
from tests.nodes.test_kubelet import POD, START, Life
from tests.nodes.test_kubelet import pod as bound
from tests.shell.containers import pod, world_of

MISSING = "executable file not found in $PATH"
NO_FILE = "no such file or directory"
#  image              command             what is wrong with it
TABLE = f"""
   nginx            | sleep             |
   nginx            | slep              | {MISSING}
   nginx            | sleep 3600        | {MISSING}
   nginx            | bash              |
   nginx            | nginx             |
   nginx            | nginx-debug       |
   nginx            | apt-get           |
   nginx            | python3           | {MISSING}
   nginx            | dig               | {MISSING}
   nginx            | /bin/sh           |
   nginx            | /bin/zsh          | stat /bin/zsh: {NO_FILE}
   nginx            | /app/server       | stat /app/server: {NO_FILE}
   nginx            | ./run.sh          | stat ./run.sh: {NO_FILE}
   nginx            | /etc/passwd       | permission denied
   nginx            | /etc              | is a directory
   nginx            | /docker-entrypoint.sh |
   nginx:alpine     | bash              | {MISSING}
   nginx:alpine     | sh                |
   nginx:alpine     | apk               |
   nginx:alpine     | apt-get           | {MISSING}
   busybox          | sh                |
   busybox          | wget              |
   busybox          | httpd             |
   busybox          | bash              | {MISSING}
   busybox          | curl              | {MISSING}
   busybox          | /bin/busybox      |
   busybox          | $(SHELL_WANTED)   |
   busybox          | $(UNKNOWN)        | {MISSING}
   redis:7          | redis-server      |
   redis:7-alpine   | redis-check-aof   |
   mysql:8.4        | mysqld_safe       |
   mysql:8.4        | apt-get           | {MISSING}
   postgres:16      | /usr/lib/postgresql/16/bin/postgres |
   python:3.12      | python3.12        |
   python:3.12      | pip3              |
   python:3.12-slim | flask             | {MISSING}
   node:20          | npm               |
   golang:1.22      | go                |
   perl:5.34.0      | perl              |
   registry.k8s.io/pause:3.9 | sh       | {MISSING}
   registry.k8s.io/pause:3.9 | /pause   |
   acme/nginx       | nobody-knows      |
   ghcr.io/a/b:1    | sleep 3600        |
   wordpress        | wp                |
"""
CASES = [tuple(cell.strip() for cell in line.split("|")) for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize(("image", "command", "wrong"), CASES)
def test_what_an_image_has(image: str, command: str, wrong: str) -> None:
    made = pod(image, command=[command], env=[{"name": "SHELL_WANTED", "value": "sh"}])
    shown = "$(UNKNOWN)" if "UNKNOWN" in command else command
    said = trouble(world_of(made), made, made["spec"]["containers"][0])
    assert cause(said) == (f'exec: "{shown}": {wrong}' if wrong else "")


@pytest.mark.parametrize(
    ("image", "args", "wrong"),
    [
        ("busybox", ["slep", "5"], MISSING),
        ("busybox", ["sleep", "5"], ""),
        ("alpine", [], ""),
        ("nginx", ["slep"], ""),  # its own script is given it
        ("registry.k8s.io/pause:3.9", ["--help"], ""),
    ],
)
def test_arguments_alone_are_a_command_to_images_without_an_entrypoint(image: str, args: list[str], wrong: str) -> None:
    made = pod(image, args=args)
    assert bool(trouble(world_of(made), made, made["spec"]["containers"][0])) == bool(wrong)


SCRIPTS: Obj = {"kind": "ConfigMap", "metadata": {"name": "s", "namespace": "default"}, "data": {"run.sh": "#!/bin/sh"}}


@pytest.mark.parametrize(
    ("command", "volume", "more", "wrong"),
    [
        ("/s/run.sh", {"configMap": {"name": "s", "defaultMode": 0o755}}, {}, ""),
        ("/s/run.sh", {"configMap": {"name": "s"}}, {}, "permission denied"),
        ("/s/none.sh", {"configMap": {"name": "s", "defaultMode": 0o755}}, {}, f"stat /s/none.sh: {NO_FILE}"),
        ("./run.sh", {"configMap": {"name": "s", "defaultMode": 0o755}}, {"workingDir": "/s"}, ""),
        ("run.sh", {"configMap": {"name": "s", "defaultMode": 0o755}}, {}, MISSING),
        (
            "run.sh",
            {"configMap": {"name": "s", "defaultMode": 0o755}},
            {"env": [{"name": "PATH", "value": "/bin:/s"}]},
            "",
        ),
        ("sleep", {"emptyDir": {}}, {"env": [{"name": "PATH", "value": "/nowhere"}]}, MISSING),
        ("/s/made-by-an-init-container", {"emptyDir": {}}, {}, ""),
        ("/s/brought-along", {"hostPath": {"path": "/opt"}}, {}, ""),
        ("/t/elsewhere", {"emptyDir": {}}, {}, f"stat /t/elsewhere: {NO_FILE}"),
    ],
)
def test_what_a_volume_has(command: str, volume: Obj, more: Obj, wrong: str) -> None:
    made = pod("nginx", command=[command], volumeMounts=[{"name": "v", "mountPath": "/s"}], **more)
    made["spec"]["volumes"] = [{"name": "v", **volume}]
    said = trouble(world_of(made, SCRIPTS), made, made["spec"]["containers"][0])
    assert cause(said) == (f'exec: "{command}": {wrong}' if wrong else "")


WORDS = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
    'unable to start container process: error during container init: exec: "slep": executable file not found in $PATH:'
    " unknown"
)


def stages(life: Watched) -> list[str]:
    """When, which state, how often it was started again."""
    found = []
    for at, state, restarts in life.containers:
        found.append(f"{at - START:.1f} {state} {restarts}")
    return found


class Watched(Life):
    """Notes what a container's state is after each report."""

    def __init__(self, first: Obj) -> None:
        self.containers: list[tuple[float, str, int]] = []
        super().__init__(first, "instant")

    def carry_out(self, plan: Any) -> None:
        super().carry_out(plan)
        for part in ("initContainerStatuses", "containerStatuses"):
            for each in ((self.world.get(POD) or {}).get("status") or {}).get(part) or ():
                ((kind, how),) = each["state"].items()
                if plan.actions and how.get("reason") != "PodInitializing":
                    self.containers.append((self.now, how.get("reason") or kind, each["restartCount"]))


def test_a_start_that_fails_is_tried_again_later_and_later() -> None:
    life = Watched(bound(command=["slep"]))
    life.live(until=START + 40)
    assert stages(life) == [
        "0.0 RunContainerError 0",
        "0.7 RunContainerError 1",
        "1.7 CrashLoopBackOff 1",
        "10.7 RunContainerError 2",
        "11.7 CrashLoopBackOff 2",
        "30.7 RunContainerError 3",
        "31.7 CrashLoopBackOff 3",
    ]
    stored = life.world.get(POD) or {}
    (container,) = stored["status"]["containerStatuses"]
    assert stored["status"]["phase"] == "Running"
    assert container["state"]["waiting"]["message"].startswith("back-off 40s restarting failed container=nginx")
    last = container["lastState"]["terminated"]
    assert last.pop("containerID").startswith("containerd://")
    assert last == {
        "exitCode": 128,
        "reason": "StartError",
        "message": WORDS,
        "startedAt": "1970-01-01T00:00:00Z",
        "finishedAt": timestamp(START + 30.7),
    }
    assert life.told[1:8] == [
        'Pulled: Container image "nginx:alpine" already present on machine',
        "Created: Created container: nginx",
        f"Failed: Error: {WORDS}",
    ] * 2 + ["BackOff: Back-off restarting failed container nginx in pod web-0_default(uid-0)"]


@pytest.mark.parametrize(
    ("policy", "phase", "seen"),
    [
        ("Always", "Running", "RunContainerError"),
        ("OnFailure", "Running", "RunContainerError"),
        ("Never", "Failed", "StartError"),
    ],
)
def test_what_its_restart_policy_makes_of_it(policy: str, phase: str, seen: str) -> None:
    first = bound(command=["slep"])
    first["spec"]["restartPolicy"] = policy
    life = Watched(first)
    life.live(until=START)
    assert (life.world.get(POD) or {})["status"]["phase"] == phase
    assert stages(life)[0] == f"0.0 {seen} 0"


def test_an_init_container_holds_the_others_up() -> None:
    first = bound()
    first["spec"]["initContainers"] = [{"name": "prepare", "image": "busybox", "command": ["/prepare.sh"]}]
    life = Watched(first)
    life.live(until=START + 5)
    assert [each.partition(" ")[2] for each in stages(life)] == [
        "RunContainerError 0",
        "RunContainerError 1",
        "CrashLoopBackOff 1",
    ]
    assert (life.world.get(POD) or {})["status"]["phase"] == "Pending"


def test_it_runs_once_what_is_missing_is_there() -> None:
    first = bound(command=["/s/run.sh"], volumeMounts=[{"name": "v", "mountPath": "/s"}])
    first["spec"]["volumes"] = [{"name": "v", "configMap": {"name": "s", "defaultMode": 0o755}}]
    life = Watched(first)
    life.world.put(key(CONFIG_MAPS, "default", "s"), {**SCRIPTS, "data": {}})
    life.live(until=START + 5)
    life.world.put(key(CONFIG_MAPS, "default", "s"), SCRIPTS)
    life.live(until=START + 15)
    assert stages(life)[-1].endswith("running 2")
