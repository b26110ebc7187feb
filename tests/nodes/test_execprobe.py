"""What an exec probe makes of a file that is not there, by what is known of the container's main process."""

from __future__ import annotations

import pytest

from cluster.contents import Tree
from cluster.machinery.objects import Obj
from cluster.nodes.execprobe import Looker
from cluster.nodes.hostfiles import command_line
from cluster.nodes.view import View
from cluster.world import World


def tree(container: Obj) -> Tree:
    pod: Obj = {"metadata": {"name": "p"}, "spec": {"containers": [container]}}
    return View(World(), pod).at(container, 1.0)


@pytest.mark.parametrize(
    ("given", "path", "code"),
    [
        ({"image": "nginx"}, "/tmp/ready", 1),
        ({"image": "httpd:2.4"}, "/tmp/ready", 1),
        ({"image": "nginx"}, "/var/run/nginx.pid", 0),  # it may have written that itself
        ({"image": "nginx", "args": ["-c", "/etc/mine.conf"]}, "/tmp/ready", 0),
        ({"image": "example.org/app"}, "/tmp/ready", 0),  # nobody knows what it writes
        ({"image": "busybox", "command": ["sleep", "9"]}, "/tmp/ready", 1),
    ],
)
def test_a_file_that_is_not_there(given: Obj, path: str, code: int) -> None:
    container = {"name": "c", **given}
    assert Looker(container, tree(container), set()).look(["cat", path]).code == code


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"image": "busybox"}, ("sh",)),
        ({"image": "busybox", "args": ["sleep", "3600"]}, ("sleep", "3600")),
        ({"image": "debian", "args": ["sleep", "9"]}, ("sleep", "9")),
        ({"image": "nginx", "args": ["-t"]}, ("nginx", "-t")),
        ({"image": "nginx", "command": ["sleep"], "args": ["9"]}, ("sleep", "9")),
    ],
)
def test_what_process_1_is(given: Obj, words: tuple[str, ...]) -> None:
    assert command_line({"name": "c", **given}) == words
