"""Lessons on the site: the list, a cluster of one's own, steps that the server judges, what is heard of people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User

from cluster.api import tokens
from cluster.intents import Apply, Delete
from cluster.machinery.objects import SERVICES, key
from cluster.models import ApiToken, Cluster
from cluster.store import commit, read, snapshot, written
from cluster.watch import Hub, current_hub
from dashboard.asgi import application
from dashboard.clusters.making import MOST_CLUSTERS
from dashboard.lessons import hearing
from dashboard.lessons.models import Attempt
from dashboard.live.seat import GONE
from tests.dashboard.conftest import Browser, signed_in
from tests.dashboard.websocket import Socket
from tests.lessons.authors import GOOD, write

LESSON = "/lessons/a-service/"


@pytest.fixture(autouse=True)
def own(tmp_path: Path, settings: Any) -> Path:
    """A lesson of the operator's own, of one step and a question."""
    asks = """\
      - choose:
          answer: {clusterIPOf: Service/web}
          among: [{clusterIPOf: Service/web}, 10.96.0.1]
        missing: Which is the address of web?
        done: That is it
"""
    second = """\
  - title: Ask for it
    text: Ask for `web`.
    files: web.yaml
    checks:
      - asked: {name: web, addresses: [{clusterIPOf: Service/web}]}
        done: You asked
      - sent: {to: "http://web", from: default/, result: no-name}
        done: never
    do:
      - ask: {name: web, from: default/}
    wrong:
      - delete: Service/web
"""
    text = GOOD.replace("    do:\n", f"{asks}    do:\n").replace("ending:", f"{second}ending:")
    settings.LESSONS_DIR = tmp_path / "lessons"
    settings.LESSONS_DIR.mkdir()
    write(settings.LESSONS_DIR, text)
    return Path(settings.LESSONS_DIR)


@pytest.fixture
async def bobs(bob: User) -> Browser:
    """A member's browser."""
    return await signed_in(bob)


async def attempt(user: User) -> Attempt:
    return await Attempt.objects.select_related("cluster").aget(user=user, lesson="a-service")


async def press(browser: Browser, verb: str, **fields: str) -> Any:
    response = await browser.post(f"{LESSON}{verb}", fields, headers={"accept": "application/json"})
    return response.status_code, orjson.loads(response.content)


async def test_all_lessons_are_listed_with_ours(bobs: Browser) -> None:
    page = await bobs.get("/lessons/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "Headless Services" in text and "A Service" in text
    assert "2 steps, 5 min" in text


async def test_a_lesson_begins_in_a_cluster_of_ones_own(bobs: Browser, bob: User) -> None:
    cover = await bobs.get(LESSON)
    assert b"Start in a cluster of your own" in cover.content
    begun = await bobs.post(f"{LESSON}start", {})
    assert (begun.status_code, begun.headers["Location"]) == (302, LESSON)
    found = await attempt(bob)
    assert found.cluster is not None
    assert (found.cluster.slug, found.cluster.owner_id, found.step) == ("lesson-a-service", bob.pk, 0)
    page = (await bobs.get(LESSON)).content.decode()
    assert "There is no Service web." in page and "2 checks to go" in page
    assert 'data-slug="lesson-a-service"' in page and 'data-can-write="true"' in page
    await bobs.post(f"{LESSON}start", {})
    assert (await attempt(bob)).cluster_id == found.cluster_id, "a second start goes on where one was"


async def test_who_starts_over_gets_a_new_cluster(bobs: Browser, bob: User) -> None:
    await bobs.post(f"{LESSON}start", {})
    before = await attempt(bob)
    await press(bobs, "do")
    assert (await press(bobs, "next"))[1]["step"] == 1
    await bobs.post(f"{LESSON}start", {"again": "1"})
    now = await attempt(bob)
    assert now.cluster is not None and now.cluster_id != before.cluster_id
    assert (now.cluster.slug, now.step, now.furthest, now.chosen) == ("lesson-a-service", 0, 1, {})
    assert await Cluster.objects.acount() == 2, "demo and the new one"


async def test_a_kubeconfig_of_the_person_is_good_for_the_cluster_that_is_made_anew(bobs: Browser, bob: User) -> None:
    ann = await User.objects.acreate(username="ann")
    await bobs.post(f"{LESSON}start", {})
    before = await attempt(bob)
    bobs_key, anns_key = [await sync_to_async(tokens.make)(each, before.cluster, "laptop") for each in (bob, ann)]
    made = await ApiToken.objects.aget(user=bob)
    assert "A kubeconfig that you took for it keeps working" in (await bobs.get(LESSON)).content.decode()
    await bobs.post(f"{LESSON}start", {"again": "1"})
    now = await attempt(bob)
    assert now.cluster_id is not None and now.cluster_id != before.cluster_id
    kept = await ApiToken.objects.aget(user=bob)
    assert (kept.cluster_id, kept.label, kept.created, kept.expires) == (
        now.cluster_id,
        "laptop",
        made.created,
        made.expires,
    )
    assert await sync_to_async(tokens.user_of)(bobs_key, now.cluster_id) is not None
    assert await sync_to_async(tokens.find)(anns_key) is None, "somebody else's went with the cluster"


async def test_the_number_of_clusters_of_a_person_is_bounded(bobs: Browser, bob: User) -> None:
    await Cluster.objects.abulk_create(Cluster(slug=f"bobs-{number}", owner=bob) for number in range(MOST_CLUSTERS))
    refused = await bobs.post(f"{LESSON}start", {})
    assert refused.status_code == 422 and b"as many as one person may" in refused.content
    assert not await Attempt.objects.aexists()


async def test_a_step_is_over_when_its_checks_hold_and_not_before(bobs: Browser, bob: User) -> None:
    await bobs.post(f"{LESSON}start", {})
    status, told = await press(bobs, "next")
    assert (status, told["step"]) == (422, 0)
    assert "There is no Service web." in told["message"] and 'role="alert"' in told["html"]
    status, told = await press(bobs, "do")
    assert (status, told["step"]) == (200, 0)
    assert "kubectl apply -f web.yaml" in told["html"] and "This step is done" in told["html"]
    assert (await press(bobs, "next"))[1]["step"] == 1
    found = await attempt(bob)
    assert (found.step, found.furthest, found.helped) == (1, 1, [0])


async def test_a_question_is_answered_from_the_state_of_the_cluster(bobs: Browser, bob: User) -> None:
    await bobs.post(f"{LESSON}start", {})
    cluster = (await attempt(bob)).cluster
    assert cluster is not None
    await press(bobs, "do")
    await Attempt.objects.filter(user=bob).aupdate(chosen={})
    world = await read(snapshot, cluster.pk)
    web = world.find(SERVICES, "default", "web")
    assert web is not None
    assert (await press(bobs, "choose", choice="1.2=10.0.0.1"))[0] == 422
    assert (await press(bobs, "choose", choice="9.9=x"))[0] == 422
    status, told = await press(bobs, "choose", choice="1.2=10.96.0.1")
    assert status == 200 and "Which is the address of web? 10.96.0.1 is not it." in told["html"]
    status, told = await press(bobs, "choose", choice=f"1.2={web['spec']['clusterIP']}")
    assert "That is it" in told["html"] and "This step is done" in told["html"]


async def test_what_people_ask_and_send_is_heard(bobs: Browser, bob: User) -> None:
    await bobs.post(f"{LESSON}start", {})
    await press(bobs, "do")
    await bobs.get("/clusters/lesson-a-service/dns?name=web&namespace=default")
    await hearing.settled()
    assert len((await attempt(bob)).told) == 1, "in the step before, of which the next knows nothing"
    await press(bobs, "next")
    assert "Nobody has asked for it from a pod in default." in (await bobs.get(LESSON)).content.decode()
    await bobs.get("/clusters/lesson-a-service/resolve?name=kubernetes", headers={"accept": "application/json"})
    await bobs.get("/clusters/demo/resolve?name=web", headers={"accept": "application/json"})
    await hearing.settled()
    assert "You asked as any pod for kubernetes.default.svc.cluster.local." in (await bobs.get(LESSON)).content.decode()
    for _ in range(2):
        await bobs.get("/clusters/lesson-a-service/dns?name=web&namespace=default")
    await hearing.settled()
    page = (await bobs.get(LESSON)).content.decode()
    assert "You asked" in page and "1 check to go" in page
    deeds = (await attempt(bob)).told
    assert [(deed.what, deed.outcome, deed.times) for deed in deeds] == [
        ("kubernetes.default.svc.cluster.local.", "NOERROR", 1),
        ("web.default.svc.cluster.local.", "NOERROR", 2),
    ]


async def test_a_file_of_the_step_can_be_applied(bobs: Browser, bob: User) -> None:
    await bobs.post(f"{LESSON}start", {})
    assert (await press(bobs, "apply", file="web.yaml"))[0] == 422, "the first step offers none"
    await press(bobs, "do")
    await press(bobs, "next")
    cluster = (await attempt(bob)).cluster
    assert cluster is not None
    await written(commit, cluster.pk, [Delete(key(SERVICES, "default", "web"))], author="bob", cause="test")
    assert (await press(bobs, "apply", file="web.yaml"))[0] == 200
    assert (await read(snapshot, cluster.pk)).find(SERVICES, "default", "web") is not None


HEADLESS = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  clusterIP: None\n  ports: [{port: 80}]\n"


@pytest.fixture
async def standing_in_the_way(own: Path, bobs: Browser, bob: User) -> int:
    """A step that wants a headless Service, where one with an address stands; the cluster's number."""
    check = (
        "      - field: {of: Service/web, path: .spec.clusterIP, equals: None}\n        done: It has none\n    do:\n"
    )
    write(
        own,
        GOOD.replace("    do:\n", check).replace("    checks:", "    files: web.yaml\n    checks:"),
        **{"web.yaml": HEADLESS},
    )
    await bobs.post(f"{LESSON}start", {})
    cluster = (await attempt(bob)).cluster
    assert cluster is not None
    with_address = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"ports": [{"port": 80}]},
    }
    await written(commit, cluster.pk, [Apply(with_address)], author="bob", cause="test")
    return cluster.pk


async def test_help_makes_anew_what_stands_in_the_way(standing_in_the_way: int, bobs: Browser, bob: User) -> None:
    status, told = await press(bobs, "do")
    assert status == 200, told["message"]
    assert "Service web could not be changed into what it has to be: it was deleted and made anew." in told["html"]
    assert "kubectl replace --force -f web.yaml" in told["html"] and "kubectl apply" not in told["html"]
    web = (await read(snapshot, standing_in_the_way)).find(SERVICES, "default", "web")
    assert web is not None and web["spec"]["clusterIP"] == "None"
    assert "made anew" in (await bobs.get(LESSON)).content.decode(), "it is said as long as the step is open"


TEAM = """\
  - title: Change it
    text: Say whose it is.
    checks:
      - field: {of: Service/web, path: .metadata.labels.team, equals: shop}
        done: It has a team
    do:
      - patch: {of: Service/web, body: {metadata: {labels: {team: shop}}}}
    wrong:
      - patch: {of: Service/web, body: {metadata: {labels: {team: cart}}}}
"""


async def test_help_makes_again_what_is_gone(own: Path, bobs: Browser, bob: User) -> None:
    write(own, GOOD.replace("ending:", f"{TEAM}ending:"))
    await bobs.post(f"{LESSON}start", {})
    for way in ("do", "next"):
        assert (await press(bobs, way))[0] == 200
    cluster = (await attempt(bob)).cluster
    assert cluster is not None
    await written(commit, cluster.pk, [Delete(key(SERVICES, "default", "web"))], author="bob", cause="test")
    status, told = await press(bobs, "do")
    assert status == 200, told["message"]
    assert "Service web was gone: it was made again, and what the steps before did" in told["html"]
    assert told["html"].index("kubectl apply -f web.yaml") < told["html"].index("kubectl patch service/web")
    web = (await read(snapshot, cluster.pk)).find(SERVICES, "default", "web")
    assert web is not None and web["metadata"]["labels"]["team"] == "shop"


async def test_who_applies_is_asked_before_anything_is_made_anew(
    standing_in_the_way: int, bobs: Browser, bob: User
) -> None:
    before = (await read(snapshot, standing_in_the_way)).find(SERVICES, "default", "web")
    assert before is not None
    status, told = await press(bobs, "apply", file="web.yaml")
    assert (status, told["message"]) == (
        422,
        "Service web is there already, and it cannot be changed into what web.yaml says.",
    )
    assert "may not change once set" in told["html"] and "kubectl replace --force -f web.yaml" in told["html"]
    assert f'data-uid="{before["metadata"]["uid"]}"' in told["html"]
    assert (await read(snapshot, standing_in_the_way)).find(SERVICES, "default", "web") == before
    assert "Delete and make anew" in (await bobs.post(f"{LESSON}apply", {"file": "web.yaml"})).content.decode()
    assert (await press(bobs, "apply", file="web.yaml", anew="1"))[0] == 200
    web = (await read(snapshot, standing_in_the_way)).find(SERVICES, "default", "web")
    assert web is not None and web["spec"]["clusterIP"] == "None"


async def test_every_page_of_its_cluster_leads_back(bobs: Browser, alices: Browser, bob: User) -> None:
    await bobs.post(f"{LESSON}start", {})
    back = f'href="{LESSON}">Back to the lesson, step 1</a>'
    for page in ("", "apply/", "tables/", "dns", "request", "terminal/", "kubectl", "settings"):
        found = await bobs.get(f"/clusters/lesson-a-service/{page}")
        assert found.status_code == 200, page
        assert back in found.content.decode(), page
    assert "Back to the lesson" not in (await bobs.get(LESSON)).content.decode(), "one is there"
    assert "Back to the lesson" not in (await bobs.get("/clusters/demo/")).content.decode()
    assert "Back to the lesson" not in (await alices.get("/clusters/lesson-a-service/")).content.decode(), "not hers"
    manifest = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n"
    stored = (
        await bobs.post("/clusters/lesson-a-service/apply/", {"text": manifest, "action": "apply"})
    ).content.decode()
    assert "See it in the lesson" in stored and "See it on the map" not in stored


async def test_help_that_fails_says_why_and_leaves_the_step(bobs: Browser, bob: User) -> None:
    await bobs.post(f"{LESSON}start", {})
    await Cluster.objects.filter(slug="lesson-a-service").aupdate(clock_speed=0)
    cluster = (await attempt(bob)).cluster
    assert cluster is not None
    mirror = await current_hub().mirror(cluster.pk)
    mirror.clock = mirror.clock._replace(speed=0)
    status, told = await press(bobs, "do")
    assert status == 422 and "The clock of your cluster rests" in told["message"]


async def test_everybody_has_progress_of_their_own(bobs: Browser, alices: Browser, bob: User, alice: User) -> None:
    for browser in (bobs, alices):
        await browser.post(f"{LESSON}start", {})
    await press(bobs, "do")
    await press(bobs, "next")
    assert [(await attempt(user)).step for user in (bob, alice)] == [1, 0]
    assert {(await attempt(user)).cluster.slug for user in (bob, alice)} == {"lesson-a-service", "lesson-a-service-2"}  # type: ignore[union-attr]


async def test_a_lessons_cluster_can_be_put_away(bobs: Browser, bob: User) -> None:
    await bobs.post(f"{LESSON}start", {})
    await press(bobs, "do")
    await press(bobs, "next")
    assert (await bobs.post(f"{LESSON}end", {})).headers["Location"] == "/lessons/"
    found = await attempt(bob)
    assert (found.cluster_id, found.furthest) == (None, 1)
    page = (await bobs.get("/lessons/")).content.decode()
    assert "1 of 2 steps done" in page
    assert b"Start in a cluster of your own" in (await bobs.get(LESSON)).content
    assert (await press(bobs, "next"))[0] == 404


async def test_without_javascript_every_button_leads_back_to_the_page(bobs: Browser, bob: User) -> None:
    await bobs.post(f"{LESSON}start", {})
    refused = await bobs.post(f"{LESSON}next", {})
    assert refused.status_code == 422 and b"There is no Service web." in refused.content
    assert (await bobs.post(f"{LESSON}do", {})).headers["Location"] == LESSON
    assert (await bobs.post(f"{LESSON}next", {})).headers["Location"] == LESSON


async def test_staff_is_told_which_lessons_cannot_be_read(own: Path, bobs: Browser, alices: Browser) -> None:
    bad = own / "broken"
    bad.mkdir()
    (bad / "lesson.yaml").write_text("title: 7\n", encoding="utf-8")
    assert b"broken/lesson.yaml, line 1, title: it is a text. This is 7." in (await alices.get("/lessons/")).content
    assert b"broken/lesson.yaml" not in (await bobs.get("/lessons/")).content
    assert (await bobs.get("/lessons/broken/")).status_code == 404


async def test_what_a_lesson_says_in_html_is_shown_as_text(own: Path, bobs: Browser) -> None:
    text = GOOD.replace("Apply `web.yaml`.", "<script>alert(1)</script> [x](javascript:alert)")
    write(own, text)
    await bobs.post(f"{LESSON}start", {})
    page = (await bobs.get(LESSON)).content.decode()
    assert "&lt;script&gt;alert(1)" in page and "javascript:" not in page.replace("[x](javascript:alert)", "")


async def live(user: User | None, path: str = f"{LESSON}live") -> Socket:
    headers = [(b"host", b"127.0.0.1:8000")]
    if user is not None:
        cookies = (await signed_in(user)).client.cookies
        headers.append((b"cookie", cookies.output(header="", sep=";").strip().encode()))
    socket = Socket(application, path, headers)
    assert await socket.connect()
    return socket


async def test_checks_are_told_as_the_cluster_changes(hub: Hub, bobs: Browser, bob: User) -> None:
    await bobs.post(f"{LESSON}start", {})
    socket = await live(bob)
    first = orjson.loads(await socket.receive())
    assert (first["step"], first["met"], first["toGo"]) == (0, {"1.1": False, "1.2": False}, 2)
    await press(bobs, "do")
    told = orjson.loads(await socket.receive())
    while told["toGo"]:
        told = orjson.loads(await socket.receive())
    assert told["said"]["1.1"] == "web is there"
    await press(bobs, "next")
    assert orjson.loads(await socket.receive())["step"] == 1
    await bobs.post(f"{LESSON}end", {})
    assert await socket.closed() == GONE


@pytest.mark.parametrize(("path", "code"), [(f"{LESSON}live", GONE), ("/lessons/none/live", GONE)])
async def test_who_has_not_begun_is_told_nothing(bob: User, path: str, code: int) -> None:
    assert await (await live(bob, path)).closed() == code


async def test_a_stranger_is_told_nothing(hub: Hub, bob: User) -> None:
    await User.objects.filter(pk=bob.pk).aupdate(password="!x")
    await User.objects.acreate_user("carol", password="long enough to be one")
    assert await (await live(None)).closed() == 4401
