"""What a plan says of Services and Ingresses against what is said of them once it is stored and the pods are there."""

from __future__ import annotations

import re

import pytest
import yaml

from cluster.config import ClusterConfig
from cluster.kinds import key_of
from cluster.machinery.objects import SERVICES, Obj, key, name
from cluster.store.system import system_objects
from cluster.submission.foresight import Made, foresee
from cluster.worker.assembly import CONTROLLERS, explain
from cluster.world import World
from tests.controllers.street import Street

WORKLOAD = """
apiVersion: apps/v1
kind: {kind}
metadata: {{name: cart, namespace: default}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: cart}}}}
  template:
    metadata: {{labels: {{app: cart}}}}
    spec: {{containers: [{{name: c, image: "nginx:1.27", ports: [{{containerPort: 80, name: {port}}}]}}]}}
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {{name: cart, namespace: default}}
spec: {{selector: {{app: {app}}}, clusterIP: {ip}, ports: [{{port: 80, targetPort: {target}}}]}}
"""
INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: cart, namespace: default}}
spec: {{defaultBackend: {{service: {{name: {service}, port: {{number: {port}}}}}}}}}
"""


def workload(kind: str = "Deployment", replicas: int = 2, port: str = "http") -> Obj:
    return yaml.safe_load(WORKLOAD.format(kind=kind, replicas=replicas, port=port))  # type: ignore[no-any-return]


def service(target: str | int = 80, app: str = "cart", ip: str = "10.96.0.77") -> Obj:
    return yaml.safe_load(SERVICE.format(target=target, app=app, ip=ip))  # type: ignore[no-any-return]


def ingress(service: str, port: int) -> Obj:
    return yaml.safe_load(INGRESS.format(service=service, port=port))  # type: ignore[no-any-return]


UNSERVED = (
    "Nothing outside reaches the Services by it: no controller for Ingresses runs in this cluster. "
    "A NodePort or a LoadBalancer lets somebody in."
)
CASES: list[tuple[list[Obj], list[str]]] = [
    ([service("http"), workload()], []),
    ([service("htpp"), workload()], ["Port 80 is left out of cart-…: no container port is named htpp."]),
    (
        [service("htpp"), workload("StatefulSet", 1)],
        ["Port 80 is left out of cart-0: no container port is named htpp."],
    ),
    (
        [service(8080), workload("StatefulSet", 1)],
        ["cart answers nothing on port 80: targetPort 8080, but the container of cart-0 listens on 80."],
    ),
    (
        [service(8080, ip="None"), workload("StatefulSet", 1)],
        [
            "targetPort 8080 plays no part: clients come straight to the pods on the port they name, and the container "
            "of cart-0 listens on 80."
        ],
    ),
    (
        [service(app="carts"), workload("StatefulSet", 1)],
        ["Selects nothing: no pod has app=carts. cart-0 has app=cart."],
    ),
    (
        [service(), workload(replicas=0)],
        ["Selects nothing: no pod has app=cart. Deployment cart would make them, and is scaled to 0."],
    ),
    ([service(), ingress("cartt", 80)], ["Leads nowhere: there is no Service cartt.", UNSERVED]),
    ([service(), ingress("cart", 81)], ["Leads nowhere: Service cart has no port 81.", UNSERVED]),
    ([service(), ingress("cart", 80)], [UNSERVED]),
]


@pytest.mark.parametrize(("objects", "said"), CASES)
def test_a_plan_says_what_the_map_will_say(objects: list[Obj], said: list[str]) -> None:
    street = Street(*CONTROLLERS)
    street.create(*system_objects(ClusterConfig()))
    street.rest(60)
    before = street.world.copy()
    street.create(*objects)
    made = [Made(key_of(each), None, street.world.get(key_of(each)) or {}) for each in objects]
    about = made[-1 if objects[-1]["kind"] == "Ingress" else 0].where
    assert foresee(before, made).of(about) == said
    street.rest(120)
    then = explain(street.world, about, street.now, street.config)
    told = [each.text for each in then if each.level != "ok"]
    assert [shortened(each) for each in told] == said


def shortened(text: str) -> str:
    """A pod's name as it is foretold where nobody can know it, and the others of the workload aside."""
    return re.sub(r"cart-[a-z0-9]+-[a-z0-9]{5}(?: and \d+ more)?", "cart-…", text)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (workload(port="web"), ["Service cart: Port 80 is left out of cart-…: no container port is named http."]),
        (
            workload(replicas=0),
            [
                "Service cart: Selects nothing: no pod has app=cart. Deployment cart would make them, "
                "and is scaled to 0."
            ],
        ),
        (workload(replicas=5), []),
    ],
)
def test_what_becomes_of_a_service_that_is_there_is_said_of_what_brings_it_about(change: Obj, said: list[str]) -> None:
    street = Street(*CONTROLLERS)
    street.create(*system_objects(ClusterConfig()), service("http"), workload())
    street.rest(120)
    where = key_of(change)
    old = street.world.get(where)
    assert old is not None
    new = {**old, "spec": {**old["spec"], **{field: change["spec"][field] for field in ("replicas", "template")}}}
    if change["spec"]["template"] == workload()["spec"]["template"]:
        new["spec"]["template"] = old["spec"]["template"]
    assert foresee(street.world, [Made(where, old, new)]).of(where) == said
    assert [name(each) for each in street.world.list(SERVICES, "default")] == ["cart", "kubernetes"]


def test_nothing_is_looked_at_for_what_concerns_no_service() -> None:
    world = World()
    made = {"kind": "ConfigMap", "metadata": {"name": "a", "namespace": "default"}}
    found = foresee(world, [Made(key(SERVICES, "default", "a")._replace(resource="configmaps"), None, made)])
    assert found.after is world
