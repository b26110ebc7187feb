"""kubectl apply --server-side: owners, conflicts, force, and taking over from client-side apply."""

from __future__ import annotations

from typing import Any

import orjson

from tests.kubectl.driving import Kubectl

MANIFEST = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: REPLICAS
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: nginx, image: IMAGE, ports: [{containerPort: 80}]}]
"""


def manifest(replicas: int = 1, image: str = "nginx:1.27") -> str:
    return MANIFEST.replace("REPLICAS", str(replicas)).replace("IMAGE", image)


def without_replicas(image: str = "nginx:1.27") -> str:
    return manifest(0, image).replace("  replicas: 0\n", "")


def owners(k: Kubectl, what: str = "deploy web") -> list[tuple[str, ...]]:
    obj = orjson.loads(k(f"get {what} -o json --show-managed-fields").out)
    entries: list[dict[str, Any]] = obj["metadata"]["managedFields"]
    return [(each["manager"], each["operation"], each.get("subresource", "")) for each in entries]


def fields(k: Kubectl, manager: str, operation: str = "Apply") -> Any:
    obj = orjson.loads(k("get deploy web -o json --show-managed-fields").out)
    found = (each for each in obj["metadata"]["managedFields"] if each["manager"] == manager)
    return next(each["fieldsV1"] for each in found if each["operation"] == operation)


def test_an_applied_object_is_its_appliers(k: Kubectl) -> None:
    assert k("apply --server-side -f -", manifest()).out == "deployment.apps/web serverside-applied\n"
    k("rollout status deploy web")
    assert owners(k)[0] == ("kubectl", "Apply", "")
    assert ("kube-controller-manager", "Update", "status") in owners(k)
    version = k("get deploy web -o jsonpath={.metadata.resourceVersion}").out
    k("apply --server-side -f -", manifest())
    assert k("get deploy web -o jsonpath={.metadata.resourceVersion}").out == version


def test_conflicts_are_told_and_forced(k: Kubectl) -> None:
    k("apply --server-side -f -", manifest())
    refused = k.fails("apply --server-side --field-manager=other -f -", manifest(image="nginx:1.28"))
    assert refused.err.startswith(
        'error: Apply failed with 1 conflict: conflict with "kubectl": '
        '.spec.template.spec.containers[name="nginx"].image\n'
    )
    k("apply --server-side --field-manager=other --force-conflicts -f -", manifest(image="nginx:1.28"))
    assert k("get deploy web -o jsonpath={..image}").out == "nginx:1.28"
    refused = k.fails("apply --server-side -f -", manifest())
    assert 'conflict with "other": .spec.template.spec.containers[name="nginx"].image' in refused.err


def test_what_is_scaled_is_the_scalers(k: Kubectl) -> None:
    k("apply --server-side -f -", manifest(1))
    k("scale deploy web --replicas=3")
    called = k.program.name  # as its User-Agent begins
    assert (called, "Update", "scale") in owners(k)
    refused = k.fails("apply --server-side -f -", manifest(2))
    assert f'conflict with "{called}" with subresource "scale" using apps/v1: .spec.replicas' in refused.err
    k("apply --server-side -f -", without_replicas())
    assert k("get deploy web -o jsonpath={.spec.replicas}").out == "3"
    assert "f:replicas" not in fields(k, "kubectl")["f:spec"]


def test_client_side_apply_is_taken_over(k: Kubectl) -> None:
    k("apply -f -", manifest())
    assert ("kubectl-client-side-apply", "Update", "") in owners(k)
    k("apply --server-side -f -", manifest(image="nginx:1.28"))
    assert ("kubectl-client-side-apply", "Update", "") not in owners(k)
    assert k("get deploy web -o jsonpath={..image}").out == "nginx:1.28"
    # And back: the annotation was kept in step, but for how kubectl itself spells it.
    k("apply -f -", manifest(image="nginx:1.28"))
    assert k("apply -f -", manifest(image="nginx:1.28")).out == "deployment.apps/web unchanged\n"
    # What is no longer applied goes.
    k("apply --server-side -f -", without_replicas("nginx:1.28"))
    assert k("get deploy web -o jsonpath={.spec.replicas}").out == "1"


def test_what_people_write_is_theirs(k: Kubectl) -> None:
    k("create deployment web --image=nginx")
    k("label deploy web tier=front")
    k("set image deploy web nginx=nginx:1.28")
    named = {(manager, operation) for manager, operation, _ in owners(k)}
    assert {("kubectl-create", "Update"), ("kubectl-label", "Update"), ("kubectl-set", "Update")} <= named
    assert fields(k, "kubectl-label", "Update") == {"f:metadata": {"f:labels": {"f:tier": {}}}}
    pod = k("get pods -o name").lines[0]
    assert owners(k, pod)[0] == ("kube-controller-manager", "Update", "")
    assert ("kubelet", "Update", "status") in owners(k, pod)


def test_mistyped_fields_are_refused_or_told(k: Kubectl) -> None:
    wrong = manifest().replace("replicas:", "replicsa:")
    assert 'strict decoding error: unknown field "spec.replicsa"' in k.fails("apply -f -", wrong).err
    told = k("create --validate=warn -f -", wrong)
    assert 'Warning: unknown field "spec.replicsa"' in told.err
    assert ".spec.replicsa: field not declared in schema" in k.fails("apply --server-side -f -", wrong).err
