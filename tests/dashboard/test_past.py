"""The past over HTTP: a moment's frames, playing on, asking then, comparing, forking, and who may."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
from django.contrib.auth.models import User

from cluster.intents import Create, Delete, Patch
from cluster.machinery.objects import PODS, SECRETS, SERVICES, STATEFUL_SETS, key
from cluster.models import Cluster
from cluster.store import commit, read, rows, snapshot, written
from cluster.store.log import Retention, compact
from cluster.watch import Hub
from dashboard.clusters import recent
from dashboard.clusters.making import MOST_CLUSTERS
from dashboard.frames import id_of, is_sent, item
from tests.dashboard.conftest import Browser, signed_in
from tests.objects import config_map, config_map_key, service

WEB = key(STATEFUL_SETS, "default", "app-stateful")


async def head_of(cluster: Cluster) -> int:
    return (await read(rows.heads, [cluster.pk]))[0].revision


async def do(cluster: Cluster, hub: Hub, *intents: Any, author: str = "ada", cause: str = "apply") -> int:
    """Commit, and wait until this process knows; the revision after it."""
    revision = (await written(commit, cluster.pk, list(intents), author=author, cause=cause)).revision
    hub.heard(cluster.pk, revision)
    await (await hub.mirror(cluster.pk)).reached(revision)
    return revision


@pytest.fixture
async def json(alice: User) -> Browser:
    """Alice's program."""
    return await signed_in(alice, accept="application/json")


async def test_a_moment_is_the_snapshot_of_then(json: Browser, cluster: Cluster, hub: Hub) -> None:
    then = await head_of(cluster)
    world = await read(snapshot, cluster.pk)
    expected = {id_of(where): item(where, obj, world) for where, obj in world.items() if is_sent(where)}
    await do(cluster, hub, Delete(WEB), Create(service("late")))
    told = (await json.get(f"/clusters/demo/past?at={then}")).json()
    assert {each["id"]: each for each in told["frame"]["objects"]} == expected
    assert (told["frame"]["t"], told["frame"]["revision"], told["frame"]["speed"]) == ("snapshot", then, 0.0)
    assert any(each["code"] == "selects-nothing" for each in told["frame"]["reasons"]["services/default/headless-svc"])
    assert told["change"]["r"] == then and told["change"]["author"] == "tester"
    assert told["head"] == then + 2


async def test_the_oldest_moment_kept_is_shown_without_the_change_that_led_there(
    json: Browser, cluster: Cluster, hub: Hub
) -> None:
    floor = (await json.post("/clusters/demo/fork", {"slug": "fresh"})).json()["revision"]
    oldest = await json.get(f"/clusters/fresh/past?at={floor}")
    assert oldest.status_code == 200, oldest.content
    assert (oldest.json()["frame"]["revision"], oldest.json()["change"]) == (floor, None)
    older = await json.get(f"/clusters/fresh/past?at={floor - 1}")
    assert older.status_code == 410
    assert older.json()["message"].startswith(f"Revision {floor - 1} is no longer kept. Revisions {floor} to ")


@pytest.mark.parametrize(
    ("at", "status", "said"),
    [
        ("x", 400, "A revision is a number, such as 169. This is 'x'."),
        ("", 400, "A revision is a number"),
        ("999999", 410, "Revision 999999 is still to come. Revisions 0 to "),
        ("1", 410, "Revision 1 is no longer kept. Revisions "),
    ],
)
async def test_a_moment_that_is_none_says_which_there_are(
    json: Browser, cluster: Cluster, hub: Hub, at: str, status: int, said: str
) -> None:
    if at == "1":
        await written(compact, cluster.pk, 0.0, Retention(changes=5))
    for path in ("past?at=", "resolve?name=web&at=", "objects/services/default/web?at="):
        answer = await json.get(f"/clusters/demo/{path}{at}")
        if at or path.startswith("past"):
            assert (answer.status_code, said in answer.json()["message"]) == (status, True), answer.json()


async def test_dns_objects_and_requests_are_asked_in_the_past(json: Browser, cluster: Cluster, hub: Hub) -> None:
    then = await head_of(cluster)
    await do(cluster, hub, Delete(key(SERVICES, "default", "web")))
    for path in ("resolve?name=web", "objects/services/default/web?", "request?from=outside&to=web"):
        now, before = [await json.get(f"/clusters/demo/{path}{at}") for at in ("", f"&at={then}")]
        assert before.status_code == 200, before.json()
        if path.startswith("resolve"):
            assert (now.json()["rcode"], before.json()["rcode"]) == ("NXDOMAIN", "NOERROR")
            assert before.json()["command"] == {"dig": "", "nslookup": ""}, "no port answers for the past"
        elif path.startswith("objects"):
            assert now.status_code == 404
            assert before.json()["revision"] == then
            assert before.json()["kubectl"] == [
                "kubectl get --raw '/api/v1/namespaces/default/services?fieldSelector=metadata.name%3Dweb"
                f"&resourceVersion={then}&resourceVersionMatch=Exact'"
            ]
    gone = await json.get(f"/clusters/demo/objects/services/default/none?at={then}")
    assert gone.json()["message"] == f"There is no service none in default at revision {then}."


async def test_playing_on_comes_to_what_a_moment_shows(json: Browser, cluster: Cluster, hub: Hub) -> None:
    """A page that takes the frames one after the other has what it would have got by going there at once."""
    begun = await head_of(cluster)
    await do(cluster, hub, Create(config_map("a")))
    await do(cluster, hub, Delete(key(SERVICES, "default", "web")))
    await do(cluster, hub, Patch(WEB, "merge", {"spec": {"replicas": 5}}), cause="scale")
    ended = await do(cluster, hub, Delete(config_map_key("a")), Create(service("late")))
    shown = (await json.get(f"/clusters/demo/past?at={begun}")).json()["frame"]
    objects, reasons = {each["id"]: each for each in shown["objects"]}, shown["reasons"]
    ask = orjson.dumps({"id": "q1", "name": "web", "namespace": "default"}).decode()
    answers: list[str] = []
    at = begun
    while at < ended:
        told = (
            await json.get("/clusters/demo/past/changes", {"after": at, "upto": min(at + 2, ended), "ask": ask})
        ).json()
        for frame in told["frames"]:
            match frame["t"]:
                case "changes":
                    for change in frame["changes"]:
                        if change["op"] == "put":
                            objects[change["item"]["id"]] = change["item"]
                        else:
                            del objects[change["id"]]
                case "reasons":
                    reasons |= frame["reasons"]
                case "answer":
                    answers.append(frame["answer"]["rcode"])
        at = told["revision"]
    goal = (await json.get(f"/clusters/demo/past?at={ended}")).json()["frame"]
    assert objects == {each["id"]: each for each in goal["objects"]}
    assert {about: said for about, said in reasons.items() if said} == goal["reasons"]
    assert answers[0] == "NOERROR" and "NXDOMAIN" in answers and answers[-1] == "NXDOMAIN"


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("after=5&upto=4", 400, "These are 5 to 4."),
        ("after=0&upto=900", 400, "up to 500 changes are told at once"),
        ("after=5", 400, "A revision is a number"),
        ("after=5&upto=6&ask=web", 400, "A question is a JSON object of texts"),
        ("after=0&upto=499", 410, "still to come"),
    ],
)
async def test_what_cannot_be_played_is_refused(json: Browser, query: str, status: int, said: str) -> None:
    answer = await json.get(f"/clusters/demo/past/changes?{query}")
    assert answer.status_code == status
    assert said in answer.json()["message"]


async def test_two_moments_are_compared_with_who_and_why(json: Browser, cluster: Cluster, hub: Hub) -> None:
    begun = await head_of(cluster)
    await do(cluster, hub, Patch(WEB, "merge", {"spec": {"replicas": 5}}), author="sam", cause="scale")
    await do(cluster, hub, Create(service("late")), Create(config_map("brief")))
    await do(cluster, hub, Delete(config_map_key("brief")), Delete(key(SERVICES, "default", "web")))
    told = (await json.get(f"/clusters/demo/compare?from={begun}")).json()
    found = {each["id"]: each for each in told["objects"]}
    assert {each: found[each]["what"] for each in found} == {
        "statefulsets/default/app-stateful": "changed",
        "services/default/late": "created",
        "services/default/web": "deleted",
    }
    scaled = found["statefulsets/default/app-stateful"]
    assert {"path": ".spec.replicas", "before": 3, "after": 5} in scaled["fields"]
    assert scaled["acts"] == [{"author": "sam", "cause": "scale", "times": 1, "revision": begun + 1}]
    assert told["counts"] == {"created": 1, "deleted": 1, "replaced": 0, "changed": 1}
    assert told["marks"] == {each: found[each]["what"] for each in found}
    backwards = (await json.get(f"/clusters/demo/compare?from={begun + 1}&to={begun}")).json()
    assert (backwards["from"]["revision"], backwards["to"]["revision"]) == (begun, begun + 1)
    nothing = (await json.get(f"/clusters/demo/compare?from={begun}&to={begun}")).json()
    assert nothing["objects"] == []
    ahead = await json.get(f"/clusters/demo/compare?from={begun}&to=999999")
    assert ahead.status_code == 410


async def test_the_comparison_is_a_page_too_and_hides_what_secrets_hold(
    alices: Browser, cluster: Cluster, hub: Hub
) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "default"}}
    begun = await do(cluster, hub, Create({**secret, "stringData": {"a": "one"}}))
    await do(cluster, hub, Patch(key(SECRETS, "default", "s"), "merge", {"stringData": {"a": "two"}}))
    text = (await alices.get(f"/clusters/demo/compare?from={begun}")).content.decode()
    assert "*** (before)" in text and ".data.a" in text
    assert "b25l" not in text and "dHdv" not in text


async def test_objects_of_which_only_names_differ_stand_on_one_card(
    alices: Browser, cluster: Cluster, hub: Hub
) -> None:
    begun = await head_of(cluster)
    await do(cluster, hub, *(Create(service(f"late-{n}")) for n in range(5)), author="sam", cause="apply")
    await do(cluster, hub, Create(config_map("alone")))
    text = (await alices.get(f"/clusters/demo/compare?from={begun}")).content.decode()
    assert text.count('<section class="sheet-card cmp') == 2
    assert "5 × Service" in text and "late-0, late-1, late-2, late-3, late-4" in text
    assert '<span class="mono">alone</span> <span class="subtle">ConfigMap</span>' in text


async def test_the_log_is_told_by_pieces_and_for_one_object(json: Browser, cluster: Cluster, hub: Hub) -> None:
    await do(cluster, hub, Patch(WEB, "merge", {"spec": {"replicas": 5}}), author="sam", cause="scale")
    ended = await do(cluster, hub, Create(service("late")))
    told = (await json.get("/clusters/demo/recent?limit=2")).json()
    assert [each["id"] for each in told["changes"]] == ["statefulsets/default/app-stateful", "services/default/late"]
    assert (told["floor"], told["head"]) == (0, ended)
    before = (await json.get(f"/clusters/demo/recent?limit=1&upto={ended - 1}")).json()
    assert [(each["cause"], each["wanted"]) for each in before["changes"]] == [("scale", 5)]
    of = (await json.get("/clusters/demo/recent?object=apps/statefulsets/default/app-stateful")).json()
    assert [(each["type"], each["author"]) for each in of["changes"]] == [("ADDED", "tester"), ("MODIFIED", "sam")]
    for query in ("limit=0", "limit=5000", "object=web", "upto=x"):
        assert (await json.get(f"/clusters/demo/recent?{query}")).status_code == 400


async def test_the_whole_log_at_a_glance(json: Browser, cluster: Cluster, hub: Hub) -> None:
    await do(cluster, hub, Patch(WEB, "merge", {"spec": {"replicas": 5}}), author="sam", cause="scale")
    await do(cluster, hub, Create(config_map("made")), author="endpoint-slice-controller", cause="reconcile")
    told = (await json.get("/clusters/demo/recent/overview")).json()
    assert sum(each["count"] for each in told["bins"]) > 10
    assert len(told["bins"]) <= recent.BINS
    assert told["acts"][-1]["cause"] == "scale", "a controller is nobody"


async def test_a_fork_is_a_cluster_of_ones_own(bob: User, cluster: Cluster, hub: Hub) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "default"}}
    then = await do(cluster, hub, Create({**secret, "stringData": {"a": "one"}}))
    await do(cluster, hub, Delete(WEB))
    browser = await signed_in(bob)
    form = (await browser.get(f"/clusters/demo/fork?at={then}")).content.decode()
    assert f'value="demo-r{then}"' in form
    assert "Secrets come along without their values" in form
    answer = await browser.post("/clusters/demo/fork", {"at": then, "slug": "mine", "paused": "on"})
    assert answer.headers["Location"] == "/clusters/mine/"
    made = await Cluster.objects.aget(slug="mine")
    assert (made.owner_id, made.clock.paused) == (bob.pk, True)
    world = await read(snapshot, made.pk)
    assert WEB in world and world.revision == then
    assert (world.get(key(SECRETS, "default", "s")) or {})["data"] == {"a": ""}
    page = await browser.get("/clusters/mine/")
    assert page.status_code == 200
    assert f"mine begins as demo was at revision {then}." in page.content.decode()
    assert world.bucket(PODS) == {}, "nobody runs its controllers here"


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"slug": "demo"}, 422, "There is a cluster demo already. Choose another name."),
        ({"slug": "A B"}, 422, "A name is lower-case letters"),
        ({"slug": "mine", "at": "999999"}, 410, "still to come"),
        ({"slug": "mine", "at": "x"}, 400, "A revision is a number"),
    ],
)
async def test_a_fork_that_cannot_be_says_why(
    alices: Browser, cluster: Cluster, form: dict[str, str], status: int, said: str
) -> None:
    answer = await alices.post("/clusters/demo/fork", form)
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert await Cluster.objects.acount() == 1


async def test_forks_count_among_the_clusters_one_may_have(bob: User, cluster: Cluster, hub: Hub) -> None:
    await Cluster.objects.abulk_create(Cluster(slug=f"bobs-{number}", owner=bob) for number in range(MOST_CLUSTERS))
    browser = await signed_in(bob)
    refused = await browser.post("/clusters/demo/fork", {"slug": "one-more"})
    assert refused.status_code == 422
    assert "You have 20 clusters" in refused.content.decode()


async def test_a_program_forks_by_json(json: Browser, cluster: Cluster) -> None:
    then = await head_of(cluster)
    made = await json.post("/clusters/demo/fork", {"slug": "copy"})
    assert (made.status_code, made.json()) == (201, {"slug": "copy", "page": "/clusters/copy/", "revision": then})
    refused = await json.post("/clusters/demo/fork", {"slug": "copy"})
    assert (refused.status_code, refused.json()["message"]) == (
        400,
        "There is a cluster copy already. Choose another name.",
    )


async def test_tables_are_of_the_moment(alices: Browser, cluster: Cluster, hub: Hub) -> None:
    then = await head_of(cluster)
    await do(cluster, hub, Delete(WEB), Create(service("late")))
    text = (await alices.get(f"/clusters/demo/tables?kind=services&at={then}")).content.decode()
    assert f"You look at revision {then}" in text
    assert "<td>late</td>" not in text and "headless-svc-stateful" in text
    assert "resourceVersionMatch=Exact" in text
    assert f"?kind=pods&amp;at={then}" in text
    assert "Back to live" not in (await alices.get("/clusters/demo/tables?kind=services")).content.decode()


@pytest.mark.parametrize(
    ("path", "asked", "on_map"),
    [
        ("dns", "name=web&type=A", "name=web&amp;type=A&amp;namespace=default"),
        ("dns", "", ""),
        ("request", "to=http://web&from=outside", "to=http%3A%2F%2Fweb&amp;from=outside&amp;count=1"),
        ("tables", "kind=services", ""),
    ],
)
async def test_a_page_of_the_past_says_so_and_leads_to_now_and_to_the_map(
    alices: Browser, cluster: Cluster, hub: Hub, path: str, asked: str, on_map: str
) -> None:
    then = await head_of(cluster)
    await do(cluster, hub, Create(service("late")))
    text = (await alices.get(f"/clusters/demo/{path}?at={then}&{asked}")).content.decode()
    assert f"You look at revision {then}" in text
    assert f'href="/clusters/demo/?at={then}{"&amp;" + on_map if on_map else ""}"' in text
    now = re.search(r'href="(\?[^"]*)">Back to live', text)
    assert now and "at=" not in now[1]
    assert "You look at revision" not in (await alices.get(f"/clusters/demo/{path}{now[1]}")).content.decode()


async def test_a_person_asks_and_sends_in_the_past(alices: Browser, cluster: Cluster, hub: Hub) -> None:
    then = await head_of(cluster)
    await do(cluster, hub, Create(service("late")))
    asked = "/clusters/demo/dns?name=late&namespace=default"
    assert "NXDOMAIN" in (await alices.get(f"{asked}&at={then}")).content.decode()
    assert "NOERROR" in (await alices.get(asked)).content.decode()
    form = {"to": "http://late", "from": "outside", "count": "10"}
    sent = (await alices.post(f"/clusters/demo/request?at={then}", form)).content.decode()
    assert f'action="/clusters/demo/request?at={then}"' in sent


async def test_events_do_not_push_out_what_the_strip_shows(json: Browser, cluster: Cluster, hub: Hub) -> None:
    made = await do(cluster, hub, Create(service("late")))
    note = {"apiVersion": "v1", "kind": "Event", "involvedObject": {"kind": "Service", "namespace": "default"}}
    events = [{**note, "metadata": {"name": f"e{number}", "namespace": "default"}} for number in range(9)]
    await do(cluster, hub, *(Create(event) for event in events), cause="record")
    told = (await json.get("/clusters/demo/recent?limit=1")).json()
    assert [(each["id"], each["r"]) for each in told["changes"]] == [("services/default/late", made)]
    assert told["from"] == made - 1


async def test_a_cluster_as_manifests_of_any_moment(cluster: Cluster, hub: Hub, alices: Browser, bob: User) -> None:
    before = await head_of(cluster)
    await do(cluster, hub, Delete(key(SERVICES, "default", "web")))
    now = await alices.get("/clusters/demo/manifests")
    then = await alices.get(f"/clusters/demo/manifests?at={before}")
    assert now.status_code == then.status_code == 200
    assert f'filename="demo-r{before}.yaml"' in then["Content-Disposition"]
    assert "name: web\n" in then.content.decode() and "name: web\n" not in now.content.decode()
    assert "resourceVersion" not in now.content.decode()
    read_only = await (await signed_in(bob)).get("/clusters/demo/manifests")
    assert ", without its Secrets" in read_only.content.decode().splitlines()[0]
