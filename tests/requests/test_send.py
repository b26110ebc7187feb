"""Requests from a pod or from outside: the way in sentences, the outcome, and why."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cluster import requests
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import CONFIG_MAPS, ENDPOINT_SLICES, NODES, Obj, key, timestamp
from cluster.machinery.objects import PODS as PODS_KIND
from cluster.world import World
from tests.dns import made
from tests.network import town
from tests.network.town import NODE_1, NODE_2, PODS, dice, endpoint, pod, service, slice_of

NOW = 1795411824.0


def send(world: World, to: str, source: str = "asker", **more: Any) -> dict[str, Any]:
    pick = more.pop("pick", town.first)
    return requests.send(world, town.CONFIG, source=source, to=to, pick=pick, now=NOW, **more).trace


def way(trace: dict[str, Any]) -> list[str]:
    return [f"{'' if each['ok'] else '! '}{each['at']}: {each['text']}" for each in trace["steps"]]


def counts(trace: dict[str, Any]) -> dict[str, int]:
    return {each["name"]: each["count"] for each in trace["spread"]}


def test_a_request_to_a_cluster_ip() -> None:
    found = send(town.world(), "http://web/x")
    assert way(found) == [
        "name: web is web.default.svc.cluster.local: 10.96.1.2.",
        "address: 10.96.1.2 is virtual: the cluster IP of web. The rules of kube-proxy on node-1 catch the packet.",
        "rule: One of 3 is taken by chance, each with 1 in 3: web-0.",
        "pod: web-0 gets it at 10.244.0.10, port 80.",
        "answer: nginx in web-0 answers 404 Not Found, 151 bytes.",
    ]
    assert [each["id"] for each in found["steps"]] == [
        "services/default/web",
        "services/default/web",
        None,
        "pods/default/web-0",
        None,
    ]
    assert found["from"] == {
        "id": "pods/default/asker",
        "pod": "asker",
        "namespace": "default",
        "ip": "10.244.0.50",
        "node": "node-1",
    }
    assert found["to"] == {"url": "http://web/x", "scheme": "http", "host": "web", "port": 80, "path": "/x"}
    assert (found["service"], found["virtual"], found["result"]) == ("services/default/web", True, "answered")
    assert found["response"]["status"] == 404
    assert found["kubectl"] == "kubectl exec asker -- curl -sS http://web/x"
    assert found["rules"][0].startswith("-A KUBE-SERVICES -d 10.96.1.2/32 -p tcp ")
    assert (found["reasons"], found["says"], found["affinity"]) == ([], "", None)


def test_a_request_to_a_headless_service_passes_kube_proxy_by() -> None:
    found = send(town.world(services=[service("hl", "None", 8080)]), "http://hl", count=90, pick=dice())
    assert way(found)[1:3] == [
        "address: The client itself takes one of 3. 10.244.0.10 is web-0's own: the packet goes straight there, "
        "past kube-proxy.",
        "pod: web-0 gets it at 10.244.0.10, port 80.",
    ]
    assert (found["service"], found["virtual"], found["rules"]) == ("services/default/hl", False, [])
    assert found["outcomes"] == {"answered": 90}
    assert all(count > 15 for count in counts(found).values())
    assert found["reasons"] == ["hl is headless: nobody turns port 80 into 8080, so 80 is the pod's own."]


def test_the_trap_of_the_article() -> None:
    """targetPort 8080 over containers on 80."""
    found = send(town.world(services=[service("web", "10.96.1.2", 8080)]), "web", count=12, pick=dice())
    assert way(found)[-2:] == [
        "! pod: web-0 gets it at 10.244.0.10, port 8080. Port 80 was turned into 8080.",
        "! answer: web-0 refuses: nobody in it listens on 8080; nginx listens on 80.",
    ]
    assert found["outcomes"] == {"refused": 12}
    assert found["reasons"] == [
        "web answers nothing on port 80: targetPort 8080, but the container of web-0 listens on 80."
    ]
    assert found["says"] == "curl: (7) Failed to connect to web port 80 after 0 ms: Couldn't connect to server"


def test_where_no_address_answers_all_are_tried() -> None:
    found = send(town.world(services=[service("hl", "None")]), "hl:8080")
    assert way(found)[1:] == [
        "! address: 10.244.0.10, web-0's own, refuses, so the client goes on to the next address.",
        "! address: 10.244.0.11, web-1's own, refuses, so the client goes on to the next address.",
        "address: 10.244.0.12, the last of 3, is web-2's own: the packet goes straight there, past kube-proxy.",
        "! pod: web-2 gets it at 10.244.0.12, port 8080.",
        "! answer: web-2 refuses: nobody in it listens on 8080; nginx listens on 80.",
    ]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("count", [1, 40])
def test_tries_in_vain_are_told_in_their_order_and_come_to_everybody(seed: int, count: int) -> None:
    pods = [pod(f"web-{number}", f"10.244.0.{10 + number}") for number in range(5)]
    found = send(town.world(services=[service("hl", "None")], pods=pods), "hl:8080", count=count, pick=dice(seed))
    tried = [re.findall(r"10\.244\.0\.1\d", each["text"])[0] for each in found["steps"][1:6]]
    assert way(found)[0] == f"name: hl is hl.default.svc.cluster.local: {', '.join(tried)}."
    assert sorted(tried) == [f"10.244.0.{10 + number}" for number in range(5)]
    assert f"{tried[-1]}, the last of 5, is " in found["steps"][5]["text"]
    assert [(each["name"], each["outcomes"], each["expected"]) for each in found["spread"]] == [
        (f"web-{number}", {"refused": count}, 1.0) for number in range(5)
    ]
    assert (found["outcomes"], found["order"]) == ({"refused": count}, [])


def test_a_dead_address_is_passed_over() -> None:
    world = town.world(services=[service("hl", "None")])
    gone = pod("web-9", "10.244.0.9")
    made.put(world, slice_of("hl", endpoint(gone), endpoint(PODS[0])))
    found = send(world, "hl")
    assert way(found)[1] == "! address: 10.244.0.9 does not answer, so the client goes on to the next address."
    assert [(each["name"], each["count"], each["expected"]) for each in found["spread"]] == [("web-0", 1, 1.0)]
    assert found["result"] == "answered"


UNREADY = pod("web-0", "10.244.0.10", ready=False)
ENDING = pod("web-0", "10.244.0.10", metadata={"deletionTimestamp": "2026-11-23T05:30:00Z"})
CRASHED = pod("web-0", "10.244.0.10", state={"waiting": {"reason": "CrashLoopBackOff"}})
DONE = pod("web-0", "10.244.0.10", status={"phase": "Succeeded"})
SLOW = pod(
    "web-0",
    "10.244.0.10",
    state={"running": {"startedAt": timestamp(NOW - 5)}},
    metadata={"annotations": {"kubarium.dev/slow-start": "12s"}},
)
REDIS = pod("cache-0", "10.244.0.30", app="cache", container={"name": "cache", "image": "redis", "ports": []})
TLS = pod("safe-0", "10.244.0.31", container={"image": "team/safe", "ports": [{"containerPort": 443}]})
ALONE = pod("web-0", "10.244.0.10", container={"image": "busybox", "args": ["httpd", "-f", "-p", "127.0.0.1:80"]})
"""Bound to its own loopback address."""
HELD = pod("held", "10.244.0.40", container={"ports": [
    {"containerPort": 80, "hostPort": 8088},
    {"containerPort": 80, "hostPort": 8089, "hostIP": "127.0.0.1"},
    {"containerPort": 81, "hostPort": 8090, "hostIP": NODE_1},
]})  # fmt: skip
SHARED = pod("agent", NODE_1, hostNetwork=True, container={"ports": [{"containerPort": 80}]})
NAMES = [
    pod("a-0", "10.244.0.10", container={"image": "team/a", "ports": [{"name": "http", "containerPort": 8080}]}),
    pod("b-0", "10.244.0.11", container={"image": "team/b", "ports": [{"name": "http", "containerPort": 9090}]}),
]


@pytest.mark.parametrize(
    ("world", "to", "source", "result", "last"),
    [
        # straight to an address
        (town.world(), "10.244.0.11", "asker", "answered", "nginx in web-1 answers 200 OK, 211 bytes."),
        (town.world(pods=[UNREADY]), "10.244.0.10", "asker", "answered", "nginx in web-0 answers 200 OK, 211 bytes."),
        (town.world(), "10.244.0.99", "asker", "timeout", "No pod has 10.244.0.99: there is no way to it."),
        (town.world(), "10.96.7.7", "asker", "timeout", "No Service has 10.96.7.7: nothing forwards it."),
        (town.world(pods=[DONE]), "10.244.0.10", "asker", "timeout", "No pod has 10.244.0.10: there is no way to it."),
        (town.world(), "192.0.2.1", "asker", "timeout",
         "192.0.2.1 lies outside the cluster, where nothing is simulated: no answer comes."),
        (town.world(), "localhost", "web-1", "answered", "nginx in web-1 answers 200 OK, 211 bytes."),
        (town.world(), "localhost:81", "web-1", "refused",
         "web-1 refuses: nobody in it listens on 81; nginx listens on 80."),
        # bound to the loopback address: the pod itself, and nobody else
        (town.world(pods=[ALONE]), "127.0.0.1", "web-0", "answered", None),
        (town.world(pods=[ALONE]), "localhost", "web-0", "answered", None),
        (town.world(pods=[ALONE]), "10.244.0.10", "web-0", "refused",
         "web-0 refuses: nobody in it listens on 80; nginx listens on 127.0.0.1:80."),
        (town.world(pods=[ALONE]), "10.244.0.10", "asker", "refused",
         "web-0 refuses: nobody in it listens on 80; nginx listens on 127.0.0.1:80."),
        (town.world(pods=[ALONE]), "web", "asker", "refused", None),
        (town.world(CRASHED), "10.244.0.10", "asker", "refused",
         "web-0 refuses: nginx does not run (CrashLoopBackOff)."),
        (town.world(SLOW), "10.244.0.10", "asker", "refused",
         "web-0 refuses: nginx needs 7 s more to start (kubarium.dev/slow-start)."),
        # a Service with nobody, or nobody for that port
        (town.world(pods=[UNREADY]), "web", "asker", "refused", "web has no ready endpoint: a connection is refused."),
        (town.world(), "web:81", "asker", "timeout",
         "web has no port 81/TCP (it has 80/TCP): no rule catches the packet, and nobody else has 10.96.1.2."),
        (town.world(services=[service("web", "10.96.1.2", internalTrafficPolicy="Local")], pods=PODS[2:]),
         "web", "asker", "timeout",
         "web has internalTrafficPolicy Local, and none of its endpoints is on node-1: the packet is dropped."),
        # what is spoken there
        (town.world(REDIS), "tcp://10.244.0.30:6379", "asker", "connected", "redis in cache-0 takes the connection."),
        (town.world(REDIS), "10.244.0.30:6379", "asker", "connected",
         "redis in cache-0 takes the connection; it speaks a protocol of its own, so nothing is asked over it."),
        (town.world(REDIS), "http://10.244.0.30:6379", "asker", "no-http",
         "redis in cache-0 speaks a protocol of its own, not HTTP."),
        (town.world(), "https://web:80", "asker", "no-tls",
         "nginx in web-0 speaks plain HTTP on 80: an https:// URL cannot work here, http:// does."),
        (town.world(TLS), "https://10.244.0.31", "asker", "answered", "safe in safe-0 answers 200 OK, 74 bytes."),
        (town.world(TLS), "http://10.244.0.31:443", "asker", "answered",
         "safe in safe-0 speaks TLS on 443, and says so: an https:// URL is wanted."),
        (town.world(), "udp://web:80", "asker", "timeout",
         "web has no port 80/UDP (it has 80/TCP): no rule catches the packet, and nobody else has 10.96.1.2."),
        # names
        (town.world(), "nowhere", "asker", "no-name", None),
        (town.world(made.alias("docs", "example.org")), "docs", "asker", "no-name", None),
        # nodes
        (town.world(), NODE_1, "asker", "refused",
         "node-1 refuses: nothing on it listens on 80, and no Service has that node port."),
        (town.world(), f"https://{NODE_1}:6443", "asker", "answered",
         "The API server of node-1 answers 403 Forbidden, 217 bytes."),
        (town.world(SHARED), NODE_1, "asker", "answered", "nginx in agent answers 200 OK, 211 bytes."),
        (town.world(HELD), f"{NODE_1}:8088", "asker", "answered", "nginx in held answers 200 OK, 211 bytes."),
        (town.world(HELD), f"{NODE_1}:8088", "outside", "answered", "nginx in held answers 200 OK, 211 bytes."),
        (town.world(HELD), f"{NODE_2}:8088", "asker", "refused",
         "node-2 refuses: nothing on it listens on 8088, and no Service has that node port."),
        (town.world(HELD), f"{NODE_1}:8089", "asker", "refused",
         "node-1 refuses: nothing on it listens on 8089, and no Service has that node port."),
        (town.world(HELD), f"{NODE_1}:8090", "asker", "refused",
         "held refuses: nobody in it listens on 81; nginx listens on 80."),
        # from outside
        (town.world(), "web", "outside", "no-name", None),
        (town.world(), "10.244.0.10", "outside", "timeout",
         "10.244.0.10 is an address inside the cluster, and nobody outside has a way to it."),
        (town.world(), "10.96.1.2", "outside", "timeout",
         "10.96.1.2 is a virtual address that only nodes of the cluster know: outside it leads nowhere."),
        (town.world(), "localhost", "outside", "refused", "Nothing listens on the machine outside that asks."),
    ],
)  # fmt: skip
def test_how_it_ends(world: World, to: str, source: str, result: str, last: str | None) -> None:
    found = send(world, to, source)
    assert found["result"] == result
    if last is not None:
        assert found["steps"][-1]["text"] == last
    assert found["steps"][-1]["ok"] is (result in ("answered", "connected"))
    assert bool(found["says"]) is (result not in ("answered", "connected"))


def test_the_last_resort_is_who_is_ending_and_still_serves() -> None:
    world = town.world(ENDING)
    made.put(world, slice_of("web", endpoint(ENDING, draining=True)))
    found = send(world, "web")
    assert "None is ready, so one that is ending and still serves is better than nobody." in way(found)[2]
    assert found["result"] == "answered"


def test_who_is_published_before_it_is_ready_is_chosen() -> None:
    world = town.world(UNREADY)
    made.put(world, slice_of("web", endpoint(UNREADY)))
    assert way(send(world, "web"))[3].endswith("Its endpoint counts as ready though the pod is not.")


def test_a_named_port_is_another_on_every_pod() -> None:
    world = town.world(services=[service("web", "10.96.1.2", "http")], pods=NAMES)
    for each, port in zip(NAMES, (8080, 9090), strict=True):
        name = each["metadata"]["name"]
        piece = slice_of("web", endpoint(each), ports=[{"name": "", "port": port, "protocol": "TCP"}])
        piece["metadata"]["name"] = f"web-{name}"
        made.put(world, piece)
    world.drop(key(ENDPOINT_SLICES, "default", "web-x"))
    found = send(world, "web", count=40, pick=dice())
    assert [(each["name"], each["port"]) for each in found["spread"]] == [("a-0", 8080), ("b-0", 9090)]
    assert found["outcomes"] == {"answered": 40}
    assert way(found)[3] == "pod: a-0 gets it at 10.244.0.10, port 8080. Port 80 was turned into 8080."


def test_a_pod_that_gets_its_own_request() -> None:
    found = send(town.world(), "web", "web-0")
    assert "It is the asker itself" in way(found)[3]
    whoami = pod("web-0", "10.244.0.10", container={"image": "traefik/whoami"})
    found = send(town.world(pods=[whoami]), "web", "web-0")
    assert f"RemoteAddr: {NODE_1}:32768" in found["response"]["body"]
    assert "RemoteAddr: 10.244.0.50:32768" in send(town.world(pods=[whoami]), "web")["response"]["body"]


NODE_PORT = [{"port": 80, "targetPort": 80, "protocol": "TCP", "nodePort": 30080}]


def balanced(**spec: Any) -> Obj:
    found = service("web", "10.96.1.2", type="LoadBalancer", ports=NODE_PORT, **spec)
    return {**found, "status": {"loadBalancer": {"ingress": [{"ip": "198.51.100.1"}]}}}


@pytest.mark.parametrize(
    ("to", "source", "step"),
    [
        (
            "198.51.100.1:81",
            "outside",
            "198.51.100.1 is an outer address of web, but none of its rules is for this port.",
        ),
        (f"{NODE_2}:31000", "outside", "192.168.49.3 is node-2 itself, and no rule of kube-proxy is for this port."),
        ("10.96.1.2:81", "asker", "10.96.1.2 is the cluster IP of web, but no rule of kube-proxy catches this packet."),
        ("10.244.0.99", "asker", "10.244.0.99 is no Service's address: no rule turns the packet anywhere else."),
    ],
)
def test_where_no_rule_is(to: str, source: str, step: str) -> None:
    assert send(town.world(services=[balanced()]), to, source)["steps"][1]["text"] == step


@pytest.mark.parametrize(
    ("to", "source", "spec", "step", "spread"),
    [
        ("198.51.100.1", "outside", {}, "198.51.100.1 is the load balancer of web.", {"web-0", "web-1", "web-2"}),
        (f"{NODE_2}:30080", "outside", {}, "30080 on node-2 is the node port of web.", {"web-0", "web-1", "web-2"}),
        (f"{NODE_2}:30080", "outside", {"externalTrafficPolicy": "Local"}, "30080 on node-2", {"web-2"}),
        ("198.51.100.1", "asker", {"externalTrafficPolicy": "Local"}, "198.51.100.1", {"web-0", "web-1", "web-2"}),
    ],
)
def test_doors(to: str, source: str, spec: dict[str, Any], step: str, spread: set[str]) -> None:
    found = send(town.world(services=[balanced(**spec)]), to, source, count=60, pick=dice())
    assert way(found)[1].startswith(f"address: {step}")
    assert {name for name, count in counts(found).items() if count} == spread
    assert found["outcomes"] == {"answered": 60}


@pytest.mark.parametrize(("node", "status", "local"), [(NODE_1, 200, 2), (NODE_2, 200, 1), ("192.168.49.9", 503, 0)])
def test_kube_proxy_tells_balancers_which_nodes_have_endpoints(node: str, status: int, local: int) -> None:
    world = town.world(services=[balanced(externalTrafficPolicy="Local", healthCheckNodePort=32000)])
    world.put(key(NODES, "", "node-9"), town.node("node-9", "192.168.49.9", "c"))
    found = send(world, f"{node}:32000", "outside")["response"]
    assert found["status"] == status
    assert f'"localEndpoints": {local}' in found["body"]


def test_the_kubelet_knows_nobody() -> None:
    assert send(town.world(), f"https://{NODE_1}:10250/pods")["response"]["status"] == 401


def test_the_server_sees_the_node_unless_the_policy_is_local() -> None:
    whoami = [pod("web-0", "10.244.0.10", container={"image": "traefik/whoami"})]
    for policy, sender in (("Cluster", NODE_1), ("Local", "203.0.113.7")):
        world = town.world(services=[balanced(externalTrafficPolicy=policy)], pods=whoami)
        assert f"RemoteAddr: {sender}:" in send(world, "198.51.100.1", "outside")["response"]["body"]


def test_affinity_is_kept_from_call_to_call() -> None:
    world = town.world(services=[service("web", "10.96.1.2", sessionAffinity="ClientIP")])
    first = requests.send(world, town.CONFIG, source="asker", to="web", count=50, pick=dice(3), now=NOW)
    assert sorted(counts(first.trace).values()) == [0, 0, 50]
    assert first.trace["affinity"]["kept"] is False
    assert [each["expected"] for each in first.trace["spread"]] == [0, 0, 0], "no share of the others is to be expected"
    for seed in range(8):
        again = requests.send(
            world, town.CONFIG, source="asker", to="web", pick=dice(seed), now=NOW + 10_799, affinity=first.affinity
        )
        (one,) = (name for name, count in counts(again.trace).items() if count)
        assert one == next(name for name, count in counts(first.trace).items() if count)
        assert again.trace["affinity"]["kept"] is True
        assert f"10.244.0.50 came to {one} before" in way(again.trace)[2]


def test_what_a_config_map_puts_there_is_served() -> None:
    page = {"kind": "ConfigMap", "metadata": {"name": "page"}, "data": {"index.html": "<h1>Shop</h1>\n"}}
    mount = {"volumeMounts": [{"name": "www", "mountPath": "/usr/share/nginx/html"}]}
    shop = pod("web-0", "10.244.0.10", container=mount, volumes=[{"name": "www", "configMap": {"name": "page"}}])
    assert send(town.world(page, pods=[shop]), "web")["response"]["body"] == "<h1>Shop</h1>\n"


def test_a_thousand_requests_are_told_shortly() -> None:
    pods = [pod(f"web-{n}", f"10.244.1.{n}") for n in range(150)]
    found = send(town.world(pods=pods), "web", count="1,000", pick=dice())
    assert len(found["spread"]) == 100
    assert len(found["order"]) == 1000
    assert sum(found["outcomes"].values()) == 1000
    assert len(found["rules"]) == 61


def test_the_order_tells_who_got_each() -> None:
    found = send(town.world(), "web", count=30, pick=dice())
    for at, row in enumerate(found["spread"]):
        assert found["order"].count(at) == row["count"]


@pytest.mark.parametrize(
    ("to", "more", "command"),
    [
        ("web", {"count": 3}, "kubectl exec asker -- sh -c "
         "'for i in $(seq 3); do curl -sS -o /dev/null -w \"%{http_code}\\n\" http://web; done'"),
        ("https://web/a?b=c", {}, "kubectl exec asker -- curl -sS -k 'https://web/a?b=c'"),
        ("web", {"method": "post"}, "kubectl exec asker -- curl -sS -X POST http://web"),
        ("web", {"method": "HEAD"}, "kubectl exec asker -- curl -sS -I http://web"),
        ("tcp://web:80", {}, "kubectl exec asker -- nc -zv web 80"),
        ("10.244.0.30:6379", {}, "kubectl exec asker -- nc -zv 10.244.0.30 6379"),
        (f"{NODE_1}:30080", {"source": "outside"}, f"curl -sS http://{NODE_1}:30080"),
    ],
)  # fmt: skip
def test_the_same_in_a_terminal(to: str, more: dict[str, Any], command: str) -> None:
    assert send(town.world(REDIS), to, **more)["kubectl"] == command


PENDING = pod("late", "", status={"phase": "Pending"})


@pytest.mark.parametrize(
    ("to", "more", "message"),
    [
        ("", {}, "A request goes to a URL or to host:port, such as http://web or tcp://redis:6379."),
        ("ftp://web", {}, "ftp cannot be sent here. http, https, tcp, udp and sctp can."),
        ("http://", {}, "http:// names no host. A Service's name goes there, as in http://web."),
        ("http://web:80800", {}, "A port is a number from 1 to 65535. This is 80800."),
        ("http://web:0000080999", {}, "A port is a number from 1 to 65535. This is 0000080999."),
        ("http://web:http", {}, "A port is a number from 1 to 65535. This is http."),
        ("tcp://web", {}, "tcp has no port of its own. Name one, as in tcp://redis:6379."),
        ("tcp://web:80/x", {}, "tcp knows no path: tcp://web:80 is all there is to say."),
        ("http://me:secret@web", {}, "http://me:secret@web names a user. A URL here has none."),
        ("http://we b", {}, "'http://we b' is no URL: it has characters that none has."),
        ("http://w$b", {}, "w$b has characters that no name in a cluster has."),
        ("http://[::1", {}, "http://[::1 is no URL: its brackets do not fit."),
        ("http://" + "a" * 2100, {}, "A URL here has at most 2,048 characters. This has 2,107."),
        ("http://" + "a" * 64, {}, "Between two dots stand at most 63 characters. Here are 64."),
        ("http://a..b", {}, "a..b has a dot with nothing before it."),
        ("web", {"count": "0"}, "Requests at once are a number from 1 to 1,000. This is 0."),
        (
            "web",
            {"count": "00000000011000000"},
            "Requests at once are a number from 1 to 1,000. This is 00000000011000000.",
        ),
        ("web", {"count": "many"}, "Requests at once are a number from 1 to 1,000. This is many."),
        ("web", {"count": ""}, "Requests at once are a number from 1 to 1,000. This is nothing."),
        ("web", {"method": "BREW"}, "BREW is no method of HTTP. GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS are."),
        ("web", {"source": "nobody"}, 'pods "nobody" not found'),
        ("web", {"source": "shop/asker"}, 'pods "asker" not found'),
        ("web", {"source": ""}, "A request comes from a pod, such as app-stateful-0, or from outside."),
        ("web", {"source": "late"}, "late is Pending: nothing can be sent from it."),
    ],
)
def test_what_cannot_be_sent(to: str, more: dict[str, Any], message: str) -> None:
    with pytest.raises(ApiError) as refused:
        send(town.world(PENDING), to, **more)
    assert refused.value.message == message


@pytest.mark.parametrize("address", ["10.96.1.2", "None"])
@pytest.mark.parametrize("seed", range(3))
def test_a_thousand_requests_spread_evenly(address: str, seed: int) -> None:
    """Whether a proxy chooses or the client does: chi-square of four pods below its value at 0.001."""
    pods = [pod(f"web-{n}", f"10.244.0.{10 + n}") for n in range(4)]
    found = counts(send(town.world(services=[service("web", address)], pods=pods), "web", count=1000, pick=dice(seed)))
    assert sum((got - 250) ** 2 / 250 for got in found.values()) < 16.27


def test_a_server_that_keeps_the_order_of_addresses_sends_all_to_the_first() -> None:
    corefile = ".:53 {\n    kubernetes cluster.local\n}\n"
    config = {
        "kind": "ConfigMap",
        "metadata": {"name": "coredns", "namespace": "kube-system"},
        "data": {"Corefile": corefile},
    }
    world = town.world(services=[service("hl", "None")])
    world.put(key(CONFIG_MAPS, "kube-system", "coredns"), config)
    found = send(world, "hl", count=40, pick=dice())
    assert [(each["name"], each["count"], each["expected"]) for each in found["spread"]] == [("web-0", 40, 1.0)]


def test_servers_log_each_request() -> None:
    found = requests.send(
        town.world(), town.CONFIG, source="asker", to="http://web/x", count=3, pick=dice(), now=NOW
    ).logged
    assert [each.line.text.split('"')[1] for each in found if not each.line.error] == ["GET /x HTTP/1.1"] * 3
    assert {each.container for each in found} == {"nginx"}
    bare = requests.send(town.world(), town.CONFIG, source="asker", to="tcp://web:80", pick=dice(), now=NOW)
    assert bare.logged == ()


def proxied(conf: str) -> World:
    """The town with an nginx `proxy` at 10.244.0.60 that has these settings."""
    proxy = town.pod("proxy", "10.244.0.60", app="proxy")
    proxy["spec"]["volumes"] = [{"name": "conf", "configMap": {"name": "conf"}}]
    proxy["spec"]["containers"][0]["volumeMounts"] = [{"name": "conf", "mountPath": "/etc/nginx/conf.d"}]
    world = town.world()
    world.put(key(PODS_KIND, "default", "proxy"), proxy)
    settings = {"kind": "ConfigMap", "metadata": {"name": "conf", "namespace": "default"}, "data": {"a.conf": conf}}
    world.put(key(CONFIG_MAPS, "default", "conf"), settings)
    return world


PASSED = [
    ("http://web/", 200, "It passed the request on to web:80: nginx in web-0 answers 200 OK, 211 bytes."),
    ("http://web:81/", 504, "It passed the request on to web:81: "),
    ("http://nowhere/", 502, "It passed the request on to nowhere:80: "),
    ("http://10.244.0.60/", 502, "It passed the request on to 10.244.0.60:80: nginx in proxy answers 502"),
]


@pytest.mark.parametrize(("url", "status", "words"), PASSED)
def test_a_server_that_passes_requests_on(url: str, status: int, words: str) -> None:
    found = send(proxied(f"server {{ listen 80; location / {{ proxy_pass {url}; }} }}"), "http://10.244.0.60/")
    assert found["response"]["status"] == status
    assert words in way(found)[-1]


def test_agnhost_dials_for_others() -> None:
    world = town.world()
    netexec = town.pod("agn", "10.244.0.61", app="agn")
    netexec["spec"]["containers"][0] |= {"image": "registry.k8s.io/e2e-test-images/agnhost:2.47", "args": ["netexec"]}
    world.put(key(PODS_KIND, "default", "agn"), netexec)
    place = "http://10.244.0.61:8080"
    found = send(world, f"{place}/dial?host=10.244.0.61&port=8080&request=hostname&tries=2")
    assert found["response"]["body"] == '{"responses":["agn","agn"]}'
    assert "It asked 10.244.0.61:8080: agnhost in agn answers 200 OK" in way(found)[-1]
    by_udp = send(world, f"{place}/dial?host=10.244.0.61&port=8081&protocol=udp&request=hostname")
    assert by_udp["response"]["body"] == '{"responses":["agn"]}'
    nobody = send(world, f"{place}/dial?host=nowhere&port=80")
    assert nobody["response"]["body"] == '{"errors":["dial nowhere:80: no such host"]}'
    assert send(world, f"{place}/dial?host=a")["response"]["status"] == 400
