"""The article on headless Services (01): two of them, a StatefulSet, and what DNS says in one of its pods."""

from __future__ import annotations

import re

import pytest

from tests.kubectl.driving import Kubectl
from tests.kubectl.terminal import Terminal, terminal

pytestmark = pytest.mark.pace("brisk")

EMPTY = """
apiVersion: v1
kind: Service
metadata: {name: headless-svc}
spec:
  clusterIP: None
  selector: {app: web}
  ports: [{protocol: TCP, port: 80, targetPort: 8080}]
"""
STATEFUL = EMPTY.replace("headless-svc", "headless-svc-stateful").replace("app: web", "app: web-stateful")
SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: app-stateful, labels: {app: server-stateful}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web-stateful}}
  serviceName: headless-svc-stateful
  template:
    metadata: {labels: {app: web-stateful}}
    spec:
      containers: [{name: nginx, image: "nginx:alpine", ports: [{containerPort: 80}]}]
"""
DEBUG = ["debug", "-it", "app-stateful-0", "--image=slongstreet/bind-utils:latest", "--", "bash"]
PROMPT = r"[#$] $"
FULL = "headless-svc-stateful.default.svc.cluster.local"


def started(k: Kubectl) -> None:
    k.apply(STATEFUL)
    k.apply(SET)
    k("rollout status sts app-stateful")


def addresses(k: Kubectl) -> dict[str, str]:
    printed = k(["get", "pods", "-o", r'jsonpath={range .items[*]}{.metadata.name} {.status.podIP}{"\n"}{end}'])
    return dict(line.split() for line in printed.lines)


def asked(screen: Terminal, name: str) -> list[tuple[str, str]]:
    """(Name, Address) of what nslookup prints; its server is looked at here."""
    screen.type(f"nslookup {name}")
    shown = screen.shows(rf"Address: [\d.]+\n\n.*{PROMPT}")
    assert "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n" in shown
    return re.findall(r"Name:\t(\S+)\nAddress: (\S+)\n", shown)


def test_seed_01_02_a_headless_service(k: Kubectl) -> None:
    assert k.apply(EMPTY) == ["service/headless-svc created"]
    printed = k(["get", "svc", "-o", "go-template={{ .spec.clusterIPs }}", "headless-svc"])
    assert printed.out == "[None]"


def test_seed_03_04_pods_in_order(k: Kubectl) -> None:
    assert k.apply(STATEFUL) == ["service/headless-svc-stateful created"]
    assert k.apply(SET) == ["statefulset.apps/app-stateful created"]
    k("rollout status sts app-stateful")
    rows = k("get pods -l app=web-stateful").rows
    assert rows[0] == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]
    assert [row[:4] for row in rows[1:]] == [[f"app-stateful-{n}", "1/1", "Running", "0"] for n in range(3)]


def test_seed_05_06_07_names_as_a_pod_sees_them(k: Kubectl) -> None:
    started(k)
    known = addresses(k)
    with terminal(k, DEBUG) as screen:
        assert re.search(r"Defaulting debug container name to debugger-[a-z0-9]{5}\.", screen.shows(PROMPT))
        found = asked(screen, "headless-svc-stateful")
        assert {name for name, _ in found} == {FULL}
        assert sorted(address for _, address in found) == sorted(known.values())
        assert asked(screen, "app-stateful-1.headless-svc-stateful") == [
            (f"app-stateful-1.{FULL}", known["app-stateful-1"])
        ]
        pod = k.object("pod app-stateful-0")["status"]
        assert isinstance(pod, dict)
        (beside,) = pod["ephemeralContainerStatuses"]
        assert "running" in beside["state"]
        assert k("get pod app-stateful-0").rows[1][:4] == ["app-stateful-0", "1/1", "Running", "0"]
        screen.type("exit")
        assert screen.ends() == 0
    k.until(
        "get pod app-stateful-0 -o jsonpath={.status.ephemeralContainerStatuses[0].state}",
        lambda printed: "terminated" in printed.out,
    )
    assert k("get pod app-stateful-0").rows[1][:4] == ["app-stateful-0", "1/1", "Running", "0"]


def test_seed_08_the_same_name_at_another_address(k: Kubectl) -> None:
    started(k)
    before = addresses(k)["app-stateful-1"]
    k("delete pod app-stateful-1")
    k("rollout status sts app-stateful")
    k.until("get pod app-stateful-1", lambda printed: "1/1" in printed.out)
    after = addresses(k)["app-stateful-1"]
    assert after != before
    with terminal(k, DEBUG) as screen:
        screen.shows(PROMPT)
        assert asked(screen, "app-stateful-1.headless-svc-stateful") == [(f"app-stateful-1.{FULL}", after)]
