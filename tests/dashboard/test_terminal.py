"""The shell page's choices and refusals, and the kubectl page's keys."""

from __future__ import annotations

from django.contrib.auth.models import User

from cluster import manifests
from cluster.api import tokens
from cluster.models import ApiToken, Cluster
from tests.dashboard.conftest import Browser, signed_in
from tests.dashboard.test_request import running

URL = "/clusters/demo/terminal"
KEYS = "/clusters/demo/kubectl"
__all__ = ["running"]


async def test_it_offers_what_runs(running: None, alices: Browser) -> None:
    text = (await alices.get(URL)).content.decode()
    assert "<option>app-stateful-0</option>" in text
    assert "Choose a running pod" in text
    chosen = (await alices.get(f"{URL}/?pod=app-stateful-0")).content.decode()
    assert 'data-pod="app-stateful-0" data-container="nginx"' in chosen
    assert "kubectl exec -it app-stateful-0 -- sh" in chosen
    beside = (await alices.get(f"{URL}?pod=app-stateful-0&image=busybox")).content.decode()
    assert "kubectl debug -it app-stateful-0 --image=busybox -- sh" in beside


async def test_an_address_of_the_past_is_told_that_there_is_no_shell_then(running: None, alices: Browser) -> None:
    text = (await alices.get(f"{URL}?pod=app-stateful-0&at=7")).content.decode()
    assert "A shell is one of the present</b>, not of revision 7" in text and "?at=7" in text
    assert "of the present" not in (await alices.get(f"{URL}?pod=app-stateful-0")).content.decode()
    assert (await alices.get(f"{URL}?at=yesterday")).status_code == 400


async def test_what_cannot_be_opened_is_said(running: None, alices: Browser) -> None:
    for query, sentence in (
        ("pod=nope", "There is no pod nope in default."),
        ("pod=app-stateful-0&container=x", "app-stateful-0 has no container x, only nginx."),
    ):
        response = await alices.get(f"{URL}?{query}")
        assert (response.status_code, sentence in response.content.decode()) == (404, True)


async def test_who_may_only_look_gets_no_shell(hub: object, cluster: Cluster) -> None:
    guest = await signed_in(await User.objects.acreate_user("guest", password="long enough 1"))
    assert (await guest.get(URL)).status_code == 403
    shown = (await guest.get("/clusters/demo/dns")).content.decode()
    assert (URL in shown, "You may look at demo, not change it." in shown) == (False, True)


async def test_a_kubeconfig_is_made_for_who_asks_and_its_key_can_be_ended(
    cluster: Cluster, alice: User, alices: Browser
) -> None:
    assert "None yet." in (await alices.get(KEYS)).content.decode()
    file = await alices.post(KEYS, {})
    assert file["Content-Disposition"] == 'attachment; filename="kubarium-demo.yaml"'
    config = manifests.parse([("kubeconfig", file.content)])[0].object
    token = config["users"][0]["user"]["token"]
    kept = await ApiToken.objects.aget()
    assert (kept.user_id, kept.digest) == (alice.pk, tokens.digest(token))
    listed = (await alices.get(KEYS)).content.decode()
    assert "kubeconfig from the site" in listed
    assert token not in listed
    assert (await alices.post(f"{KEYS}/{kept.pk}/end", {})).status_code == 302
    assert not await ApiToken.objects.aexists()


async def test_nobody_ends_anothers_key(cluster: Cluster, alice: User, alices: Browser) -> None:
    await alices.post(KEYS, {})
    kept = await ApiToken.objects.aget()
    other = await signed_in(await User.objects.acreate_user("other", password="long enough 1"))
    assert (await other.post(f"{KEYS}/{kept.pk}/end", {})).status_code == 404
    assert await ApiToken.objects.aexists()
