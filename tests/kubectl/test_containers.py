"""Main processes and logs by kubectl: run, attach, debug and logs, and what is said where there is nothing to see."""

from __future__ import annotations

import hashlib
import re

import pytest

from tests.kubectl.driving import Kubectl, Printed

pytestmark = pytest.mark.pace("brisk")

ASKED = "nslookup kubernetes.default"
ANSWERED = "Name:      kubernetes.default\nAddress 1: 10.96.0.1 kubernetes.default.svc.cluster.local\n"
TWO = """
apiVersion: v1
kind: Pod
metadata: {name: two}
spec:
  containers: [{name: a, image: nginx}, {name: b, image: redis}]
"""


def test_a_command_that_is_run_and_gone(k: Kubectl) -> None:
    printed = k(f"run q --rm -i --restart=Never --image=busybox:1.28 -- {ASKED}")
    assert printed.out.count(ANSWERED) == 1
    assert re.search(r'pod "q" deleted', printed.out + printed.err)
    k.fails("get pod q")


def test_its_exit_status_is_kubectls_own(k: Kubectl) -> None:
    printed = k.run("run q --rm -i --restart=Never --image=busybox:1.28 -- nslookup nowhere.example")
    assert printed.code == 1


def test_what_is_over_has_a_log(k: Kubectl) -> None:
    k(f"run q --restart=Never --image=busybox:1.28 -- {ASKED}")
    k.until("get pod q", lambda printed: "Completed" in printed.out)
    assert k("logs q").out == k("logs -f q").out
    assert ANSWERED in k("logs q").out
    lines = k("logs q --timestamps --tail=1").out
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z Address 1: 10.96.0.1 \S+\n", lines)
    assert k("logs q --limit-bytes=6").out == "Server"


ASKING = 'while [ -z "$s" ]; do read s; sleep 1; done; echo read:$s && cat && echo "stdin closed"'
READING = 'cat && echo "stdin closed"'
ATTACHED = "--image=busybox:1.28 --restart=OnFailure --attach=true"


def test_input_ends_or_stays_open_as_is_asked(k: Kubectl) -> None:
    def run(name: str, flags: str, script: str, stdin: str) -> str:
        return k(["run", name, *ATTACHED.split(), *flags.split(), "--", "sh", "-c", script], stdin).out

    said = run("typed", "--stdin", ASKING, "value\nabcd1234")
    assert "read:value\nabcd1234" in said and "stdin closed" in said
    said = run("deaf", "--leave-stdin-open=true", READING, "abcd1234")
    assert "abcd1234" not in said and "stdin closed" in said
    assert "stdin closed" not in run("open", "--leave-stdin-open=true --stdin", READING, "abcd1234\n")
    k.until("logs open", lambda printed: printed.out == "abcd1234\n")
    assert k("get pod open").column("STATUS") == ["Running"]


def test_what_is_piped_in_is_read_to_its_end(k: Kubectl) -> None:
    big = "kubarium\n" * 120_000
    digest = hashlib.sha256(big.encode()).hexdigest()
    assert f"{digest}  -\n" in k("run sum --rm -i --restart=Never --image=busybox -- sha256sum", big).out
    assert "a\nb\n" in k("run lines --rm -i --restart=Never --image=busybox -- sort", "b\na").out
    script = "echo a\nsleep 1\necho b\n"
    assert "a\nb\n" in k("run script --rm -i --restart=Never --image=busybox -- sh", script).out


def test_what_is_piped_into_a_debugger_is_answered_and_kubectl_ends(k: Kubectl) -> None:
    k("run web --image=nginx")
    k("wait pod web --for=condition=Ready --timeout=30s")
    for command, stdin in (
        ("-i web --image=busybox -- sh", "echo a\nsleep 1\necho b\nexit\n"),
        ("-i web --image=busybox -- sh", "echo a\necho b\n"),
        ("-i web --image=busybox -- sh -c 'echo a; sleep 1; echo b'", ""),
    ):
        assert "a\nb\n" in k(f"debug {command}", stdin).out
    typed = k("debug -it web --image=slongstreet/bind-utils:latest -- bash", "echo $((6 * 7))\n").out
    assert "\r42\r\n\x1b[?2004h[root@web /]# " in typed


@pytest.mark.parametrize(
    "script",
    [
        "for i in 1 2 3; do echo $i; sleep 0.01; done; echo EOF",
        "seq 3 | while read i; do echo $i; sleep 0.01; done; echo EOF",
        "seq 3 | while read i; do echo $i; sleep 0.7; done; echo EOF",
    ],
)
def test_a_log_has_the_last_line_too(k: Kubectl, script: str) -> None:
    k(["run", "last", "--image=busybox:1.28", "--restart=OnFailure", "--", "sh", "-c", script])
    k.until("get pod last", lambda printed: "Completed" in printed.out)
    assert k("logs -f last").out == "1\n2\n3\nEOF\n"


def test_a_generated_log_is_filtered(k: Kubectl) -> None:
    words = "logs-generator --log-lines-total 100 --run-duration 20s"
    k(f"run gen --image=registry.k8s.io/e2e-test-images/agnhost:2.53 --restart=Never -- {words}")
    k.until("logs gen gen", lambda printed: "/api/v1/namespaces/kube-system" in printed.out)
    assert re.fullmatch(
        r"I\d{4} [\d:.]{15} +1 logs_generator\.go:76\] \d+ (GET|POST|PUT) /api/v1/namespaces/\S+/pods/\w+ \d{3}\n",
        k("logs gen gen --tail=1").out,
    )
    assert len(k("logs gen gen --limit-bytes=1").out) == 1
    assert re.match(r"\d{4}-\d\d-\d\dT\S+Z I", k("logs gen gen --tail=1 --timestamps").out)

    def fewer(printed: Printed) -> bool:
        return len(printed.lines) < len(k("logs gen gen --since=24h").lines)

    k.until("logs gen gen --since=1s", fewer)


REFUSED = [
    ("logs two -c c", "container c is not valid for pod two"),
    ("logs two -c a --previous", 'previous terminated container "a" in pod "two" not found'),
    ("attach q", "cannot attach a container in a completed pod; current phase is Succeeded"),
]


def test_what_is_said_where_there_is_nothing_to_see(k: Kubectl) -> None:
    k.apply(TWO)
    k("run q --restart=Never --image=busybox:1.28 -- true")
    k.until("get pod q", lambda printed: "Completed" in printed.out)
    k("wait pod two --for=condition=Ready")
    for command, words in REFUSED:
        assert words in k.fails(command).err
    assert "start worker process" in k("logs two -c a").out
    k("run broken --image=nowhere.invalid/app")
    k.until("get pod broken", lambda printed: "ImagePullBackOff" in printed.out)
    words = 'container "broken" in pod "broken" is waiting to start: trying and failing to pull image'
    assert words in k.fails("logs broken").err
