"""Tutorials "Delete a StatefulSet" (08) and "Force Delete StatefulSet Pods" (09); steps by their ids."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.kubectl.driving import Kubectl

SET = """
apiVersion: v1
kind: Service
metadata: {name: nginx}
spec:
  clusterIP: None
  selector: {app.kubernetes.io/name: MyApp}
  ports: [{port: 80}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web, labels: {app.kubernetes.io/name: MyApp}}
spec:
  replicas: 2
  serviceName: nginx
  RETENTION
  selector: {matchLabels: {app.kubernetes.io/name: MyApp}}
  template:
    metadata: {labels: {app.kubernetes.io/name: MyApp}}
    spec:
      containers: [{name: nginx, image: nginx, volumeMounts: [{name: www, mountPath: /data}]}]
  volumeClaimTemplates:
  - metadata: {name: www}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 1Gi}}
"""
OURS = "-l app.kubernetes.io/name=MyApp"
FORCED = (
    "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. "
    "The resource may continue to run on the cluster indefinitely.\n"
)
NODE = "apiVersion: v1\nkind: Node\nmetadata: {name: node-2}\n"


def started(k: Kubectl, retention: str = "") -> str:
    manifest = SET.replace("RETENTION", retention)
    k.apply(manifest)
    k.until("get sts web", lambda printed: "2/2" in printed.out)
    return manifest


def said(text: str) -> list[str]:
    """What a deletion printed, without the namespace that newer clients add."""
    return [line.removesuffix(" from default namespace") for line in text.splitlines()]


def no_pods(k: Kubectl) -> None:
    k.until(f"get pods {OURS} -o name", lambda printed: not printed.lines)


def test_x_01_and_x_08_by_file_and_by_label(k: Kubectl) -> None:
    manifest = started(k)
    assert said(k("delete -f -", manifest).out) == ['service "nginx" deleted', 'statefulset.apps "web" deleted']
    no_pods(k)
    started(k)
    grace = "{{.spec.terminationGracePeriodSeconds}}"
    assert k(["get", "pods", "web-0", "--template", grace]).out == "30"
    k(f"delete statefulset {OURS}")
    no_pods(k)
    assert said(k(f"delete pvc {OURS}").out) == [f'persistentvolumeclaim "www-web-{n}" deleted' for n in range(2)]


def test_x_02_to_x_04_what_goes_and_what_stays(k: Kubectl) -> None:
    started(k)
    k("delete statefulsets web")
    no_pods(k)
    assert k("get svc nginx -o name").out == "service/nginx\n"
    assert len(k(f"get pvc {OURS} -o name").lines) == 2
    started(k)
    k("scale sts web --replicas=0")
    no_pods(k)
    k("delete sts web")


def test_x_05_orphans_stay_until_somebody_removes_them(k: Kubectl) -> None:
    manifest = started(k)
    k("delete -f - --cascade=orphan", manifest)
    k.until("get pod web-0 -o jsonpath={.metadata.ownerReferences}", lambda printed: not printed.out)
    assert k(f"get pods {OURS}").column("STATUS") == ["Running", "Running"]
    k(f"delete pods {OURS}")
    no_pods(k)


@pytest.mark.pace("brisk")
def test_x_06_in_the_foreground_the_set_waits_for_its_pods(k: Kubectl) -> None:
    started(k)
    k("delete sts web --cascade=foreground --wait=false")
    waiting = k.object("sts web")["metadata"]
    assert isinstance(waiting, dict)
    assert waiting["finalizers"] == ["foregroundDeletion"]
    assert waiting["deletionTimestamp"]
    k.until("get sts web", lambda printed: "not found" in printed.err)
    no_pods(k)


def test_x_09_and_x_10_claims_in_use_and_volumes_that_are_kept(k: Kubectl) -> None:
    started(k)
    volume = k("get pvc www-web-0 -o jsonpath={.spec.volumeName}").out
    k(["patch", "pv", volume, "-p", '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'])
    k("delete pvc www-web-0 --wait=false")
    assert k("get pvc www-web-0").column("STATUS") == ["Terminating"]
    k("delete sts web")
    k.until("get pvc www-web-0", lambda printed: "not found" in printed.err)
    k.until(f"get pv {volume}", lambda printed: "Released" in printed.out)
    other = k("get pvc www-web-1 -o jsonpath={.spec.volumeName}").out
    k("delete pvc www-web-1")
    k.until(f"get pv {other}", lambda printed: "not found" in printed.err)


def test_x_11_claims_go_with_the_set_where_it_says_so(k: Kubectl) -> None:
    started(k, "persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}")
    k("delete sts web")
    k.until("get pvc", lambda printed: printed.err == "No resources found in default namespace.\n")


@pytest.mark.pace("brisk")
def test_k_01_gracefully_there_is_never_more_than_one(k: Kubectl) -> None:
    started(k)
    fields = "{.metadata.uid} {.metadata.creationTimestamp} {.metadata.deletionTimestamp} "
    fields += '{.metadata.deletionGracePeriodSeconds}{"\\n"}'
    # Both are watched: by when it was asked for, the pod that ends might have ended.
    with (
        k.watching(f"get pods web-1 --watch -o jsonpath='{fields}'", present=1) as stored,
        k.watching("get pods web-1 --watch", present=1) as told,
    ):
        k("delete pods web-1 --wait=false")
        uid, created, ends = stored.until_text(r"(\S+) (\S+) (\S+) 30\n").groups()
        assert datetime.fromisoformat(ends) > datetime.fromisoformat(created)
        rows = told.until(lambda rows: any(status == "Pending" for _, _, status, *_ in rows))
        statuses = [row[2] for row in rows]
        assert statuses.index("Terminating") < statuses.index("Pending")
        stored.until_text(rf"(?m)^(?!{uid})\S+ ")


def lost(k: Kubectl) -> str:
    """web-1's node falls silent, and time passes; the node's name."""
    k.apply(NODE)
    started(k)
    node = k("get pod web-1 -o jsonpath={.spec.nodeName}").out
    k(f"annotate node {node} kubarium.dev/lost=true")
    k.until("get pods web-1", lambda printed: "Terminating" in printed.out)
    return node


def test_k_02_to_k_04_a_lost_node_keeps_its_pod_until_it_is_deleted(k: Kubectl) -> None:
    node = lost(k)
    assert k(f"get node {node}").column("STATUS") == ["NotReady"]  # K-02
    taints = k(f"get node {node} -o jsonpath={{.spec.taints[*].key}}").out.split()
    assert taints == ["node.kubernetes.io/unreachable"] * 2
    uid = k("get pod web-1 -o jsonpath={.metadata.uid}").out
    ready = "{.status.conditions[?(@.type=='Ready')].status}"
    assert k(["get", "pod", "web-1", "-o", f"jsonpath={ready}"]).out == "False"  # K-03
    assert k("get endpointslices -o jsonpath={.items[*].endpoints[*].conditions.ready}").out.count("false") >= 1
    k(f"delete node {node}")  # K-04
    k.until("get pod web-1 -o jsonpath={.metadata.uid}", lambda printed: printed.out not in ("", uid))


def test_k_05_a_node_that_returns_finishes_what_was_begun(k: Kubectl) -> None:
    node = lost(k)
    uid = k("get pod web-1 -o jsonpath={.metadata.uid}").out
    k(f"annotate node {node} kubarium.dev/lost-")
    k.until("get pod web-1 -o jsonpath={.metadata.uid}", lambda printed: printed.out not in ("", uid))


def test_k_06_by_force_the_name_is_free_at_once(k: Kubectl) -> None:
    lost(k)
    uid = k("get pod web-1 -o jsonpath={.metadata.uid}").out
    forced = k("delete pods web-1 --grace-period=0 --force")
    assert forced.err == FORCED
    assert said(forced.out) == ['pod "web-1" force deleted']
    k.until("get pod web-1 -o jsonpath={.metadata.uid}", lambda printed: printed.out not in ("", uid))


def test_k_07_a_node_that_is_out_of_service_lets_go(k: Kubectl) -> None:
    node = lost(k)
    uid = k("get pod web-1 -o jsonpath={.metadata.uid}").out
    k(f"taint node {node} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute")
    k.until("get pod web-1 -o jsonpath={.metadata.uid}", lambda printed: printed.out not in ("", uid))


def test_k_08_to_k_10_finalizers_and_graces(k: Kubectl) -> None:
    started(k)
    k(["patch", "pod", "web-1", "-p", '{"metadata":{"finalizers":["test.kubarium.dev/held"]}}'])
    uid = k("get pod web-1 -o jsonpath={.metadata.uid}").out
    k("delete pod web-1 --wait=false")
    assert k("get pod web-1 -o jsonpath={.metadata.uid}").out == uid
    assert k(["patch", "pod", "web-1", "-p", '{"metadata":{"finalizers":null}}']).out == "pod/web-1 patched\n"  # K-08
    k.until("get pod web-1 -o jsonpath={.metadata.uid}", lambda printed: printed.out not in ("", uid))
    refused = k.fails("delete pods web-1 --grace-period=5 --force")  # K-09
    assert refused.err == "error: --force and --grace-period greater than 0 cannot be specified together\n"
    k(["patch", "sts", "web", "-p", '{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":0}}}}'])  # K-10
    k("rollout status sts web")
    assert k("get pod web-1 -o jsonpath={.spec.terminationGracePeriodSeconds}").out == "0"
