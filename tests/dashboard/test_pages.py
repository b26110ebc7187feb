"""Every page and its JSON twin: found, refused, and what stands in it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from cluster.machinery.dnsprofiles import COREFILE, config_map
from cluster.machinery.objects import CONFIG_MAPS, SERVICES
from cluster.models import Cluster
from cluster.store import read, snapshot
from dashboard.clusters import apply
from dashboard.clusters.making import MOST_CLUSTERS
from tests.dashboard.conftest import Browser, signed_in

PAGES = [
    ("/", 200),
    ("/clusters/demo/", 200),
    ("/clusters/demo/apply", 200),
    ("/clusters/demo/apply?example=headless", 200),
    ("/clusters/demo/apply?example=nothing", 404),
    ("/clusters/demo/apply?starter=job", 200),
    ("/clusters/demo/apply?starter=nothing", 404),
    ("/clusters/demo/starters/job", 200),
    ("/clusters/demo/starters/headless", 200),
    ("/clusters/demo/starters/nothing", 404),
    ("/clusters/demo/schemas", 200),
    ("/clusters/demo/schemas/v1/Pod", 200),
    ("/clusters/demo/schemas/v1/Zebra", 404),
    ("/clusters/demo/dns", 200),
    ("/clusters/demo/dns?name=web&pod=", 200),
    ("/clusters/demo/dns?name=web&pod=nobody", 422),
    ("/clusters/demo/request", 200),
    ("/clusters/demo/request?from=outside&to=10.96.0.1", 200),
    ("/clusters/demo/request?from=nobody&to=http://web", 422),
    ("/clusters/demo/recent", 200),
    ("/clusters/demo/recent/overview", 200),
    ("/clusters/demo/past?at=20", 200),
    ("/clusters/demo/past/changes?after=20&upto=30", 200),
    ("/clusters/demo/compare?from=20&to=30", 200),
    ("/clusters/demo/compare?from=x", 400),
    ("/clusters/demo/fork?at=20", 200),
    ("/clusters/demo/fork?at=99999", 410),
    ("/clusters/none/fork", 404),
    ("/clusters/demo/resolve?name=web", 200),
    ("/clusters/demo/resolve", 400),
    ("/clusters/demo/objects/services/default/web", 200),
    ("/clusters/demo/objects/statefulsets.apps/default/app-stateful", 200),
    ("/clusters/demo/objects/nodes/-/node-1", 200),
    ("/clusters/demo/objects/services/default/nothing", 404),
    ("/clusters/demo/objects/zebras/default/web", 404),
    ("/clusters/none/", 404),
    ("/clusters/none/apply", 404),
    ("/nowhere", 404),
    ("/accounts/password/", 200),
    ("/clusters/demo/settings", 200),
    ("/clusters/none/settings", 404),
]


@pytest.mark.parametrize(("path", "status"), PAGES, ids=[path for path, _ in PAGES])
async def test_a_page_answers(alices: Browser, path: str, status: int) -> None:
    response = await alices.get(path)
    assert response.status_code == status, response.content[:300]
    policy = response.headers["Content-Security-Policy"]
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";")}
    assert rules["script-src"] == ["'self'"]
    # The editor's page alone lets an element carry a look of its own: see clusters.apply.
    loosened = {"style-src-attr": ["'unsafe-inline'"]} if "/apply" in path and status == 200 else {}
    assert {name: said for name, said in rules.items() if any("unsafe" in each for each in said)} == loosened


@pytest.mark.parametrize("path", [path for path, status in PAGES if status == 200])
async def test_a_stranger_is_sent_to_sign_in(hub: object, path: str) -> None:
    response = await Browser().get(path)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")
    told = await Browser(accept="application/json").get(path)
    assert told.status_code == 401
    assert told.json()["message"] == "Nobody is signed in."


async def test_the_landing_page_draws_the_demo(alices: Browser) -> None:
    text = (await alices.get("/")).content.decode()
    assert "headless, no virtual address" in text
    assert 'href="/clusters/demo/"' in text
    assert "Headless against ClusterIP" in text


async def test_a_new_cluster_belongs_to_who_makes_it(bob: User) -> None:
    browser = await signed_in(bob)
    response = await browser.post("/clusters/", {"slug": "bobs", "pace": "instant"})
    assert response.headers["Location"] == "/clusters/bobs/"
    made = await Cluster.objects.aget(slug="bobs")
    assert made.owner_id == bob.pk
    assert (await browser.post("/clusters/bobs/apply", {"text": MAP, "action": "apply"})).status_code == 200
    assert (await browser.post("/clusters/demo/apply", {"text": MAP, "action": "apply"})).status_code == 403


async def test_one_person_makes_only_so_many_clusters(bob: User) -> None:
    browser = await signed_in(bob)
    await Cluster.objects.abulk_create(Cluster(slug=f"bobs-{number}", owner=bob) for number in range(MOST_CLUSTERS))
    for form in ({"slug": "one-more", "pace": "instant"}, {"scenario": "headless"}):
        refused = await browser.post("/clusters/", form)
        assert refused.status_code == 422
        assert "You have 20 clusters, as many as one person may. Delete one first." in refused.content.decode()
    assert not await Cluster.objects.filter(slug__in=("one-more", "headless")).aexists()


async def test_a_scenario_becomes_a_cluster_under_a_free_name(alices: Browser) -> None:
    for slug in ("headless", "headless-2"):
        response = await alices.post("/clusters/", {"scenario": "headless"})
        assert response.headers["Location"] == f"/clusters/{slug}/"
    made = await Cluster.objects.aget(slug="headless-2")
    assert (await read(snapshot, made.pk)).find(SERVICES, "default", "headless-svc") is not None


async def test_a_new_clusters_dns_has_the_profile_that_was_chosen(alices: Browser) -> None:
    for profile in ("plain", "kubeadm-old", ""):
        slug = profile or "usual"
        assert (await alices.post("/clusters/", {"slug": slug, "pace": "instant", "dns": profile})).status_code == 302
        made = await Cluster.objects.aget(slug=slug)
        found = (await read(snapshot, made.pk)).get(COREFILE)
        assert found is not None
        assert found["data"] == config_map(profile or "kubeadm", made.config.domain)["data"]
    refused = await alices.post("/clusters/", {"slug": "other", "pace": "instant", "dns": "bind9"})
    assert refused.status_code == 422
    assert "DNS answers: Select a valid choice. bind9 is not one" in refused.content.decode()


@pytest.mark.parametrize("slug", ["Team", "1a", "a_b", "", "demo", "x" * 41])
async def test_a_name_that_cannot_be_is_refused(alices: Browser, slug: str) -> None:
    response = await alices.post("/clusters/", {"slug": slug, "pace": "brisk"})
    assert response.status_code == 422
    assert await Cluster.objects.acount() == 1


# -- the apply form --------------------------------------------------------------------------------------------------

MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
OTHER = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n"
WRONG = "apiVersion: v1\nkind: Service\nmetadata: {name: metrics}\nspec: {ports: [{port: 80800}]}\n"


async def names(cluster: Cluster) -> set[str]:
    world = await read(snapshot, cluster.pk)
    return {key.name for key in world.bucket(CONFIG_MAPS, "default")}


async def test_checking_stores_nothing(alices: Browser, cluster: Cluster) -> None:
    response = await alices.post("/clusters/demo/apply", {"text": MAP, "action": "check"})
    text = response.content.decode()
    assert "1 new" in text
    assert "Apply 1" in text or "Apply it" in text
    assert "a" not in await names(cluster)


async def test_applying_stores_and_says_so(alices: Browser, cluster: Cluster) -> None:
    response = await alices.post("/clusters/demo/apply/", {"text": MAP.replace("\n", "\r\n"), "action": "apply"})
    assert response.status_code == 200
    assert "Stored at r" in response.content.decode()
    assert "a" in await names(cluster)


async def test_one_refused_document_holds_all_back(alices: Browser, cluster: Cluster) -> None:
    form = {"text": MAP + "---\n" + WRONG, "action": "apply"}
    response = await alices.post("/clusters/demo/apply", form)
    text = response.content.decode()
    assert response.status_code == 422
    assert "Nothing is stored: 1 of 2 documents is refused." in text
    assert "A port is a number from 1 to 65535. This is 80800." in text
    assert "Apply 1, leave out metrics" in text
    assert 'name="refused" value="Service /metrics"' in text
    assert "a" not in await names(cluster)
    rest = await alices.post("/clusters/demo/apply", {**form, "action": "apply-rest", "refused": ["Service /metrics"]})
    assert rest.status_code == 200
    assert "a" in await names(cluster)


async def test_a_document_is_left_out_wherever_it_stands(alices: Browser, cluster: Cluster) -> None:
    form = {"text": MAP + "---\n" + OTHER, "leave_out": ["ConfigMap /b"]}
    plan = (await alices.post("/clusters/demo/plan?html", form)).json()
    assert ([each["name"] for each in plan["documents"]], plan["left_out"]) == (["a"], ["ConfigMap /b"])
    assert 'value="ConfigMap /b" checked' in plan["html"]
    assert "1 left out" in plan["badges"]
    assert plan["kubectl"]["apply"] == "kubectl apply -f -"
    done = await alices.post("/clusters/demo/apply", {**form, "text": OTHER + "---\n" + MAP, "action": "apply"})
    assert done.status_code == 200
    assert "a" in await names(cluster)
    assert "b" not in await names(cluster)


async def test_what_was_stored_leads_to_the_map(alices: Browser) -> None:
    text = MAP + "---\n" + WRONG.replace("80800", "80")
    page = (await alices.post("/clusters/demo/apply", {"text": text, "action": "apply"})).content.decode()
    assert 'href="/clusters/demo/#configmaps/default/a"' in page
    assert 'href="/clusters/demo/#services/default/metrics"' in page
    assert 'name="leave_out"' not in page


async def test_files_join_the_text(alices: Browser, cluster: Cluster) -> None:
    files = [
        SimpleUploadedFile("b.yaml", OTHER.encode()),
        SimpleUploadedFile("c.yaml", MAP.replace("a}", "c}").encode()),
    ]
    response = await alices.post("/clusters/demo/apply", {"text": MAP.strip(), "action": "apply", "files": files})
    assert response.status_code == 200, response.content.decode()[:500]
    assert "# b.yaml" in response.content.decode()
    assert {"a", "b", "c"} <= await names(cluster)


async def test_a_file_that_is_no_text_is_refused(alices: Browser) -> None:
    picture = SimpleUploadedFile("x.png", b"\x89PNG\xff")
    response = await alices.post("/clusters/demo/apply", {"text": "", "action": "apply", "files": [picture]})
    assert response.status_code == 422
    assert "x.png is no text" in response.content.decode()


async def test_a_program_gets_json(alices: Browser, cluster: Cluster) -> None:
    accept = {"accept": "application/json"}
    body = {"text": MAP + "---\n" + WRONG}
    plan = await alices.post("/clusters/demo/plan", body, content_type="application/json", headers=accept)
    told = plan.json()
    assert [each["outcome"] for each in told["documents"]] == ["create", "refused"]
    problem = told["documents"][1]["problems"][0]
    assert problem == {
        "line": 8,
        "field": "spec.ports[0].port",
        "message": "A port is a number from 1 to 65535. This is 80800.",
        "api": "spec.ports[0].port: Invalid value: 80800: must be between 1 and 65535, inclusive",
        "fix": None,
    }
    misspelt = {"text": WRONG.replace("Service", "Servce")}
    plan = await alices.post("/clusters/demo/plan", misspelt, content_type="application/json", headers=accept)
    problem = plan.json()["documents"][0]["problems"][0]
    assert problem["fix"] == {"label": "Use Service", "line": 2, "from": "Servce", "to": "Service"}
    refused = await alices.post("/clusters/demo/apply/", body, content_type="application/json", headers=accept)
    assert refused.status_code == 422
    assert "a" not in await names(cluster)
    done = await alices.post("/clusters/demo/apply/", {"text": MAP}, content_type="application/json", headers=accept)
    assert done.json()["applied"] == [{"kind": "ConfigMap", "name": "a", "namespace": "default", "outcome": "create"}]


async def test_files_of_a_program_are_sources_of_their_own(alices: Browser) -> None:
    files = [SimpleUploadedFile("a.yaml", MAP.encode()), SimpleUploadedFile("b.yaml", WRONG.encode())]
    told = (await alices.post("/clusters/demo/plan", {"files": files}, headers={"accept": "application/json"})).json()
    assert [(each["source"], each["document"]) for each in told["documents"]] == [("a.yaml", 1), ("b.yaml", 1)]


async def test_the_form_gets_the_list_as_the_server_renders_it(alices: Browser) -> None:
    told = (
        await alices.post("/clusters/demo/plan?html", {"text": WRONG}, headers={"accept": "application/json"})
    ).json()
    assert 'data-line="4"' in told["html"]
    assert "1 refused" in told["badges"]
    assert "Go to line 4" in told["foot"]


@pytest.mark.parametrize("action", ["check", "apply"])
async def test_what_takes_long_is_done_beside_the_loop(
    alices: Browser, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    done: dict[str, str] = {}

    def noted(name: str, real: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            done[name] = threading.current_thread().name.split("_")[0]
            return real(*args, **kwargs)

        return call

    for name in ("read", "look", "store", "tell", "preview", "render", "render_to_string", "Outcome"):
        monkeypatch.setattr(apply, name, noted(name, getattr(apply, name)))
    if action == "check":
        await alices.post("/clusters/demo/plan?html", {"text": MAP}, headers={"accept": "application/json"})
    await alices.post("/clusters/demo/apply", {"text": MAP, "action": action})
    drawn = {"render_to_string": "aside"} if action == "check" else {}
    middle = "look" if action == "check" else "store"
    beside = ("read", "tell", "preview", "render", "Outcome")
    assert done == {**dict.fromkeys(beside, "aside"), middle: "writer", **drawn}


@pytest.mark.parametrize("body", ["[]", "{", '{"text": 1}'])
async def test_a_body_that_is_none_is_refused(alices: Browser, body: str) -> None:
    accept = {"accept": "application/json"}
    response = await alices.post("/clusters/demo/plan", body, content_type="application/json", headers=accept)
    assert response.status_code == 400
    assert response.json()["message"]


# -- objects and DNS -------------------------------------------------------------------------------------------------


async def test_an_object_comes_whole(alices: Browser) -> None:
    told = (await alices.get("/clusters/demo/objects/services/default/web")).json()
    assert told["yaml"].startswith("apiVersion: v1\nkind: Service\nmetadata:\n")
    assert told["object"]["spec"]["selector"] == {"app": "web-stateful"}
    assert told["columns"]["Name"] == "web"
    assert told["kubectl"][0] == "kubectl get service/web -o yaml"


async def test_a_node_tells_what_it_uses(alices: Browser, cluster: Cluster) -> None:
    node = (await alices.get("/clusters/demo/objects/nodes/-/node-1")).json()
    assert node["usage"]["cpu"].removesuffix("m").isdigit()
    assert node["usage"]["memory"].removesuffix("Mi").isdigit()
    assert (await alices.get("/clusters/demo/objects/services/default/web")).json()["usage"] is None


async def test_a_secret_is_not_for_everybody(bob: User, alices: Browser) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: tulip}\n"
    await alices.post("/clusters/demo/apply", {"text": secret, "action": "apply"})
    path = "/clusters/demo/objects/secrets/default/s"
    assert (await alices.get(path)).status_code == 200
    refused = await (await signed_in(bob, accept="application/json")).get(path)
    assert refused.status_code == 403
    assert refused.json()["message"].startswith('secrets "s" is forbidden: User "bob" cannot get secrets')


async def test_whether_a_secret_was_guessed_is_not_told(bob: User, alices: Browser) -> None:
    accept = {"accept": "application/json"}
    told: dict[str, list[Any]] = {}
    for value in ("tulip", "rose"):
        secret = (
            f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nimmutable: true\nstringData: {{password: {value}}}\n"
        )
        if not told:
            await alices.post("/clusters/demo/apply", {"text": secret, "action": "apply"})
        bobs = await signed_in(bob)
        answers = [
            await bobs.post("/clusters/demo/plan?html", {"text": secret}, headers=accept),
            await bobs.post("/clusters/demo/apply", {"text": secret, "action": "check"}),
        ]
        told[value] = [answers[0].json()["documents"], answers[1].status_code]
    assert told["tulip"] == told["rose"]
    (document,) = told["rose"][0]
    assert (document["outcome"], document["diff"], document["notes"]) == ("refused", [], [])
    assert document["problems"][0]["message"] == "You may not see a Secret here, so what this would change is not told."
    seen = (await alices.post("/clusters/demo/plan", {"text": secret.replace("rose", "tulip")}, headers=accept)).json()
    assert [each["outcome"] for each in seen["documents"]] == ["unchanged"]


async def test_the_dns_page_tells_why_there_is_no_answer(alices: Browser) -> None:
    text = (await alices.get("/clusters/demo/dns?name=headless-svc")).content.decode()
    assert "NXDOMAIN" in text
    assert "app=web" in text


async def test_the_old_address_of_new_clusters_leads_to_the_front_page(alices: Browser) -> None:
    response = await alices.get("/clusters/")
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    refused = await alices.post("/", {"slug": "Team A", "pace": "instant"})
    assert refused.status_code == 422
    assert "A name is lower-case letters" in refused.content.decode()


async def test_a_method_that_is_not_taken_is_told(alices: Browser) -> None:
    response = await alices.get("/clusters/demo/plan")
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert "/clusters/demo/plan takes POST. This was GET." in response.content.decode()
    told = await alices.get("/clusters/demo/plan", headers={"accept": "application/json"})
    assert told.json()["message"] == "/clusters/demo/plan takes POST. This was GET."


async def test_a_cluster_is_deleted_by_who_writes_its_name(bob: User) -> None:
    browser = await signed_in(bob)
    await browser.post("/clusters/", {"slug": "bobs", "pace": "instant"})
    refused = await browser.post("/clusters/bobs/delete", {"confirm": "bob"})
    assert refused.status_code == 422
    assert "Write bobs into the field to delete it. This says bob." in refused.content.decode()
    assert await Cluster.objects.filter(slug="bobs").aexists()
    assert (await browser.post("/clusters/demo/delete", {"confirm": "demo"})).status_code == 403
    assert (await browser.post("/clusters/bobs/delete", {"confirm": "bobs"})).headers["Location"] == "/"
    assert not await Cluster.objects.filter(slug="bobs").aexists()


async def test_title_and_pace_are_the_owners_to_change(bob: User) -> None:
    browser = await signed_in(bob)
    await browser.post("/clusters/", {"slug": "bobs", "pace": "instant"})
    assert (await browser.post("/clusters/bobs/settings", {"title": "Bob's", "pace": "real"})).status_code == 302
    made = await Cluster.objects.aget(slug="bobs")
    assert (made.slug, made.title, made.pace) == ("bobs", "Bob's", "real")
    wrong = await browser.post("/clusters/bobs/settings", {"title": "x", "pace": "warp"})
    assert wrong.status_code == 422
    assert "warp" in wrong.content.decode()
    assert (await browser.get("/clusters/demo/settings")).status_code == 403


async def test_a_browser_finds_an_icon_wherever_it_asks(hub: object) -> None:
    response = await Browser().get("/favicon.ico")
    assert (response.status_code, response.headers["Location"]) == (302, "/static/favicon.svg")


async def test_without_a_script_the_map_names_the_pages_that_work(alices: Browser) -> None:
    text = (await alices.get("/clusters/demo/")).content.decode()
    said = text.partition("<noscript>")[2].partition("</noscript>")[0]
    assert all(f"/clusters/demo/{page}" in said for page in ("apply", "dns", "request"))


async def test_what_happened_before_is_told_in_few_words(alices: Browser) -> None:
    told = (await alices.get("/clusters/demo/recent")).json()["changes"]
    assert [each["r"] for each in told] == sorted(each["r"] for each in told)
    service = next(each for each in told if each["id"] == "services/default/web")
    assert service.keys() == {"id", "type", "r", "author", "cause", "at"}
    assert service["type"] == "ADDED"
    pods = [each for each in told if each["id"].startswith("pods/")]
    assert all(each["state"] for each in pods)
    assert {each["wanted"] for each in told if each["id"].startswith("statefulsets/")} == {3}
    assert not any(each["id"].startswith("events/") for each in told)
    assert (await alices.get("/clusters/none/recent")).status_code == 404
