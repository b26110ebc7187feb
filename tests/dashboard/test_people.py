"""A second person: what they may look at, what is refused in which words, and how the owner lets them do more."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from cluster.machinery.objects import CLUSTER_ROLE_BINDINGS
from cluster.models import Cluster
from cluster.store import read, snapshot
from dashboard.access import authorize, may_write
from dashboard.lessons.models import Attempt
from tests.access.people import binding, role, world
from tests.dashboard.conftest import Browser, signed_in

NOTE = "You may look at demo, not change it."
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept}\n"
SETTINGS = "/clusters/demo/people"

GIVES: list[tuple[tuple[Any, ...], bool]] = [
    ((), False),
    ((binding("all", "ClusterRole/cluster-admin", "User/bob"),), True),
    ((binding("all", "ClusterRole/cluster-admin", "Group/system:authenticated"),), True),
    ((binding("all", "ClusterRole/cluster-admin", "User/ann"),), False),
    ((binding("all", "ClusterRole/cluster-admin", "User/bob", namespace="default"),), False),
    ((binding("some", "ClusterRole/edit", "User/bob"),), False),
]


@pytest.mark.parametrize(("bindings", "may"), GIVES)
def test_the_clusters_own_roles_decide(bindings: tuple[Any, ...], may: bool) -> None:
    bob, cluster = User(pk=2, username="bob"), Cluster(slug="demo")
    everything = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}
    there = world(role("cluster-admin", everything), role("edit"), *bindings)
    assert may_write(bob, cluster, there) is may
    authorize(bob, cluster, "list", "pods", world=there)


@pytest.mark.parametrize("page", ["", "tables", "apply", "dns", "request", "kubectl"])
async def test_every_page_says_once_that_one_may_only_look(bob: User, alices: Browser, page: str) -> None:
    shown = (await (await signed_in(bob)).get(f"/clusters/demo/{page}")).content.decode()
    assert shown.count(NOTE) == 1
    assert '<p class="viewing" role="note">' in shown
    assert "Settings of demo" not in shown
    assert '<p class="viewing" role="note" hidden>' in (await alices.get(f"/clusters/demo/{page}")).content.decode()


async def test_a_plan_of_who_may_only_look_promises_nothing(bob: User) -> None:
    browser = await signed_in(bob)
    told = (await browser.post("/clusters/demo/plan?html", {"text": MAP})).json()
    assert "ConfigMap, would be created" in told["html"]
    assert 'value="apply"' not in told["foot"]
    assert "You may look at demo only: nothing can be applied." in told["foot"]
    refused = await browser.post("/clusters/demo/apply", {"text": MAP, "action": "apply"})
    assert refused.status_code == 403
    assert "name: kept" in refused.content.decode()
    assert "cannot patch anything. Nothing is stored." in refused.content.decode()


async def test_the_front_page_tells_whose_clusters_are_anothers(bob: User, alice: User, alices: Browser) -> None:
    await Cluster.objects.filter(slug="demo").aupdate(owner=alice)
    shown = (await (await signed_in(bob)).get("/")).content.decode()
    assert "Others&#x27; clusters" in shown or "Others' clusters" in shown
    assert "alice's" in shown
    assert "Your clusters" not in shown
    assert "Your clusters" in (await alices.get("/")).content.decode()


async def test_the_front_page_folds_the_clusters_of_others_lessons(bob: User, alice: User, alices: Browser) -> None:
    cluster = await Cluster.objects.aget(slug="demo")
    await Cluster.objects.filter(slug="demo").aupdate(owner=alice)
    await Attempt.objects.acreate(user=alice, lesson="pods", cluster=cluster)
    shown = (await (await signed_in(bob)).get("/")).content.decode()
    assert "1 cluster of lessons</summary>" in shown
    assert shown.index("of lessons</summary>") < shown.index('<span class="mono">demo</span>')
    assert "of lessons</summary>" not in (await alices.get("/")).content.decode()


async def test_an_owner_gives_and_takes(bob: User, alices: Browser) -> None:
    bobs = await signed_in(bob)

    async def gives(person: str, may: str) -> str:
        answer = await alices.post(SETTINGS, {"person": person, "may": may})
        assert answer.status_code == 302
        shown: str = (await alices.get("/clusters/demo/settings")).content.decode()
        return shown

    command = "kubectl create clusterrolebinding bob:cluster-admin --clusterrole=cluster-admin --user=bob"
    assert command in await gives("bob", "change")
    cluster = await Cluster.objects.aget(slug="demo")
    assert (await read(snapshot, cluster.pk)).find(CLUSTER_ROLE_BINDINGS, "", "bob:cluster-admin") is not None
    await alices.get("/clusters/demo/tables?kind=clusterrolebindings")
    assert (await bobs.post("/clusters/demo/apply", {"text": MAP, "action": "apply"})).status_code == 200
    assert (await bobs.get("/clusters/demo/settings")).status_code == 403
    assert "bob may change demo already, by the ClusterRoleBinding bob:cluster-admin." in await gives("bob", "change")
    assert "bob may only look at demo now." in await gives("bob", "look")
    assert (await bobs.post("/clusters/demo/apply", {"text": MAP, "action": "apply"})).status_code == 403
    assert "bob may look at demo already" in await gives("bob", "look")


REFUSED = [
    ("nobody", "There is nobody called nobody here. Staff make people in /admin/."),
    ("alice", "alice may do everything in demo already, as staff."),
    ("", "Write a person&#x27;s name."),
]


@pytest.mark.parametrize(("person", "said"), REFUSED)
async def test_what_cannot_be_given_is_said(alices: Browser, person: str, said: str) -> None:
    await alices.post(SETTINGS, {"person": person, "may": "change"})
    assert said in (await alices.get("/clusters/demo/settings")).content.decode()


async def test_only_owners_and_staff_give(bob: User) -> None:
    assert (await (await signed_in(bob)).post(SETTINGS, {"person": "bob", "may": "change"})).status_code == 403
