"""Tutorial "StatefulSet Basics" (02) as one walk, and its parts that begin anew; steps by their ids.

Where the page itself is off, this says what Kubernetes does: pods of a deleted set end together, a pod at or above the
partition comes back from the new revision, nothing is printed when a set takes over pods that were there.
"""

from __future__ import annotations

import re

import pytest

from tests.kubectl.driving import Kubectl, Watch

WEB = """
apiVersion: v1
kind: Service
metadata: {name: nginx, labels: {app: nginx}}
spec:
  ports: [{port: 80, name: web}]
  clusterIP: None
  selector: {app: nginx}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: nginx
  replicas: 2
  selector: {matchLabels: {app: nginx}}
  template:
    metadata: {labels: {app: nginx}}
    spec:
      containers:
      - name: nginx
        image: registry.k8s.io/nginx-slim:0.21
        ports: [{containerPort: 80, name: web}]
        volumeMounts: [{name: www, mountPath: /usr/share/nginx/html}]
  volumeClaimTemplates:
  - metadata: {name: www}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 1Gi}}
"""
PARALLEL = WEB.replace("  serviceName:", "  podManagementPolicy: Parallel\n  serviceName:")
SLIM = "registry.k8s.io/nginx-slim"


def started(k: Kubectl, replicas: int = 2) -> None:
    k.apply(WEB.replace("replicas: 2", f"replicas: {replicas}"))
    ready(k, replicas)


def ready(k: Kubectl, replicas: int) -> None:
    k.until("get sts web", lambda printed: f"{replicas}/{replicas}" in printed.out)


def settled(k: Kubectl) -> None:
    """The rollout is over, whatever its partition."""
    k("rollout status sts web --timeout=30s")
    k.until("get pods -l app=nginx", lambda printed: set(printed.column("STATUS")) == {"Running"})


def names(k: Kubectl) -> list[str]:
    return k("get pods -l app=nginx -o name").lines


def images(k: Kubectl) -> list[str]:
    listed = k("get pods -l app=nginx -o jsonpath={.items[*].spec.containers[0].image}").out.split()
    return [image.removeprefix(f"{SLIM}:") for image in listed]


def set_image(k: Kubectl, tag: str) -> None:
    step = f'[{{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"{SLIM}:{tag}"}}]'
    assert k(["patch", "statefulset", "web", "--type=json", "-p", step]).out == "statefulset.apps/web patched\n"


def partition(k: Kubectl, number: int) -> None:
    strategy = f'{{"spec":{{"updateStrategy":{{"type":"RollingUpdate","rollingUpdate":{{"partition":{number}}}}}}}}}'
    assert k(["patch", "statefulset", "web", "-p", strategy]).out.startswith("statefulset.apps/web patched")


def page_of(k: Kubectl, pod: str) -> str:
    return k(["exec", pod, "--", "curl", "-s", "http://localhost/"]).out.strip()


def write_pages(k: Kubectl, count: int = 2) -> None:
    for number in range(count):
        script = 'echo "$(hostname)" > /usr/share/nginx/html/index.html'
        k(["exec", f"web-{number}", "--", "sh", "-c", script])


def states(watch: Watch, pod: str) -> list[tuple[str, str]]:
    """(READY, STATUS) of a pod, each once, in order."""
    rows = [(row[1], row[2]) for row in watch.rows if row[0] == pod]
    return [row for number, row in enumerate(rows) if not number or row != rows[number - 1]]


def first(watch: Watch, pod: str, status: str) -> int:
    """The row in which a pod is first seen so."""
    return next(number for number, row in enumerate(watch.rows) if row[0] == pod and row[2] == status)


@pytest.mark.pace("brisk")
def test_b_01_to_b_06_creation_in_order(k: Kubectl) -> None:
    with k.watching("get pods --watch -l app=nginx") as watch:
        assert k.apply(WEB) == ["service/nginx created", "statefulset.apps/web created"]  # B-02
        ready(k, 2)
        watch.until(lambda rows: any(row[:3] == ["web-1", "1/1", "Running"] for row in rows))
        expected = [("0/1", "Pending"), ("0/1", "ContainerCreating"), ("1/1", "Running")]
        for pod in ("web-0", "web-1"):  # B-05
            assert states(watch, pod) in (expected, [*expected[:2], ("0/1", "Running"), expected[2]])
            assert sum(row[0] == pod for row in watch.rows) >= 4
        of_zero = [n for n, row in enumerate(watch.rows) if row[:3] == ["web-0", "1/1", "Running"]]
        assert first(watch, "web-1", "Pending") > of_zero[0]
    service = k("get service nginx").rows  # B-03
    assert service[0] == ["NAME", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE"]
    assert service[1][:5] == ["nginx", "ClusterIP", "None", "<none>", "80/TCP"]
    assert [row[:2] for row in k("get statefulset web").rows] == [["NAME", "READY"], ["web", "2/2"]]  # B-04
    hosts = [k(["exec", f"web-{n}", "--", "sh", "-c", "hostname"]).out for n in range(2)]  # B-06
    assert hosts == ["web-0\n", "web-1\n"]


@pytest.mark.pace("brisk")
def test_b_09_to_b_11_deleted_pods_come_back_in_order_with_other_addresses(k: Kubectl) -> None:
    started(k)
    before = k("get pods -l app=nginx -o jsonpath={.items[*].status.podIP}").out.split()
    with k.watching("get pods --watch -l app=nginx", present=2) as watch:
        deleted = k("delete pod -l app=nginx").lines  # B-09
        assert [line.removesuffix(" from default namespace") for line in deleted] == [
            'pod "web-0" deleted',
            'pod "web-1" deleted',
        ]
        ready(k, 2)
        watch.until(lambda rows: any(row[:3] == ["web-1", "1/1", "Running"] for row in rows))
        assert max(first(watch, "web-0", "Terminating"), first(watch, "web-1", "Terminating")) < first(  # B-10
            watch, "web-0", "Pending"
        )
        running = next(n for n, row in enumerate(watch.rows) if row[:3] == ["web-0", "1/1", "Running"])
        assert first(watch, "web-1", "Pending") > running
    assert names(k) == ["pod/web-0", "pod/web-1"]
    after = k("get pods -l app=nginx -o jsonpath={.items[*].status.podIP}").out.split()
    assert not set(before) & set(after)  # B-11


def test_b_12_to_b_14_claims_and_what_is_on_them_stay(k: Kubectl) -> None:
    started(k)
    claims = k("get pvc -l app=nginx").rows  # B-12
    assert claims[0][:4] == ["NAME", "STATUS", "VOLUME", "CAPACITY"]
    assert [row[0] for row in claims[1:]] == ["www-web-0", "www-web-1"]
    uids = k("get pvc -l app=nginx -o jsonpath={.items[*].metadata.uid}").out.split()
    assert [row[1:4] for row in claims[1:]] == [["Bound", f"pvc-{uid}", "1Gi"] for uid in uids]
    write_pages(k)  # B-13
    assert [page_of(k, f"web-{n}") for n in range(2)] == ["web-0", "web-1"]
    k("delete pod -l app=nginx")  # B-14
    ready(k, 2)
    assert [page_of(k, f"web-{n}") for n in range(2)] == ["web-0", "web-1"]
    assert [row[2] for row in k("get pvc -l app=nginx").rows[1:]] == [row[2] for row in claims[1:]]


def test_b_15_to_b_17_scaling_goes_up_and_down_one_by_one(k: Kubectl) -> None:
    started(k)
    with k.watching("get pods --watch -l app=nginx", present=2) as watch:
        assert k("scale sts web --replicas=5").out == "statefulset.apps/web scaled\n"  # B-15
        ready(k, 5)
        watch.until(lambda rows: any(row[:3] == ["web-4", "1/1", "Running"] for row in rows))
        for pod, before in (("web-3", "web-2"), ("web-4", "web-3")):
            running = next(n for n, row in enumerate(watch.rows) if row[:3] == [before, "1/1", "Running"])
            assert first(watch, pod, "Pending") > running
    with k.watching("get pods --watch -l app=nginx", present=5) as watch:
        assert k(["patch", "sts", "web", "-p", '{"spec":{"replicas":3}}']).out == "statefulset.apps/web patched\n"
        k.until("get pods -l app=nginx -o name", lambda printed: len(printed.lines) == 3)  # B-16
        watch.until(lambda rows: any(row[:1] == ["web-3"] and row[2] == "Terminating" for row in rows))
        last_of_four = max(n for n, row in enumerate(watch.rows) if row[0] == "web-4")
        assert last_of_four < first(watch, "web-3", "Terminating")
        assert {row[0] for row in watch.rows} == {"web-3", "web-4"}
    claims = k("get pvc -l app=nginx").rows[1:]  # B-17
    assert [row[:2] for row in claims] == [[f"www-web-{n}", "Bound"] for n in range(5)]


def test_b_18_to_b_25_updates_from_the_highest_down_with_partitions(k: Kubectl) -> None:
    started(k, 3)
    with k.watching("get pods --watch -l app=nginx", present=3) as watch:
        set_image(k, "0.24")  # B-18
        settled(k)
        watch.until(lambda rows: any(row[:3] == ["web-0", "1/1", "Running"] for row in rows))
        for pod, before in (("web-1", "web-2"), ("web-0", "web-1")):
            running = next(n for n, row in enumerate(watch.rows) if row[:3] == [before, "1/1", "Running"])
            assert first(watch, pod, "Terminating") > running
    template = "{{range $i, $c := .spec.containers}}{{$c.image}}{{end}}"  # B-19
    for n in range(3):
        assert k(["get", "pod", f"web-{n}", "--template", template]).out == f"{SLIM}:0.24"
    partition(k, 3)  # B-20
    set_image(k, "0.21")
    settled(k)
    assert images(k) == ["0.24"] * 3
    k("delete pod web-2")  # B-21
    ready(k, 3)
    assert images(k) == ["0.24"] * 3
    current = k("get sts web -o jsonpath={.status.currentRevision}").out
    assert k("get pod web-2 -o jsonpath={.metadata.labels.controller-revision-hash}").out == current
    partition(k, 2)  # B-22
    settled(k)
    assert images(k) == ["0.24", "0.24", "0.21"]
    assert k("get sts web -o jsonpath={.status.updatedReplicas}").out == "1"
    k("delete pod web-1")  # B-23
    ready(k, 3)
    assert images(k) == ["0.24", "0.24", "0.21"]
    partition(k, 0)  # B-24
    settled(k)
    k.until("get sts web -o jsonpath={.status}", lambda printed: _is_updated(printed.out))
    assert images(k) == ["0.21"] * 3
    assert (
        "patched"
        in k(["patch", "sts", "web", "-p", '{"spec":{"updateStrategy":{"type":"OnDelete","rollingUpdate":null}}}']).out
    )
    set_image(k, "0.25")  # B-25
    k.until("get sts web -o jsonpath={.status.observedGeneration}", lambda printed: bool(printed.out))
    assert images(k) == ["0.21"] * 3
    k("delete pod web-1")
    ready(k, 3)
    assert images(k) == ["0.21", "0.25", "0.21"]


def _is_updated(status: str) -> bool:
    found = dict(re.findall(r'"(currentRevision|updateRevision)":"([^"]+)"', status))
    return bool(found["currentRevision"] == found["updateRevision"])


def test_b_26_to_b_31_a_set_without_its_pods_and_back(k: Kubectl) -> None:
    started(k, 3)
    write_pages(k)
    deleted = k("delete statefulset web --cascade=orphan").out  # B-26
    assert deleted.removesuffix(" from default namespace\n").strip() == 'statefulset.apps "web" deleted'
    owners = "get pods -l app=nginx -o jsonpath={.items[*].metadata.ownerReferences}"
    k.until(owners, lambda printed: not printed.out)
    assert len(names(k)) == 3
    k("delete pod web-0")  # B-27
    assert names(k) == ["pod/web-1", "pod/web-2"]
    kept = k("get pod web-1 -o jsonpath={.metadata.uid}").out
    with k.watching("get pods --watch -l app=nginx", present=2) as watch:
        assert k.apply(WEB) == ["service/nginx unchanged", "statefulset.apps/web created"]  # B-28
        k.until("get pods -l app=nginx -o name", lambda printed: printed.lines == ["pod/web-0", "pod/web-1"])
        ready(k, 2)
        watch.until(lambda rows: any(row[0] == "web-2" and row[2] == "Terminating" for row in rows))
    assert k("get pod web-1 -o jsonpath={.metadata.uid}").out == kept
    assert [page_of(k, f"web-{n}") for n in range(2)] == ["web-0", "web-1"]  # B-29
    k("delete statefulset web")  # B-30
    k.until("get pods -l app=nginx -o name", lambda printed: not printed.lines)
    assert k("get svc nginx").rows[1][0] == "nginx"
    k("delete service nginx")  # B-31
    assert k.apply(WEB) == ["service/nginx created", "statefulset.apps/web created"]
    ready(k, 2)
    assert [page_of(k, f"web-{n}") for n in range(2)] == ["web-0", "web-1"]


def test_b_32_to_b_36_in_parallel_and_away(k: Kubectl) -> None:
    k.apply(PARALLEL)
    ready(k, 2)
    k("scale sts web --replicas=5")  # B-32
    ready(k, 5)
    k("delete sts web")  # B-33
    k("delete svc nginx")
    k.until("get pods -l app=nginx -o name", lambda printed: not printed.lines)
    claims = k("get pvc").rows  # B-34
    title = ["NAME", "STATUS", "VOLUME", "CAPACITY", "ACCESS MODES", "STORAGECLASS", "VOLUMEATTRIBUTESCLASS", "AGE"]
    assert claims[0] == title
    assert [row[0:2] + row[3:6] for row in claims[1:]] == [
        [f"www-web-{n}", "Bound", "1Gi", "RWO", "standard"] for n in range(5)
    ]
    volumes = k("get pv")  # B-35
    assert sorted(volumes.column("CLAIM")) == [f"default/www-web-{n}" for n in range(5)]
    for title_, value in (
        ("CAPACITY", "1Gi"),
        ("ACCESS MODES", "RWO"),
        ("RECLAIM POLICY", "Delete"),
        ("STATUS", "Bound"),
        ("STORAGECLASS", "standard"),
    ):
        assert set(volumes.column(title_)) == {value}
    gone = k("delete pvc " + " ".join(f"www-web-{n}" for n in range(5))).lines  # B-36
    assert [line.removesuffix(" from default namespace") for line in gone] == [
        f'persistentvolumeclaim "www-web-{n}" deleted' for n in range(5)
    ]
    assert k("get pvc").err == "No resources found in default namespace.\n"
    k.until("get pv", lambda printed: printed.err == "No resources found\n")
