"""What is shown as the same by hand is what that pod can do, and comes to the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster.lessons.doing import command
from cluster.lessons.rehearsal import Stage, rehearse
from cluster.lessons.retyping import Typed, read
from cluster.lessons.values import Act
from cluster.machinery.errors import BadRequest
from cluster.world import World
from tests.lessons.authors import lesson

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: main, image: "%s", command: [sleep, 1d]}]}
"""
CART = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec: {containers: [{name: main, image: "nginx:1.27"}]}
"""
LESSON = """\
title: Far away
summary: Ask across a namespace.
minutes: 5
cluster: {manifests: [client.yaml, cart.yaml]}
steps:
  - title: Ask
    text: Ask, and send.
    checks:
      - asked: {name: cart.shop, from: default/, addresses: [{clusterIPOf: Service/shop/cart}]}
        done: asked
      - sent: {to: "http://cart.shop", from: client, result: answered}
        done: sent
    do:
      - wait: {ready: {pods: [client], count: 1}}
      - wait: {ready: {pods: [shop/cart], count: 1}}
      - ask: {name: cart.shop, from: client}
      - request: {to: "http://cart.shop", from: client}
    wrong: [{ask: {name: cart, from: client}}]
ending: That is all.
"""
BESIDE = "--image=slongstreet/bind-utils:latest"


def walked(folder: Path, image: str, text: str = LESSON) -> list[str]:
    return [str(each) for each in rehearse(lesson(folder, text, **{"client.yaml": POD % image, "cart.yaml": CART}))]


@pytest.mark.parametrize(
    ("image", "asked", "sent"),
    [
        ("slongstreet/bind-utils:latest", "kubectl exec client -- nslookup a.b", "kubectl exec client -- curl -s x"),
        ("busybox:1.36", f"kubectl debug -it client {BESIDE} -- nslookup a.b", "kubectl exec client -- wget -qO- x"),
        ("nginx:alpine", f"kubectl debug -it client {BESIDE} -- nslookup a.b", "kubectl exec client -- curl -s x"),
        (
            "registry.k8s.io/pause:3.10",
            f"kubectl debug -it client {BESIDE} -- nslookup a.b",
            f"kubectl debug -it client {BESIDE} -- curl -s x",
        ),
    ],
)
def test_a_program_that_the_pod_has(tmp_path: Path, image: str, asked: str, sent: str) -> None:
    stage = Stage(lesson(tmp_path, LESSON, **{"client.yaml": POD % image, "cart.yaml": CART}))
    stage.begin()
    question = Act("ask", {"name": "a.b", "type": "A", "from": "default/client"}, "")
    request = Act("request", {"to": "x", "count": 1, "from": "default/client"}, "")
    assert (command(question, stage.world), command(request, stage.world)) == (asked, sent)


def test_any_pod_of_a_namespace_asks_from_one_that_is_made_for_it() -> None:
    act = Act("ask", {"name": "web", "type": "SRV", "from": "shop/"}, "")
    said = f"kubectl run -n shop -it ask --rm --restart=Never {BESIDE} -- nslookup -type=SRV web"
    assert command(act, World()) == said


@pytest.mark.parametrize("image", ["slongstreet/bind-utils:latest", "busybox:1.36", "nginx:alpine", "debian:12"])
def test_whatever_the_image_the_commands_come_to_the_same(tmp_path: Path, image: str) -> None:
    assert walked(tmp_path, image) == []


def test_any_pod_of_the_namespace(tmp_path: Path) -> None:
    text = LESSON.replace("ask: {name: cart.shop, from: client}", "ask: {name: cart.shop, from: default/}")
    assert walked(tmp_path, "busybox:1.36", text) == []


@pytest.mark.parametrize(
    ("kubectl", "said"),
    [
        (
            "kubectl exec client -- nslookup cart.shop",
            "asks cart.shop. (REFUSED), where the step asks"
            " cart.shop.default.svc.cluster.local. (NXDOMAIN), cart.shop.svc.cluster.local. (NOERROR).",
        ),
        ("kubectl exec client -- dig cart.shop", "cannot be run: there is no dig in client."),
        ("kubectl exec gone -- nslookup cart.shop", 'cannot be run: pods "gone" not found.'),
        (
            "nslookup cart.shop",
            "cannot be run: it has to be kubectl exec, debug or run, with a command behind --.",
        ),
    ],
)
def test_an_authors_own_command_that_comes_to_something_else_is_found(tmp_path: Path, kubectl: str, said: str) -> None:
    act = "ask: {name: cart.shop, from: client}"
    text = LESSON.replace(act, f"{act}\n        kubectl: {kubectl}")
    assert walked(tmp_path, "busybox:1.36", text) == [
        f"step 1: lesson.yaml, line 16: the command that is shown, {kubectl}, {said}"
    ]


def test_an_authors_request_that_goes_elsewhere_is_found(tmp_path: Path) -> None:
    act = 'request: {to: "http://cart.shop", from: client}'
    text = LESSON.replace(act, f"{act}\n        kubectl: kubectl exec client -- wget -qO- http://cart")
    assert walked(tmp_path, "busybox:1.36", text) == [
        'step 1: "sent" does not hold after the commands that are shown: '
        "Nothing has been sent to http://cart.shop from client."
    ]


def test_reading() -> None:
    line = "kubectl exec -n shop web-0 -c main -- sh -c 'for i in 1 2; do curl -s x; done'"
    assert read(line) == Typed("exec", "shop", "web-0", "main", "", ["sh", "-c", "for i in 1 2; do curl -s x; done"])
    line = "kubectl debug -it web-0 --image=busybox:1.36 -- nslookup web"
    assert read(line) == Typed("debug", "default", "web-0", "", "busybox:1.36", ["nslookup", "web"])
    for wrong in ("kubectl logs web-0 -- x", "kubectl exec -- x", "kubectl exec web-0 --", "kubectl exec 'web -- x"):
        with pytest.raises(BadRequest, match="it "):
            read(wrong)
