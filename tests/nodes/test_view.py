"""Probes look into files as they were: a change is an event at a moment, and thresholds count from there."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.objects import Obj
from cluster.nodes import filesystem, probing
from cluster.nodes.view import Served, View
from cluster.world import World
from tests.shell.containers import NOW, pod, world_of

STARTED = NOW - 60
PAGE = "/usr/share/nginx/html/index.html"
HTTP = {"httpGet": {"path": "/index.html", "port": 80}, "periodSeconds": 5, "failureThreshold": 3}


def web(**more: Any) -> Obj:
    return pod("nginx", ports=[{"containerPort": 80}], **more)


def change(world: World, made: Obj, at: float, *call: Any) -> None:
    """What somebody does in the container so many seconds after its start."""
    tree = filesystem.tree(world, made, made["spec"]["containers"][0], lambda: STARTED + at)
    getattr(tree, call[0])(*call[1:])


def verdict(world: World, made: Obj, at: float) -> probing.Verdict:
    return probing.verdict(made, made["spec"]["containers"][0], at, View(world, made))


def ready(world: World, made: Obj, *moments: float) -> list[bool]:
    return [verdict(world, made, at).ready for at in moments]


def test_a_page_that_is_moved_away_and_back() -> None:
    made = web(readinessProbe=HTTP)
    world = world_of(made)
    change(world, made, 21.0, "rename", PAGE, "/tmp/index.html")
    assert verdict(world, made, 30.0).changes_at == 35.0
    change(world, made, 52.0, "rename", "/tmp/index.html", PAGE)
    assert ready(world, made, 20, 25, 34.9, 35, 51.9, 52.1) == [True, True, True, False, False, True]
    failed = verdict(world, made, 36.0)
    assert failed.failures[0].finding.failure == "Readiness probe failed: HTTP probe failed with statuscode: 404"


def test_failures_before_and_after_another_change_count_together() -> None:
    made = web(readinessProbe={**HTTP, "httpGet": {"path": "/", "port": 80}})
    world = world_of(made)
    change(world, made, 21.0, "unlink", PAGE)
    change(world, made, 26.0, "rename", "/usr/share/nginx/html", "/tmp/html")
    assert ready(world, made, 34.9, 35.1) == [True, False]


def test_a_short_absence_is_not_seen() -> None:
    made = web(readinessProbe=HTTP)
    world = world_of(made)
    change(world, made, 21.0, "rename", PAGE, "/tmp/index.html")
    change(world, made, 24.0, "rename", "/tmp/index.html", PAGE)
    assert ready(world, made, 25, 40, 59) == [True, True, True]


def test_an_empty_volume_over_the_pages_is_forbidden_until_somebody_fills_it() -> None:
    mounts = {"volumeMounts": [{"name": "v", "mountPath": "/usr/share/nginx/html"}]}
    made = web(readinessProbe={**HTTP, "httpGet": {"path": "/", "port": 80}}, **mounts)
    made["spec"]["volumes"] = [{"name": "v", "emptyDir": {}}]
    world = world_of(made)
    found = verdict(world, made, 30.0)
    assert (found.ready, found.finding.text) == (False, "Not Ready: / answers 403.")
    change(world, made, 31.0, "write", PAGE, b"hi")
    assert ready(world, made, 30.9, 31.1) == [False, True]


@pytest.mark.parametrize(
    ("image", "command", "call", "failure"),
    [
        (
            "mysql:5.7",
            ["mysql", "-h", "127.0.0.1", "-e", "SELECT 1"],
            ("rename", "/usr/bin/mysql", "/usr/bin/mysql.off"),
            "OCI runtime exec failed: exec failed: unable to start container process: "
            'exec: "mysql": executable file not found in $PATH: unknown',
        ),
        (
            "team/app",
            ["cat", "/etc/os-release"],
            ("unlink", "/etc/os-release"),
            "cat: /etc/os-release: No such file or directory",
        ),
        ("team/app", ["test", "-f", "/etc/os-release"], ("unlink", "/etc/os-release"), ""),
        ("team/app", ["[", "!", "-e", "/tmp/down", "]"], ("touch", "/tmp/down"), ""),
        (
            "team/app",
            ["sh", "-c", "ls /tmp && cat /etc/passwd"],
            ("unlink", "/etc/passwd"),
            "cat: /etc/passwd: No",
        ),
        ("team/app", ["grep", "-q", "root", "/etc/passwd"], ("write", "/etc/passwd", b"nobody\n"), ""),
    ],
)
def test_what_an_exec_probe_misses(image: str, command: list[str], call: tuple[Any, ...], failure: str) -> None:
    probe = {"exec": {"command": command}, "periodSeconds": 2, "failureThreshold": 3}
    made = pod(image, readinessProbe=probe)
    world = world_of(made)
    assert ready(world, made, 30) == [True]
    change(world, made, 31.0, *call)
    found = verdict(world, made, 50.0)
    assert not found.ready
    assert found.failures[0].finding.failure.startswith(f"Readiness probe failed: {failure}")
    assert ready(world, made, 35.9, 36.1) == [True, False]


def test_a_file_that_somebody_touches_makes_a_known_container_ready() -> None:
    made = pod(command=["sleep", "3600"], readinessProbe={"exec": {"command": ["cat", "/tmp/ready"]}})
    world = world_of(made)
    assert verdict(world, made, 30).finding.text == "Not Ready: /tmp/ready is not there."
    change(world, made, 31.0, "touch", "/tmp/ready")
    assert ready(world, made, 30, 32) == [False, True]


def test_the_liveness_example() -> None:
    script = "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"
    probe = {"exec": {"command": ["cat", "/tmp/healthy"]}, "initialDelaySeconds": 5, "periodSeconds": 5}
    made = pod(command=["/bin/sh", "-c", script], livenessProbe=probe)
    world = world_of(made)
    assert probing.death(made, made["spec"]["containers"][0], View(world, made)).at == 40.0
    change(world, made, 32.0, "touch", "/tmp/healthy")
    assert probing.death(made, made["spec"]["containers"][0], View(world, made)).at == probing.NEVER


def test_what_a_server_sees() -> None:
    made = web()
    served = Served(View(world_of(made), made).at(made["spec"]["containers"][0], NOW))
    assert b"Welcome to nginx!" in (served.file(PAGE) or b"")
    assert (served.file("/none"), served.folder("/none"), served.modified("/none")) == (None, None, None)
    assert served.folder("/usr/share/nginx/html") == ["50x.html", "index.html"]
