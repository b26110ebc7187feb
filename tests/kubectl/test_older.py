"""What people do with kubectl every day, with versions older than ours: one walk over objects, one into pods."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest

from tests.kubectl.driving import Kubectl
from tests.kubectl.terminal import terminal
from tests.kubectl.test_streams import forwarded

pytestmark = pytest.mark.parametrize("k", ["1.30", "1.31"], indirect=True)

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: "nginx:1.26", ports: [{containerPort: 80}]}]}
"""
SETTINGS = """
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: %s}
"""


def test_objects(k: Kubectl, tmp_path: Path) -> None:
    assert k("version").lines[-1] == "Server Version: v1.32.13"
    assert k.apply(WEB) == ["deployment.apps/web created"]
    assert k.apply(WEB) == ["deployment.apps/web unchanged"]
    assert k("rollout status deployment/web").lines[-1] == 'deployment "web" successfully rolled out'
    assert k("get deployment").rows[1][:4] == ["web", "2/2", "2", "2"]
    assert k("get pods -o wide").column("STATUS") == ["Running"] * 2
    assert "Replicas:               2 desired | 2 updated" in k("describe deployment web").out
    assert "FIELD: strategy <DeploymentStrategy>" in k("explain deployment.spec.strategy").out
    k("scale deployment web --replicas=3")
    k("wait --for=jsonpath={.status.readyReplicas}=3 deployment/web --timeout=30s")
    changed = WEB.replace("nginx:1.26", "nginx:1.27").replace("replicas: 2", "replicas: 3")
    differs = k.fails("diff -f -", changed)
    assert (differs.code, "+      - image: nginx:1.27" in differs.lines) == (1, True)
    k.apply(changed)
    k("rollout status deployment/web")
    assert [row[0] for row in k("rollout history deployment/web").rows[2:]] == ["1", "2"]
    k("rollout undo deployment/web")
    k("rollout status deployment/web")
    assert k("get deployment web -o jsonpath={..image}").out == "nginx:1.26"
    k("set image deployment/web nginx=nginx:1.27-alpine")
    k("rollout restart deployment/web")
    k("rollout status deployment/web")
    assert k("apply --server-side -f -", SETTINGS % "red").lines == ["configmap/settings serverside-applied"]
    conflict = k.fails("apply --server-side --field-manager=other -f -", SETTINGS % "blue").err
    assert 'conflict with "kubectl": .data.colour' in conflict
    k(["patch", "configmap", "settings", "-p", '{"data": {"size": "1"}}'])
    k("label configmap settings tier=back")
    k("annotate configmap settings note=kept")
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nsed -i s/red/green/ "$1"\n')
    editor.chmod(0o755)
    k.environment["KUBE_EDITOR"] = str(editor)
    assert k("edit configmap settings").lines == ["configmap/settings edited"]
    assert k("get configmap -l tier=back -o jsonpath={.items[*].data}").out == '{"colour":"green","size":"1"}'
    assert k("auth can-i create pods").out == "yes\n"
    assert k.fails("auth can-i create pods --as=jane").out == "no\n"
    assert k("auth whoami").rows[1] == ["Username", "admin"]
    assert {"Started", "ScalingReplicaSet"} <= set(k("events").column("REASON"))
    k.until("top pods", lambda printed: len(printed.lines) >= 4)
    assert k("top nodes").column("NAME") == ["node-1"]
    assert k("drain node-1 --ignore-daemonsets --delete-emptydir-data --timeout=60s").lines[-1] == "node/node-1 drained"
    assert k("get nodes").column("STATUS") == ["Ready,SchedulingDisabled"]
    k("uncordon node-1")
    k("rollout status deployment/web")
    k("delete deployment web")


@pytest.mark.pace("brisk")
def test_pods(k: Kubectl, tmp_path: Path) -> None:
    k("run web --image=nginx:1.27 --port=80 --expose")
    k("wait --for=condition=Ready pod/web --timeout=30s")
    assert k("exec web -- cat /etc/hostname").out == "web\n"
    with terminal(k, ["exec", "-it", "web", "--", "sh"]) as screen:
        screen.shows(r"# $")
        screen.type("echo $((6 * 7))")
        screen.shows(r"\n42\n")
        screen.type("exit 3")
        assert screen.ends() == 3
    here, back = tmp_path / "here", tmp_path / "back"
    here.write_text("copied\n")
    k(f"cp {here} web:/usr/share/nginx/html/page")
    k(f"cp web:/usr/share/nginx/html/page {back}")
    assert back.read_text() == "copied\n"
    ask = "run ask -i --rm --restart=Never --image=busybox:1.28 -- wget -qO- http://web/page"
    with k.watching("logs -f web") as log:
        assert "copied\n" in k(ask).out
        log.until_text('"GET /page HTTP/1.1" 200')
    with terminal(k, ["run", "-it", "--rm", "--restart=Never", "--image=busybox:1.28", "box", "--", "sh"]) as screen:
        screen.shows(r"/ # $")
        screen.type("exit")
        assert screen.ends() == 0
        assert 'pod "box" deleted' in screen.text
    k("run box -it --attach=false --image=busybox:1.28 -- sh")
    k("wait pod box --for=condition=Ready")
    with terminal(k, ["attach", "-it", "box"]) as screen:
        screen.type("")
        screen.shows(r"/ # $")
        screen.type("hostname")
        screen.shows("\nbox\n")
    with terminal(k, ["debug", "-it", "web", "--image=busybox:1.28", "--target=web", "--", "sh"]) as screen:
        screen.shows(r"/ # $")
        screen.type("wget -qO- http://localhost/page")
        screen.shows("\ncopied\n")
        screen.type("exit")
        assert screen.ends() == 0
    if k.version == "1.30":
        assert "use kubectl 1.31 or newer" in k.fails("port-forward pod/web :80").err
        return
    with forwarded(k, "service/web :80") as (address, _), urllib.request.urlopen(f"{address}/page") as page:
        assert page.read() == b"copied\n"
