"""Manifests on their way into a cluster: the table of refused ones, what is stored, what is told of the others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster.intents import Create
from cluster.machinery.objects import CONFIG_MAPS, PODS, SERVICES, STATEFUL_SETS
from cluster.models import Cluster, Resource
from cluster.store import commit, create_cluster, snapshot
from cluster.store.clusters import delete_cluster
from cluster.submission import Submission, plan, read, store, submit, tell
from tests.objects import service, stateful_set

BAD: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "data/bad/admission.yaml").read_text())

pytestmark = pytest.mark.django_db


@pytest.fixture
def cluster() -> Any:
    made = create_cluster("test", author="tester")
    yield made
    delete_cluster(made)


def told(submission: Submission) -> list[str]:
    return [
        f"document {each.number}, line {problem.line}, {problem.field}: {problem.message}"
        for each in submission.documents
        for problem in each.problems
    ]


def stored(cluster: Cluster) -> list[tuple[str, int]]:
    return list(Resource.objects.filter(cluster=cluster).order_by("pk").values_list("name", "revision"))


@pytest.mark.parametrize("case", BAD, ids=[case["name"] for case in BAD])
def test_a_bad_manifest_is_told_apart_and_leaves_no_trace(cluster: Cluster, case: dict[str, Any]) -> None:
    if "given" in case:
        assert submit(cluster.pk, [("given", case["given"].encode())], author="ada").stored
    before, revision = stored(cluster), snapshot(cluster.pk).revision
    texts = [("bad.yaml", case["text"].encode())]
    for refused in (plan(cluster.pk, texts, author="ada"), submit(cluster.pk, texts, author="ada")):
        assert told(refused) == case["errors"]
        fixes = [problem.fix for each in refused.documents for problem in each.problems if problem.fix]
        assert [f"{fix.old} -> {fix.new}" for fix in fixes] == case.get("fixes", [])
        assert all(fix.old in case["text"].split("\n")[fix.line - 1] for fix in fixes)
        assert not refused.ok
        assert not refused.stored
        assert refused.lines()[-1].startswith("Nothing is stored")
    assert stored(cluster) == before
    assert snapshot(cluster.pk).revision == revision


def test_the_table_is_long_enough() -> None:
    assert len(BAD) >= 60


PARTS = 3
_MEASURE = """
import os, resource, sys, time
import django
django.setup()
from django.core.management import call_command
from django.db import connections
call_command("migrate", verbosity=0)
from cluster.store import create_cluster
from cluster.submission import plan, submit
from tests.test_submission import BAD, GOOD
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
warm = create_cluster("warm", author="tester")
assert submit(warm.pk, [("good", GOOD)], author="ada").stored
for number, case in list(enumerate(BAD))[int(sys.argv[1])::int(sys.argv[2])]:
    connections.close_all()
    child = os.fork()
    if not child:
        made = create_cluster(f"c{number}", author="tester")
        if "given" in case:
            assert submit(made.pk, [("given", case["given"].encode())], author="ada").stored
        before, start = peak(), time.process_time()
        refused = submit(made.pk, [("bad", case["text"].encode())], author="ada")
        print(peak() - before, time.process_time() - start, refused.stored, case["name"], flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="NOT MEASURED: ru_maxrss is in kilobytes on Linux only")
@pytest.mark.parametrize("part", range(PARTS))
def test_no_refusal_costs_a_second_or_50_mb(tmp_path: Path, part: int) -> None:
    """Processor seconds and megabytes of a process that submits this one text to a cluster of its own."""
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "dashboard.settings"}
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(part), str(PARTS)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        env={name: value for name, value in environment.items() if name != "DATABASE_URL"},
    )
    assert done.returncode == 0, done.stderr
    rows = [line.split(" ", 3) for line in done.stdout.splitlines()]
    measured = {name: (float(megabytes), float(seconds)) for megabytes, seconds, _, name in rows}
    assert set(measured) == {str(case["name"]) for case in BAD[part::PARTS]}
    assert {stored for _, _, stored, _ in rows} == {"False"}
    assert {name: cost for name, cost in measured.items() if cost[0] >= 50 or cost[1] >= 1} == {}


GOOD = b"""\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: nginx}]}
"""


def test_documents_may_stand_on_those_before_them(cluster: Cluster) -> None:
    submission = submit(cluster.pk, [("shop.yaml", GOOD)], author="ada")
    assert submission.lines() == ["namespace/shop created", "service/web created", "statefulset.apps/web created"]
    assert snapshot(cluster.pk).find(STATEFUL_SETS, "shop", "web") is not None
    again = submit(cluster.pk, [("shop.yaml", GOOD)], author="ada")
    assert [each.verdict for each in again.documents] == ["unchanged"] * 3
    assert again.revision == submission.revision


def test_a_plan_stores_nothing_and_says_what_is_to_be_expected(cluster: Cluster) -> None:
    planned = plan(cluster.pk, [("shop.yaml", GOOD)], author="ada")
    assert [each.verdict for each in planned.documents] == ["create"] * 3
    assert planned.documents[1].notes == [
        "Gets a virtual address from 10.96.0.0/12.",
        "Will select the pods of web.",
        "Filled in: type ClusterIP, protocol TCP, targetPort 80.",
    ]
    assert planned.documents[2].notes == ["web-0 is created first, web-1 when 0 is Ready."]
    assert {line.sign for line in planned.documents[1].diff} == {"+"}
    assert snapshot(cluster.pk).find(SERVICES, "shop", "web") is None


def test_a_change_is_shown_as_the_lines_that_differ(cluster: Cluster) -> None:
    submit(cluster.pk, [("shop.yaml", GOOD)], author="ada")
    changed = plan(cluster.pk, [("shop.yaml", GOOD.replace(b"replicas: 2", b"replicas: 4"))], author="ada")
    workload = changed.documents[2]
    assert workload.verdict == "change"
    assert [f"{line.sign}{line.text}" for line in workload.diff] == [" spec:", "-  replicas: 2", "+  replicas: 4"]
    assert workload.notes == ["web-2 is created first, web-3 when 2 is Ready.", "Pods 0 and 1 stay as they are."]


def test_quotas_and_nodes_of_the_same_submission_count(cluster: Cluster) -> None:
    workload = "selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [%s]}}"
    workload %= "{name: c, image: nginx}"
    texts = (
        "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {pods: 2}}\n",
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: wide}}\nspec: {{replicas: 4, {workload}}}\n",
        f"apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: all}}\nspec: {{{workload}}}\n",
        *(f"apiVersion: v1\nkind: Node\nmetadata: {{name: extra-{number}}}\n" for number in (1, 2)),
    )
    alone = plan(cluster.pk, [("a.yaml", texts[2].encode())], author="ada").documents[0].notes[0]
    told = plan(cluster.pk, [("a.yaml", "---\n".join(texts).encode())], author="ada").documents
    assert told[1].notes == [
        "Makes 4 pods.",
        "ResourceQuota q lets only 2 of them be made: its limit of pods is 2, and 0 is in use.",
    ]
    before, after = (int(each.rstrip(".").rpartition(" ")[2]) for each in (alone, told[2].notes[0]))
    assert after == before + 2
    assert told[2].notes[0] == f"One pod on each node it may stand on: {after} of {after}."


def test_one_refused_document_holds_all_back_and_can_be_left_out(cluster: Cluster) -> None:
    text = GOOD + b"---\napiVersion: v1\nkind: Service\nmetadata: {name: metrics}\nspec: {ports: [{port: 80800}]}\n"
    refused = submit(cluster.pk, [("shop.yaml", text)], author="ada")
    assert not refused.stored
    assert refused.lines()[-1] == "Nothing is stored: 1 of 4 documents is refused."
    assert [each.place for each in refused.refused] == ["shop.yaml#4"]
    reading = read([("shop.yaml", text)], leave_out={"shop.yaml#4"})
    rest = tell(reading, store(cluster.pk, reading, author="ada"))
    assert rest.stored
    assert len(rest.documents) == 3


MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n"


def test_a_document_that_cannot_be_read_hides_none_beside_it(cluster: Cluster) -> None:
    texts = [("a.yaml", f"{MAP % 'a'}---\nkind: [\n---\n{MAP % 'b'}".encode()), ("b.yaml", (MAP % "c").encode())]
    told = plan(cluster.pk, texts, author="ada")
    assert [(each.source, each.number, each.name, each.verdict) for each in told.documents] == [
        ("a.yaml", 1, "a", "create"),
        ("a.yaml", 2, "", "refused"),
        ("a.yaml", 3, "b", "create"),
        ("b.yaml", 1, "c", "create"),
    ]
    assert not told.ok
    assert not submit(cluster.pk, texts, author="ada").stored
    reading = read(texts, leave_out={"a.yaml#2"})
    rest = tell(reading, store(cluster.pk, reading, author="ada"))
    assert (rest.stored, [each.place for each in rest.left_out]) == (True, ["a.yaml#2"])


def test_a_document_is_left_out_by_what_it_is(cluster: Cluster) -> None:
    text = "---\n".join((MAP % "a", MAP % "b", MAP % "b", MAP % "c"))
    twice = plan(cluster.pk, [("x", text.encode())], author="ada")
    assert [(each.mark, each.verdict) for each in twice.documents] == [
        ("ConfigMap /a", "create"),
        ("ConfigMap /b", "create"),
        ("ConfigMap /b (2)", "refused"),
        ("ConfigMap /c", "create"),
    ]
    reading = read([("x", f"# more\n---\n{text}".encode())], leave_out={"ConfigMap /b (2)", "ConfigMap /gone"})
    done = tell(reading, store(cluster.pk, reading, author="ada"))
    assert (done.stored, [each.name for each in done.documents]) == (True, ["a", "b", "c"])
    assert [(each.verdict, each.mark) for each in done.left_out] == [("left out", "ConfigMap /b (2)")]


def test_of_more_than_is_read_nothing_can_be_left_out(cluster: Cluster) -> None:
    text = "---\n".join([MAP % "a", *["x: ["] * 120])
    assert not read([("x", text.encode())], leave_out={f"x#{number}" for number in range(130)}).ready
    reading = read([("x", b"a\xff")])
    assert (reading.documents, [source for source, _ in reading.problems]) == ([], ["x"])
    assert not tell(reading, store(cluster.pk, reading, author="ada")).ok


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n",
            "kubectl kustomize",
        ),
        ("resources: [a.yaml]\nnamePrefix: x-\n", "kubectl kustomize"),
        ("apiVersion: v2\nname: web\nversion: 0.1.0\n", "helm template"),
    ],
)
def test_a_recipe_is_told_from_a_manifest(cluster: Cluster, text: str, said: str) -> None:
    told = plan(cluster.pk, [("x", text.encode())], author="ada")
    assert f"run {said} on its folder" in told.documents[0].problems[0].message


def test_several_files_are_one_submission(cluster: Cluster) -> None:
    first, second = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", b"kind: ConfigMap\nmetadata: {name: b}\n"
    refused = submit(cluster.pk, [("a.yaml", first), ("b.yaml", second)], author="ada")
    assert not refused.stored
    assert refused.lines()[0].startswith("b.yaml:1: document 1")
    assert snapshot(cluster.pk).find(CONFIG_MAPS, "default", "a") is None


def test_objects_that_name_no_namespace_go_into_the_chosen_one(cluster: Cluster) -> None:
    text = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    submit(cluster.pk, [("a.yaml", text)], author="ada", namespace="kube-public")
    assert snapshot(cluster.pk).find(CONFIG_MAPS, "kube-public", "a") is not None


def test_a_secret_is_never_shown(cluster: Cluster) -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: %s, user: ada}\n"
    made = plan(cluster.pk, [("s.yaml", (text % "tulip").encode())], author="ada")
    assert "tulip" not in str(made.json())
    submit(cluster.pk, [("s.yaml", (text % "tulip").encode())], author="ada")
    changed = plan(cluster.pk, [("s.yaml", (text % "crocus").encode())], author="ada").documents[0]
    shown = "\n".join(f"{line.sign}{line.text}" for line in changed.diff)
    assert "tulip" not in shown
    assert "Y3JvY3Vz" not in shown
    assert "***" in shown


def test_nothing_is_no_submission(cluster: Cluster) -> None:
    submission = submit(cluster.pk, [("a.yaml", b"# later\n")], author="ada")
    assert not submission.ok
    assert submission.lines() == ["a.yaml: There is no object in it: nothing to apply.", "Nothing is stored."]


def test_a_service_says_what_it_selects_now(cluster: Cluster) -> None:
    commit(cluster.pk, [Create(stateful_set("web", 1))], author="ada", cause="test")
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web-0", "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "c", "image": "i"}]},
    }
    commit(cluster.pk, [Create(pod)], author="ada", cause="test")
    assert len(snapshot(cluster.pk).bucket(PODS)) == 1
    text = yaml.safe_dump(service("web", clusterIP="None")).encode()
    planned = plan(cluster.pk, [("web.yaml", text)], author="ada")
    assert planned.documents[0].notes == [
        "Headless: it gets no address; its name answers with the addresses of its pods.",
        "Selects 1 pod with app=web, 0 ready.",
        "Clients come straight to the pods, where port 80 is refused: the container of web-0 listens on no port.",
        "Filled in: type ClusterIP, protocol TCP, targetPort 80.",
    ]


def test_a_fault_on_purpose_that_does_nothing_is_noted(cluster: Cluster) -> None:
    text = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: ft, annotations: {kubarium.dev/crash: "true"}}
spec:
  replicas: 2
  selector: {matchLabels: {app: ft}}
  template:
    metadata: {labels: {app: ft}, annotations: {kubarium.dev/slow-start: banana}}
    spec: {containers: [{name: c, image: nginx}]}
"""
    (document,) = plan(cluster.pk, [("ft.yaml", text.encode())], author="ada").documents
    assert document.notes == [
        "Makes 2 pods.",
        "kubarium.dev/crash does nothing here: it belongs into the template's metadata.",
        'kubarium.dev/slow-start does nothing: it takes a time such as "5s". This is "banana".',
    ]
