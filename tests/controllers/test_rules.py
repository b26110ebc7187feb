"""Kubernetes' rules, one scenario each (`tests/data/rules.yaml`), through the real admission and all controllers."""

from __future__ import annotations

import re
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster.intents import Delete, Patch, Update
from cluster.machinery.objects import (
    CLAIMS,
    CONTROLLER_REVISIONS,
    PODS,
    STATEFUL_SETS,
    Key,
    Obj,
    controller_of,
    is_pod_ready,
    is_terminating,
    key,
    labels,
    status,
)
from cluster.worker.assembly import CONTROLLERS
from tests.controllers.street import Street, Written

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parents[1] / "data" / "rules.yaml").read_text())
RULES = Path(__file__).parents[3] / "shared" / "reference" / "controllers.md"
ELSEWHERE = {
    "R-SPEC-2": "tests/fidelity/test_defaults.py",
    "R-SPEC-3": "tests/fidelity/test_defaults.py",
    "R-SPEC-4": "tests/fidelity/test_errors.py",
    "R-SPEC-6": "tests/fidelity/test_errors.py",
    "R-SPEC-7": "tests/fidelity/test_errors.py",
    "R-SPEC-9": "which version has what: this is v1.32",
    "R-UPD-10": "an alpha of v1.37",
    "R-UPD-12": "kubectl's own words",
    "R-EPS-": "tests/controllers/test_endpointslice.py, test_endpoints.py, test_endpointslicemirroring.py",
}


class Scene:
    """One set in a street with everything in it."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.case = case
        self.name = case.get("name", "web")
        self.street = Street(*CONTROLLERS, pace="instant")
        self.street.config = self.street.config._replace(gates=frozenset(case.get("gates", ())))
        given = dict(case["set"])
        self._world(bound=not given.pop("unbound", False))
        for obj in case.get("before", ()):
            self._put(obj)
        self.street.rest()
        self.mark()
        self._set = self._made(given)
        self.street.create(self._set)
        self.street.rest(20)
        for line in case.get("do", ()):
            self.mark()
            self._take(line)
            self.street.rest(20)

    def mark(self) -> None:
        self.wrote_from, self.told_from = len(self.street.log), len(self.street.notes)

    def _world(self, *, bound: bool) -> None:
        ready = {"type": "Ready", "status": "True"}
        self.street.create(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}},
            {
                "apiVersion": "v1",
                "kind": "Node",
                "metadata": {"name": "node-1"},
                "status": {"allocatable": {"pods": "10000"}, "conditions": [ready]},
            },
        )
        if bound:
            self.street.create(
                {
                    "apiVersion": "storage.k8s.io/v1",
                    "kind": "StorageClass",
                    "metadata": {
                        "name": "standard",
                        "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
                    },
                    "provisioner": "kubarium.dev/simulated",
                    "volumeBindingMode": "WaitForFirstConsumer",
                }
            )

    def _put(self, obj: Obj) -> None:
        text = yaml.safe_dump(obj)
        for where, there in self.street.world.items():
            text = text.replace(f"UID-OF-{where.name}\n", f"{there['metadata']['uid']}\n")
        placed: Obj = yaml.safe_load(text)
        placed["metadata"]["namespace"] = "default"
        self.street.create(placed)

    def _made(self, given: dict[str, Any], called: str = "") -> Obj:
        metadata = {"name": called or self.name, "namespace": "default"}
        for field in ("annotations", "finalizers"):
            if field in given:
                metadata[field] = given.pop(field)
        made: dict[str, Any] = {
            "serviceName": "web",
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "c", "image": "nginx:1"}]},
            },
        }
        if given.pop("claims", False):
            storage = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
            made["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": storage}]
        return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": metadata, "spec": made | given}

    def _take(self, line: str) -> None:
        verb, _, rest = line.partition(" ")
        street, own = self.street, key(STATEFUL_SETS, "default", self.name)
        pod = key(PODS, "default", rest.partition(" ")[0])
        match verb:
            case "edit":
                street.do(Patch(own, "merge", {"spec": yaml.safe_load(rest)}))
            case "pod":
                street.do(Patch(pod, "merge", yaml.safe_load(rest.partition(" ")[2])))
            case "delete":
                street.do(Delete(pod))
            case "fail":
                there = street.world.get(pod)
                assert there is not None
                street.do(Update({**there, "status": {**status(there), "phase": "Failed"}}, "status"), "kubelet")
            case "delete-claim":
                street.do(Delete(key(CLAIMS, "default", rest)))
            case "force-claim":
                claim = key(CLAIMS, "default", rest)
                street.do(Patch(claim, "merge", {"metadata": {"finalizers": None}}), "volume-controller")
                street.do(Delete(claim))
            case "delete-set":
                street.do(Delete(own, propagation="Background"))
            case "orphan-set":
                street.do(Delete(own, propagation="Orphan"))
            case "again":
                street.create(self._set)
            case "another":
                street.create(self._made(yaml.safe_load(rest), "other"))
            case "apply":
                self._put(yaml.safe_load(rest))
            case _:
                raise AssertionError(f"{verb}?")

    # -- what came of it -----------------------------------------------------------------------------------

    @property
    def owner(self) -> Obj:
        return self.street.world.get(key(STATEFUL_SETS, "default", self.name)) or {}

    def pods(self) -> list[str]:
        """The set's own pods, in words."""
        owned = self.street.world.owned_by(self.owner["metadata"]["uid"])
        newest = status(self.owner)["updateRevision"]
        return sorted(
            pod["metadata"]["name"]
            + (" old" if labels(pod).get("controller-revision-hash") != newest else "")
            + ("" if is_pod_ready(pod) else " waits")
            for pod in owned.values()
            if pod["kind"] == "Pod"
        )

    def wrote(self) -> list[str]:
        before: dict[Key, Obj] = {}
        lines = []
        for number, each in enumerate(self.street.log):
            if number >= self.wrote_from and each.author == "statefulset-controller" and each.key.kind == PODS:
                lines.append(f"{_verb(each, before.get(each.key))} {each.key.name}")
            before[each.key] = each.object
        return lines

    def told(self) -> list[str]:
        notes = self.street.notes[self.told_from :]
        return [each.message for each in notes if each.component == "statefulset-controller"]

    def why(self) -> list[str]:
        own = key(STATEFUL_SETS, "default", self.name)
        controller = next(each for each in CONTROLLERS if each.name == "statefulset-controller")
        return [
            each.text for each in controller.plan(self.street.world, own, self.street.now, self.street.config).reasons
        ]

    def claims(self) -> dict[str, list[str]]:
        return {
            where.name: [each["name"] for each in claim["metadata"].get("ownerReferences") or ()]
            for where, claim in self.street.world.bucket(CLAIMS, "default").items()
        }

    def at(self, path: str) -> Any:
        """A field: "pods web-0 spec.volumes.0"; a dot within a name is written ~."""
        resource, called, fields = path.split()
        called = called.replace("REVISION", str(status(self.owner).get("updateRevision")))
        found: Any = next(
            obj for where, obj in self.street.world.items() if (where.resource, where.name) == (resource, called)
        )
        steps = [step.replace("~", ".") for step in fields.split(".")]
        return reduce(lambda value, step: value[int(step) if isinstance(value, list) else step], steps, found)

    def meant(self, value: Any) -> Any:
        text = yaml.safe_dump(value)
        text = text.replace("REVISION", str(status(self.owner).get("updateRevision")))
        return yaml.safe_load(text.replace("uid: UID\n", f"uid: {self.owner['metadata']['uid']}\n"))


def _verb(each: Written, before: Obj | None) -> str:
    if each.type == "ADDED":
        return "create"
    assert before is not None
    if each.type == "DELETED" or is_terminating(each.object) != is_terminating(before):
        return "delete"
    mine, was = controller_of(each.object), controller_of(before)
    if mine != was:
        return "adopt" if mine else "let go"
    return "change"


@pytest.mark.parametrize("case", CASES, ids=[f"{case['rule']}: {case['says']}" for case in CASES])
def test_a_rule(case: dict[str, Any]) -> None:
    scene = Scene(case)
    then = case["then"]
    checks: dict[str, Any] = {
        "pods": scene.pods,
        "wrote": scene.wrote,
        "told": scene.told,
        "claims": scene.claims,
    }
    for word, look in checks.items():
        if word in then:
            assert look() == then[word], word
    for part in then.get("told_like", ()):
        assert any(part in each for each in scene.told()), scene.told()
    if "why" in then:
        assert then["why"] in scene.why()
    if "revisions" in then:
        assert len(scene.street.world.bucket(CONTROLLER_REVISIONS, "default")) == then["revisions"]
    for field, value in then.get("status", {}).items():
        assert status(scene.owner).get(field) == value, field
    for path, value in then.get("object", ()):
        assert scene.at(path) == scene.meant(value), path
    assert then.keys() <= {*checks, "told_like", "why", "revisions", "status", "object"}


@pytest.mark.skipif(not RULES.is_file(), reason=f"NO RULES: {RULES} is missing")
def test_every_rule_of_stateful_sets_and_endpoints_has_a_scenario() -> None:
    listed = re.findall(r"^\| (R-(?:SPEC|ID|REV|UPD|AD|EPS)-\d+) ", RULES.read_text(), re.MULTILINE)
    assert len(listed) > 40
    told = {case["rule"] for case in CASES}
    missing = [rule for rule in listed if rule not in told and not any(rule.startswith(each) for each in ELSEWHERE)]
    assert missing == []
