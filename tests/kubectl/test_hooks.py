"""A container whose postStart hook runs: what kubectl shows of it, and what one can do with it all the same."""

from __future__ import annotations

import orjson

from tests.kubectl.driving import Kubectl

HOOKED = """
apiVersion: v1
kind: Pod
metadata: {name: hooked, labels: {app: hooked}}
spec:
  terminationGracePeriodSeconds: 2
  containers:
  - name: first
    image: busybox:1.36
    command: [sh, -c, "httpd -f -p 8080"]
    lifecycle:
      postStart: {exec: {command: [sh, -c, "until [ -e /tmp/go ]; do sleep 1; done"]}}
  - {name: second, image: busybox:1.36, command: [sleep, infinity]}
---
apiVersion: v1
kind: Service
metadata: {name: hooked}
spec: {selector: {app: hooked}, ports: [{port: 80, targetPort: 8080}]}
"""


def _waits(k: Kubectl) -> None:
    """Its first container has been started, and its hook runs."""
    k.until("exec hooked -c first -- cat /etc/hostname", lambda printed: printed.out == "hooked\n")


def test_it_is_shown_as_waiting_and_entered_all_the_same(k: Kubectl) -> None:
    k.apply(HOOKED)
    _waits(k)
    assert k("get pod hooked").rows[1][:4] == ["hooked", "0/2", "ContainerCreating", "0"]
    assert k("get pods --field-selector=status.phase=Pending -o name").out == "pod/hooked\n"
    pod = k.object("pod hooked")
    states = [each["state"] for each in pod["status"]["containerStatuses"]]  # type: ignore[index]
    assert states == [{"waiting": {"reason": "ContainerCreating"}}] * 2
    for asked in ("pods", "pod hooked"):
        assert '"actual"' not in k(f"get {asked} -o json --show-managed-fields").out
    assert "is waiting to start: ContainerCreating" in k.fails("logs hooked -c first").err
    assert 'container not found ("second")' in k.fails("exec hooked -c second -- true").err
    assert "Started container first" in k.until("describe pod hooked", lambda each: "Started" in each.out).out
    # nobody is kept from writing the pod meanwhile, and nothing of that is lost
    assert k("label pod hooked a=b --overwrite").err == ""
    k(
        "apply --server-side --validate=strict -f -",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: hooked, labels: {c: d}}",
    )
    k(["patch", "pod", "hooked", "--patch", '{"metadata":{"annotations":{"e":"f"}}}'])
    k("replace -f -", orjson.dumps(k.object("pod hooked")).decode())
    _waits(k)
    k("exec hooked -c first -- touch /tmp/go")
    k("wait --for=condition=Ready pod/hooked --timeout=30s")
    assert k("get pod hooked").rows[1][:4] == ["hooked", "2/2", "Running", "0"]
    assert k("get pod hooked -o jsonpath={.metadata.labels}").out == '{"a":"b","app":"hooked","c":"d"}'


def test_one_that_hangs_is_deleted(k: Kubectl) -> None:
    k.apply(HOOKED)
    _waits(k)
    k("delete pod hooked --timeout=30s")
    assert "NotFound" in k.fails("get pod hooked").err


def test_one_whose_hook_fails(k: Kubectl) -> None:
    k.apply(HOOKED.replace("until [ -e /tmp/go ]; do sleep 1; done", "echo so; exit 3"))
    shown = k.until("get pod hooked", lambda printed: "PostStartHookError" in printed.out)
    assert shown.rows[1][2] == "PostStartHookError"
    assert "FailedPostStartHook" in k.until("describe pod hooked", lambda each: "FailedPostStartHook" in each.out).out
    k.until("get pod hooked", lambda printed: "CrashLoopBackOff" in printed.out)
