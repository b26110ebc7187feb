"""bash by kubectl at a terminal: editing, history, completion, Ctrl-C, scripts; and commands that cannot be started."""

from __future__ import annotations

import pytest

from tests.kubectl.driving import Kubectl
from tests.kubectl.terminal import terminal

WEB = """
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers:
  - name: nginx
    image: nginx
"""
PROMPT = r"root@web:/# $"


@pytest.fixture
def web(k: Kubectl) -> Kubectl:
    k.apply(WEB)
    k("wait pod web --for=condition=Ready")
    return k


def test_a_line_is_edited_recalled_and_completed(web: Kubectl) -> None:
    with terminal(web, ["exec", "-it", "web", "--", "bash"]) as screen:
        screen.shows(PROMPT)
        screen.type("echo wrold\x1b[D\x1b[D\x1b[D\x7f\x1b[Cr")
        assert "\nworld\n" in screen.shows(PROMPT)
        screen.type("\x1b[A && echo again")
        assert "\nworld\nagain\n" in screen.shows(PROMPT)
        screen.type("cat /etc/hostna\t")
        assert "\nweb\n" in screen.shows(PROMPT)
        screen.type("for i in 1 2; do")
        screen.shows(r"> $")
        screen.type('echo "round $i"; done')
        assert "round 1\nround 2\n" in screen.shows(PROMPT)
        screen.type("exit 4")
        assert screen.ends() == 4
    assert "exit\n" in screen.text


def test_ctrl_c_ends_a_command_and_not_its_shell(web: Kubectl) -> None:
    with terminal(web, ["exec", "-it", "web", "--", "bash"]) as screen:
        screen.shows(PROMPT)
        screen.type("while true; do sleep 1; done")
        screen.type("\x03", end="")
        screen.shows(PROMPT)
        screen.type("echo $?")
        assert "\n130\n" in screen.shows(PROMPT)
        screen.type("echo on; cat")
        screen.shows(r"\non\n")
        screen.type("to cat")
        screen.shows("to cat\nto cat\n")
        screen.type("\x04", end="")
        screen.shows(PROMPT)
        screen.type("\x04", end="")
        assert screen.ends() == 0


def test_ctrl_c_ends_a_program_alone_with_130(web: Kubectl) -> None:
    with terminal(web, ["exec", "-it", "web", "--", "sh", "-c", "echo on; sleep 99"]) as screen:
        screen.shows("on\n")
        screen.type("\x03", end="")
        assert screen.ends() == 130
    assert "command terminated with exit code 130" in screen.text


def test_scripts_of_many_kinds(web: Kubectl) -> None:
    assert web(["exec", "web", "--", "sh", "-c", 'echo "$(hostname)" > /usr/share/nginx/html/index.html']).out == ""
    assert web("exec web -- cat /usr/share/nginx/html/index.html").out == "web\n"
    ordinal = "[[ $NAME =~ -([0-9]+)$ ]] || exit 1; echo server-id=$((100 + ${BASH_REMATCH[1]}))"
    assert web(["exec", "web", "--", "env", "NAME=mysql-2", "bash", "-c", ordinal]).out == "server-id=102\n"
    assert web("exec -i web -- bash -s one", stdin='set -u\necho "$1"\nread line\nto read\necho "[$line]"\n').out == (
        "one\n[to read]\n"
    )
    counted = web(["exec", "web", "--", "bash", "-c", "cat <<EOF | wc -l\na\nb\nEOF"])
    assert counted.out.strip() == "2"
    web(["exec", "web", "--", "bash", "-c", "printf '#!/bin/bash\\necho \"$0 $1\"\\n' > /tmp/x; chmod +x /tmp/x"])
    assert web("exec web -- /tmp/x y").out == "/tmp/x y\n"
    failed = web.fails(["exec", "web", "--", "bash", "-c", "nope; exit 7"])
    assert (failed.code, failed.err) == (
        7,
        "bash: line 1: nope: command not found\ncommand terminated with exit code 7\n",
    )


def test_what_cannot_be_started_is_told_as_a_runtime_tells_it(web: Kubectl) -> None:
    failed = web.fails("exec web -- nope")
    assert failed.err.startswith("error: Internal error occurred: ")
    assert failed.err.endswith('exec: "nope": executable file not found in $PATH: unknown\n')
