"""Tutorial "Scale a StatefulSet" (07); steps by their ids."""

from __future__ import annotations

from tests.kubectl.driving import Kubectl

MANIFEST = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  replicas: REPLICAS
  serviceName: web
  podManagementPolicy: POLICY
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: nginx, image: nginx}]
"""
NEVER_READY = "kubarium.dev/never-ready"


def manifest(replicas: int, policy: str = "OrderedReady") -> str:
    return MANIFEST.replace("REPLICAS", str(replicas)).replace("POLICY", policy)


def started(k: Kubectl, replicas: int, policy: str = "OrderedReady") -> None:
    k.apply(manifest(replicas, policy))
    k("rollout status sts web")
    k.until("get sts web", lambda printed: f"{replicas}/{replicas}" in printed.out)


def pods(k: Kubectl) -> list[str]:
    return k("get pods -l app=web -o name").lines


def unready(k: Kubectl, pod: str) -> None:
    k(f"annotate pod {pod} {NEVER_READY}=true")
    k(f"wait --for=condition=Ready=false pod/{pod}")


def test_s_01_to_s_06_ways_to_say_how_many(k: Kubectl) -> None:
    started(k, 3)
    assert k("get statefulsets web").rows[0] == ["NAME", "READY", "AGE"]  # S-01
    assert k("scale statefulsets web --replicas=4").out == "statefulset.apps/web scaled\n"  # S-02
    refused = k.fails("scale sts web --current-replicas=3 --replicas=5")  # S-03
    assert refused.err == "error: Expected replicas to be 3, was 4\n"
    assert k("get sts web -o jsonpath={.spec.replicas}").out == "4"
    assert k.apply(manifest(2)) == ["statefulset.apps/web configured"]  # S-04
    assert k.apply(manifest(2)) == ["statefulset.apps/web unchanged"]
    k.environment["KUBE_EDITOR"] = "sed -i s/replicas:.2/replicas:\\ 3/"  # S-05
    assert k("edit statefulsets web").out == "statefulset.apps/web edited\n"
    k.environment["KUBE_EDITOR"] = "true"
    assert k("edit statefulsets web").err == "Edit cancelled, no changes made.\n"
    patch = ["patch", "sts", "web", "-p", '{"spec":{"replicas":1}}']  # S-06
    assert k(patch).out == "statefulset.apps/web patched\n"
    assert k(patch).out == "statefulset.apps/web patched (no change)\n"


def test_s_07_nothing_goes_while_a_lower_one_is_not_ready(k: Kubectl) -> None:
    started(k, 3)
    unready(k, "web-0")
    k("scale sts web --replicas=1")
    k.until("get sts web -o jsonpath={.status.observedGeneration}", lambda printed: printed.out == "2")
    assert pods(k) == ["pod/web-0", "pod/web-1", "pod/web-2"]
    k(f"annotate pod web-0 {NEVER_READY}-")
    k.until("get pods -l app=web -o name", lambda printed: printed.lines == ["pod/web-0"])


def test_s_08_the_highest_goes_though_it_is_the_one_that_is_not_ready(k: Kubectl) -> None:
    started(k, 3)
    unready(k, "web-2")
    k("scale sts web --replicas=2")
    k.until("get pods -l app=web -o name", lambda printed: printed.lines == ["pod/web-0", "pod/web-1"])


def test_s_09_nothing_comes_while_a_lower_one_is_not_ready(k: Kubectl) -> None:
    started(k, 2)
    unready(k, "web-0")
    k("scale sts web --replicas=4")
    k.until("get sts web -o jsonpath={.status.observedGeneration}", lambda printed: printed.out == "2")
    assert pods(k) == ["pod/web-0", "pod/web-1"]


def test_s_10_parallel_waits_for_nobody(k: Kubectl) -> None:
    started(k, 2, "Parallel")
    unready(k, "web-0")
    k("scale sts web --replicas=4")
    k.until("get sts web -o jsonpath={.status.readyReplicas}", lambda printed: printed.out == "3")
    assert len(pods(k)) == 4


def test_s_11_the_autoscaler_asks_the_same_subresource(k: Kubectl) -> None:
    started(k, 1)
    assert k("autoscale sts web --min=2 --max=3").out == "horizontalpodautoscaler.autoscaling/web autoscaled\n"
    k.until("get pods -l app=web -o name", lambda printed: len(printed.lines) == 2)
