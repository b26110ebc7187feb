"""What an API server warns of, though it takes the object."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.intents import Create, Patch
from cluster.machinery.objects import DEPLOYMENTS, Obj, key
from tests.controllers.street import Street

STEP = "spec.template."
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
SURPRISES = "this is used in Pod names and hostnames, which can result in surprising behavior"


def pod(**spec: Any) -> dict[str, Any]:
    metadata = spec.pop("metadata", {})
    return {
        "metadata": metadata,
        "spec": {"containers": [{"name": "c", "image": "nginx", **spec.pop("container", {})}], **spec},
    }


def deployment(template: dict[str, Any], name: str = "web") -> Obj:
    chosen = {"app": "web"}
    template = {**template, "metadata": {**template["metadata"], "labels": chosen}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"selector": {"matchLabels": chosen}, "template": template},
    }


def made(kind: str, api: str = "v1", name: str = "web", **parts: Any) -> Obj:
    metadata = {"name": name, "namespace": "default", **parts.pop("metadata", {})}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **parts}


def warned(*intents: Any) -> list[str]:
    street = Street()
    street.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}})
    for each in intents:
        street.do(each)
    return street.warned


OLD_OS = {"beta.kubernetes.io/os": "linux"}
TERMS = {"nodeSelectorTerms": [{"matchExpressions": [{"key": "beta.kubernetes.io/arch", "operator": "Exists"}]}]}
RULE = {
    "http": {
        "paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "a", "port": {"number": 80}}}}]
    }
}
TOLD: list[tuple[Obj, list[str]]] = [
    (deployment(pod()), []),
    (
        deployment(pod(nodeSelector=OLD_OS)),
        [f'{STEP}spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'],
    ),
    (
        deployment(pod(affinity={"nodeAffinity": {REQUIRED: TERMS}})),
        [
            f"{STEP}spec.affinity.nodeAffinity.{REQUIRED}.nodeSelectorTerms[0].matchExpressions[0].key: "
            'beta.kubernetes.io/arch is deprecated since v1.14; use "kubernetes.io/arch" instead'
        ],
    ),
    (
        deployment(pod(metadata={"annotations": {"scheduler.alpha.kubernetes.io/critical-pod": ""}})),
        [
            f"{STEP}metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: "
            'non-functional in v1.16+; use the "priorityClassName" field instead'
        ],
    ),
    (
        deployment(pod(volumes=[{"name": "v", "gitRepo": {"repository": "x"}}])),
        [f"{STEP}spec.volumes[0].gitRepo: deprecated in v1.11"],
    ),
    (
        deployment(pod(container={"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]})),
        [f'{STEP}spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply'],
    ),
    (deployment(pod(container={"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "$(A):2"}]})), []),
    (
        deployment(pod(container={"resources": {"limits": {"memory": "100m", "cpu": "100m"}}})),
        [
            f'{STEP}spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, '
            "must be an integer"
        ],
    ),
    (
        deployment(pod(), "web.shop"),
        [f"metadata.name: {SURPRISES}; a DNS label is recommended: [must not contain dots]"],
    ),
    (
        made("Pod", name="a.b", spec=pod()["spec"]),
        [
            "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; "
            "a DNS label is recommended: [must not contain dots]"
        ],
    ),
    (
        made(
            "Ingress",
            "networking.k8s.io/v1",
            metadata={"annotations": {"kubernetes.io/ingress.class": "x"}},
            spec={"rules": [RULE]},
        ),
        ["annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"],
    ),
]


@pytest.mark.parametrize(("obj", "told"), TOLD)
def test_what_is_told_of_a_new_object(obj: Obj, told: list[str]) -> None:
    assert warned(Create(obj)) == told


def test_of_a_change_only_what_is_about_the_template_that_changed() -> None:
    first = Create(deployment(pod(nodeSelector=OLD_OS), "web.shop"))
    where = key(DEPLOYMENTS, "default", "web.shop")
    scaled = Patch(where, "merge", {"spec": {"replicas": 3}})
    moved = Patch(where, "merge", {"spec": {"template": {"spec": {"nodeSelector": {"a": "b"}}}}})
    told = warned(first)
    assert len(told) == 2
    assert warned(first, scaled) == told
    assert warned(first, scaled, moved) == [*told, told[1]]


def test_a_fault_on_purpose_that_will_do_nothing_is_told_once() -> None:
    ill = pod(metadata={"annotations": {"kubarium.dev/flap": "banana"}})
    sentence = 'kubarium.dev/flap does nothing: it takes a time such as "5s". This is "banana".'
    told = [f"spec.template.metadata.annotations: {sentence}"]
    where = key(DEPLOYMENTS, "default", "web")
    scaled = Patch(where, "merge", {"spec": {"replicas": 3}})
    crashing = Patch(where, "merge", {"metadata": {"annotations": {"kubarium.dev/crash": "true"}}})
    assert warned(Create(deployment(ill)), scaled) == told
    assert warned(Create(deployment(ill)), scaled, crashing) == [
        *told,
        "metadata.annotations: kubarium.dev/crash does nothing here: it belongs into the template's metadata.",
    ]
