"""Sending requests over HTTP: the page, its JSON twin, and what each refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from django.contrib.auth.models import User

from cluster.machinery.objects import SERVICES
from cluster.models import Cluster
from cluster.network.proxy import route
from cluster.watch import Hub, Mirror
from cluster.worker.assembly import CONTROLLERS
from tests.dashboard.conftest import Browser, signed_in
from tests.worker.test_loop import at_work, until

URL = "/clusters/demo/request"
JSON = {"accept": "application/json"}


def serves(mirror: Mirror, name: str = "web") -> bool:
    found = mirror.world.find(SERVICES, "default", name)
    return found is not None and len(route(mirror.world, found["spec"]["clusterIP"]).backends) == 3


def asked_by_pods(mirror: Mirror) -> bool:
    """The DNS pods are up: while the first of them start, their Service may have nobody for a moment."""
    return len(route(mirror.world, mirror.config.dns_address).backends) == 2


@pytest.fixture
async def running(hub: Hub, cluster: Cluster) -> AsyncIterator[None]:
    """The demo with its three pods up, and with the DNS that they ask."""
    async with at_work(hub, cluster, CONTROLLERS):
        await until(hub, cluster, serves, seconds=20)
        await until(hub, cluster, asked_by_pods, seconds=20)
        yield


async def test_the_page_sends_and_shows(running: None, alices: Browser) -> None:
    empty = (await alices.get(URL)).content.decode()
    assert "Nothing sent yet." in empty
    assert '<option value="http://web">' in empty
    assert "<option selected>app-stateful-0</option>" in empty
    form = {"from": "app-stateful-0", "to": "http://web", "count": "100", "namespace": "default"}
    response = await alices.post(f"{URL}/", form)
    text = response.content.decode()
    assert response.status_code == 200
    assert "The way of the first request" in text
    assert "Who got 100 requests" in text
    assert text.count('<rect class="bar-good"') == 3
    assert "HTTP/1.1 200 OK" in text
    assert "Welcome to nginx!" in text
    assert "kubectl exec app-stateful-0 -- sh -c" in text
    assert "-A KUBE-SERVICES -d 10." in text


async def test_the_page_sends_one_by_an_address(running: None, alices: Browser) -> None:
    text = (await alices.get(f"{URL}?from=app-stateful-0&to=headless-svc-stateful:8080")).content.decode()
    assert "refuses: nobody in it listens on 8080; nginx listens on 80." in text
    assert "curl: (7) Failed to connect to headless-svc-stateful port 8080" in text
    assert "Whom 1 request tried" in text
    assert "The bars count tries: a client that is refused at one address goes on to the next." in text


async def test_an_address_that_does_not_say_who_sends_is_sent_from_the_pod_that_the_form_shows(
    running: None, hub: Hub, cluster: Cluster, alices: Browser
) -> None:
    for at in ("", f"&at={(await hub.mirror(cluster.pk)).revision}"):
        response = await alices.get(f"{URL}?to=http://web{at}")
        text = response.content.decode()
        assert (response.status_code, 'role="alert"' in text) == (200, False)
        assert "The way of the request" in text and "<option selected>app-stateful-0</option>" in text


async def test_many_by_an_address_are_filled_in_and_not_sent(running: None, alices: Browser) -> None:
    response = await alices.get(f"{URL}?from=app-stateful-1&to=http://web&count=100")
    text = response.content.decode()
    assert response.status_code == 200
    program = await alices.get(f"{URL}?from=outside&to=http://web&count=2", headers=JSON)
    assert (program.status_code, program.json()["message"]) == (400, "A GET sends one request. Send more by POST.")
    assert '<option value="100" selected>100</option>' in text
    assert 'name="to" value="http://web"' in text
    assert "<option selected>app-stateful-1</option>" in text
    assert "Nothing sent yet." in text and 'role="alert"' not in text


async def test_a_program_gets_the_trace(running: None, bob: User) -> None:
    browser = await signed_in(bob, accept="application/json")
    one = (await browser.get(f"{URL}?from=app-stateful-0&to=http://web")).json()
    assert (one["result"], one["count"], one["from"]["pod"]) == ("answered", 1, "app-stateful-0")
    assert [step["at"] for step in one["steps"]] == ["name", "address", "rule", "pod", "answer"]
    body = {"from": "default/app-stateful-1", "to": "http://web", "count": 1000}
    for given in (body, {**body, "count": "1000"}):
        many = (await browser.post(URL, given, content_type="application/json")).json()
        assert many["outcomes"] == {"answered": 1000}
        assert all(each["count"] > 200 for each in many["spread"])
    by_query = (await browser.post(f"{URL}?from=app-stateful-0&to=http://web&count=10")).json()
    assert by_query["count"] == 10


async def test_affinity_outlives_a_call(running: None, hub: Hub, cluster: Cluster, alices: Browser) -> None:
    stays = "apiVersion: v1\nkind: Service\nmetadata: {name: stays}\nspec:\n  sessionAffinity: ClientIP\n"
    stays += "  selector: {app: web-stateful}\n  ports: [{port: 80}]\n"
    await alices.post("/clusters/demo/apply", {"text": stays, "action": "apply"})
    await until(hub, cluster, lambda mirror: serves(mirror, "stays"))
    told = [(await alices.get(f"{URL}?from=app-stateful-0&to=http://stays", headers=JSON)).json() for _ in range(6)]
    assert len({each["name"] for trace in told for each in trace["spread"] if each["count"]}) == 1
    assert [trace["affinity"]["kept"] for trace in told] == [False] + [True] * 5


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        (
            "?from=app-stateful-0",
            400,
            "A request goes to a URL or to host:port, such as http://web or tcp://redis:6379.",
        ),
        ("?to=http://web", 400, "A request comes from a pod, such as app-stateful-0, or from outside."),
        ("?from=nobody&to=http://web", 404, 'pods "nobody" not found'),
        ("?from=outside&to=gopher://web", 400, "gopher cannot be sent here. http, https, tcp, udp and sctp can."),
    ],
)
async def test_what_is_refused(alices: Browser, query: str, status: int, message: str) -> None:
    response = await alices.get(URL + query, headers=JSON)
    assert (response.status_code, response.json()["message"]) == (status, message)
    if "to=" in query:
        page = await alices.get(URL + query)
        assert page.status_code == 422
        assert "alert" in page.content.decode()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("[]", "The body is a JSON object"),
        ("{", "The body is a JSON object"),
        ('{"from": ["a"], "to": "http://web"}', "from, to, namespace and method are text"),
        ('{"from": "outside", "to": "http://web", "count": true}', "from, to, namespace and method are text"),
        ('{"to": "' + "x" * 20_000 + '"}', "A request is told in at most 16,384 bytes."),
        ('{"from": "outside", "to": "http://web", "count": 1001}', "Requests at once are a number from 1 to 1,000."),
    ],
)
async def test_a_body_that_is_none(alices: Browser, body: str, message: str) -> None:
    response = await alices.post(URL, body, content_type="application/json", headers=JSON)
    assert response.status_code == 400
    assert response.json()["message"].startswith(message)


async def test_strangers_and_other_clusters(hub: object, alices: Browser) -> None:
    assert (await Browser(accept="application/json").get(f"{URL}?from=outside&to=http://web")).status_code == 401
    assert (await alices.get("/clusters/none/request?from=outside&to=http://web")).status_code == 404
    refused: Any = await alices.client.put(URL, headers=JSON)
    assert refused.status_code == 405
