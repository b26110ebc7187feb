"""Connections from pods: whom they come to, what is said over them, and what is told to the logs."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cluster.dns import wire
from cluster.dns.answer import Question
from cluster.machinery.objects import CONFIG_MAPS, Obj, key
from cluster.shell.process import Connection
from tests.dns import made
from tests.network import town
from tests.shell.containers import run
from tests.shell.network.standing import network, pod
from tests.shell.programs import peer

ASKER = pod("asker")


async def said_by(connection: Connection) -> bytes:
    """All that comes until the other end has no more."""
    found = b""
    while data := await connection.read():
        found += data
    return found


def running(image: str, *words: str, **more: Any) -> Obj:
    return town.pod("web-0", "10.244.0.10", container={"name": "c", "image": image, "args": list(words), **more})


GET = b"GET %s HTTP/1.1\r\nHost: web\r\nUser-Agent: curl/8.5.0\r\nConnection: close\r\n\r\n"


async def get(image: str, path: str, *words: str, port: int = 8080, **more: Any) -> tuple[bytes, list[str]]:
    net, around = network(town.world(pods=[running(image, *words, **more)]), town.first)
    connection = await net.connect(ASKER, "10.244.0.10", port)
    await connection.write(GET % path.encode())
    found = await said_by(connection)
    return found.partition(b"\r\n\r\n")[2], [text for _, text in around.logged]


async def test_a_request_through_a_service_is_answered_and_logged() -> None:
    net, around = network(town.world(), town.first)
    connection = await net.connect(ASKER, "10.96.1.2", 80)
    await connection.write(b"GET /nowhere HTTP/1.1\r\nHost: web\r\nUser-Agent: curl/8.5.0\r\n\r\n")
    await connection.end()
    assert (await said_by(connection)).decode().splitlines()[:6] == [
        "HTTP/1.1 404 Not Found",
        "Server: nginx/1.27",
        "Date: Mon, 23 Nov 2026 05:30:24 GMT",
        "Content-Type: text/html",
        "Content-Length: 151",
        "Connection: keep-alive",
    ]
    assert around.logged == [
        (
            "web-0",
            '2026/11/23 05:30:24 [error] 29#29: *1 open() "/usr/share/nginx/html/nowhere" failed '
            '(2: No such file or directory), client: 10.244.0.50, server: localhost, request: "GET /nowhere HTTP/1.1", '
            'host: "web"',
        ),
        ("web-0", '10.244.0.50 - - [23/Nov/2026:05:30:24 +0000] "GET /nowhere HTTP/1.1" 404 151 "-" "curl/8.5.0" "-"'),
    ]


async def test_one_connection_carries_many_requests() -> None:
    net, _ = network(town.world(), town.first)
    connection = await net.connect(ASKER, "10.96.1.2", 80)
    await connection.write(b"HEAD / HTTP/1.1\r\nHost: web\r\n\r\nPOST / HTTP/1.1\r\nHost: web\r\n")
    await connection.write(b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" + GET % b"/")
    found = await said_by(connection)
    assert [line for line in found.decode().splitlines() if line.startswith("HTTP/")] == [
        "HTTP/1.1 200 OK",
        "HTTP/1.1 405 Not Allowed",
        "HTTP/1.1 200 OK",
    ]
    assert found.count(b"Connection: close") == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"what\r\n\r\n", "400 Bad Request"),
        (b"GET / HTTP/1.1\r\n\r\n", "400 Bad Request"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n" + b"x" * 1_100_000,
         "413 Request Entity Too Large"),
    ],
)  # fmt: skip
async def test_what_is_no_request_is_told_so(sent: bytes, status: str) -> None:
    net, _ = network(town.world(), town.first)
    connection = await net.connect(ASKER, "10.96.1.2", 80)
    reading = asyncio.create_task(said_by(connection))
    try:
        await connection.write(sent)
        await connection.end()
    except BrokenPipeError:
        pass  # the server has heard enough
    found = (await reading).decode()
    assert found.startswith(f"HTTP/1.1 {status}\r\nServer: nginx\r\n")
    assert "Connection: close" in found


@pytest.mark.parametrize(
    ("address", "port", "error"),
    [
        ("10.244.0.10", 81, ConnectionRefusedError),
        ("10.244.0.99", 80, TimeoutError),
        ("10.96.1.2", 81, TimeoutError),
        ("127.0.0.1", 81, ConnectionRefusedError),
        (town.NODE_1, 12345, ConnectionRefusedError),
        ("192.0.2.1", 80, TimeoutError),
        ("fd00::1", 80, OSError),
    ],
)
async def test_where_nobody_is(address: str, port: int, error: type[OSError]) -> None:
    net, _ = network(town.world(), town.first)
    with pytest.raises(error):
        await net.connect(ASKER, address, port)


async def test_a_service_without_endpoints_refuses() -> None:
    net, _ = network(town.world(pods=[town.pod("web-0", "10.244.0.10", ready=False)]), town.first)
    with pytest.raises(ConnectionRefusedError):
        await net.connect(ASKER, "10.96.1.2", 80)


async def test_the_pods_own_ports_are_at_localhost_and_through_the_kubelet() -> None:
    net, around = network(town.world(), town.first)
    for connection in (await net.connect(pod("web-0"), "127.0.0.1", 80), await net.open_port(pod("web-0"), 80)):
        await connection.write(GET % b"/")
        assert b"Welcome to nginx!" in await said_by(connection)
    assert [text.split()[0] for _, text in around.logged] == ["127.0.0.1", "127.0.0.1"]
    with pytest.raises(ConnectionRefusedError):
        await net.open_port(pod("web-0"), 81)


async def test_a_node_reaches_pods_under_its_own_address() -> None:
    net, around = network(town.world(), town.first)
    connection = await net.from_node("10.244.0.10", 80)
    await connection.write(GET % b"/")
    await said_by(connection)
    assert around.logged[0][1].startswith(f"{town.NODE_1} - - ")


async def test_a_pod_that_goes_takes_its_connections_along() -> None:
    world = town.world()
    net, _ = network(world, town.first)
    connection = await net.connect(ASKER, "10.244.0.10", 80)
    world.drop(pod("web-0"))
    await connection.write(GET % b"/")
    with pytest.raises(ConnectionResetError):
        await said_by(connection)


@pytest.mark.parametrize(
    ("image", "words", "port", "path", "body", "logged"),
    [
        ("agnhost", ["netexec"], 8080, "/hostname", "web-0", ["2026/11/23 05:30:24 GET /hostname"]),
        ("agnhost", ["netexec"], 8080, "/shell?cmd=ls", '{"output":"/bin/sh -c ls"}', None),
        ("agnhost", ["netexec"], 8080, "/dial?request=hostname&protocol=udp&host=10.244.0.10&port=8081&tries=1",
         '{"responses":["web-0"]}', None),
        ("agnhost", ["netexec"], 8080, "/dial?request=hostname&protocol=http&host=10.244.0.10&port=8080&tries=2",
         '{"responses":["web-0","web-0"]}', None),
        ("agnhost", ["netexec"], 8080, "/dial?request=hostname&protocol=http&host=10.244.0.10&port=9&tries=1",
         '{"errors":["dial 10.244.0.10:9: connection refused"]}', None),
        ("agnhost", ["netexec"], 8080, "/dial?request=hostname&protocol=udp&host=10.244.0.10&port=9&tries=1",
         '{"errors":["dial 10.244.0.10:9: connection refused"]}', None),
        ("agnhost", ["netexec"], 8080, "/dial?request=hostname&protocol=icmp&host=a&port=9",
         "unsupported protocol: icmp\n", None),
        ("agnhost", ["serve-hostname"], 9376, "/", "web-0",
         ["2026/11/23 05:30:24 HTTP request from 10.244.0.50:32768"]),
        ("agnhost", ["test-webserver"], 80, "/etc/hostname", "web-0\n", []),
        ("agnhost", ["test-webserver"], 80, "/results/x", "404 page not found\n", []),
        ("httpd:2.4", [], 80, "/", "<html><body><h1>It works!</h1></body></html>\n",
         ['10.244.0.50 - - [23/Nov/2026:05:30:24 +0000] "GET / HTTP/1.1" 200 45']),
        ("team/app", [], 80, "/", "web-0 answers on port 80. What team/app really says is not known here.\n", []),
    ],
)  # fmt: skip
async def test_what_servers_say(
    image: str, words: list[str], port: int, path: str, body: str, logged: list[str] | None
) -> None:
    found, lines = await get(image, path, *words, port=port)
    assert found.decode() == body
    assert logged is None or lines == logged


async def test_agnhost_serves_its_name_over_bare_tcp_and_udp() -> None:
    flags = ["serve-hostname", "--http=false", "--tcp", "--udp"]
    net, around = network(town.world(pods=[running("agnhost", *flags)]), town.first)
    assert await said_by(await net.connect(ASKER, "10.244.0.10", 9376)) == b"web-0"
    datagrams = await net.connect(ASKER, "10.244.0.10", 9376, udp=True)
    await datagrams.write(b"hostName\n")
    assert await datagrams.read() == b"web-0"
    assert [text[20:].split()[0] for _, text in around.logged] == ["TCP", "UDP"]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("hostname", "web-0"),
        ("clientIP", "10.244.0.50:32768"),
        ("echo Hello You", "hello you"),
    ],
)
async def test_netexec_by_udp(words: str, answer: str) -> None:
    net, _ = network(town.world(pods=[running("agnhost", "netexec")]), town.first)
    datagrams = await net.connect(ASKER, "10.244.0.10", 8081, udp=True)
    await datagrams.write(words.encode())
    assert (await datagrams.read()).decode() == answer


async def test_the_exit_of_netexec_ends_the_connection() -> None:
    net, _ = network(town.world(pods=[running("agnhost", "netexec")]), town.first)
    connection = await net.connect(ASKER, "10.244.0.10", 8080)
    await connection.write(GET % b"/exit?code=3")
    with pytest.raises(ConnectionResetError):
        await said_by(connection)


async def test_redis_keeps_what_it_is_given_until_its_container_starts_anew() -> None:
    world = town.world(pods=[running("redis:7")])
    net, _ = network(world, town.first)

    async def told(sent: bytes) -> bytes:
        connection = await net.connect(ASKER, "10.244.0.10", 6379)
        await connection.write(sent)
        await connection.end()
        return await said_by(connection)

    assert await told(b"PING\r\nSET a 1\r\nINCR a\r\nGET a\r\n") == b"+PONG\r\n+OK\r\n:2\r\n$1\r\n2\r\n"
    assert await told(b"*2\r\n$3\r\nGET\r\n$1\r\na\r\n") == b"$1\r\n2\r\n"
    assert await told(b"WHAT x\r\n") == b"-ERR unknown command 'WHAT', with args beginning with: 'x' \r\n"
    again = running("redis:7")
    again["status"]["containerStatuses"][0]["state"] = {"running": {"startedAt": "2026-11-23T05:30:00Z"}}
    world.put(pod("web-0"), again)
    assert await told(b"GET a\r\n") == b"$-1\r\n"


async def test_a_node_forwards_its_port_to_a_pod_at_the_address_the_pod_names() -> None:
    ports = [{"containerPort": 80, "hostPort": 8088, "hostIP": "127.0.0.1"}]
    local = town.pod("local", "10.244.0.40", container={"ports": ports})
    asker = town.pod("asker", town.NODE_1, hostNetwork=True)
    net, _ = network(town.world(asker, pods=[local]), town.first)
    connection = await net.connect(ASKER, "127.0.0.1", 8088)
    await connection.write(GET % b"/")
    assert b"Welcome to nginx!" in await said_by(connection)
    for address in (town.NODE_1, town.NODE_2):
        with pytest.raises(ConnectionRefusedError):
            await net.connect(ASKER, address, 8088)


GUESTBOOK = {
    "frontend": ["guestbook", "--backend-port", "6379"],
    "agnhost-primary": ["guestbook", "--http-port", "6379"],
    "agnhost-replica": ["guestbook", "--replicaof", "agnhost-primary", "--http-port", "6379"],
}


async def test_a_guestbook_keeps_what_is_written_and_its_replica_tells_it() -> None:
    world = town.world(pods=[])
    for number, (called, args) in enumerate(GUESTBOOK.items()):
        address, container = f"10.244.0.{20 + number}", {"name": "c", "image": "agnhost", "args": args}
        backend = town.pod(called, address, app=called, container=container)
        port = {"name": "", "port": 80 if called == "frontend" else 6379, "protocol": "TCP"}
        given = made.service(called, f"10.96.2.{number}", ports=[{**port, "targetPort": port["port"]}])
        made.put(world, backend, given, made.slice_of(called, town.endpoint(backend), ports=[port]))
    net, around = network(world, town.first)

    async def asked(path: str, address: str = "10.96.2.0", port: int = 80) -> str:
        connection = await net.connect(ASKER, address, port)
        await connection.write(GET % path.encode())
        return (await said_by(connection)).partition(b"\r\n\r\n")[2].decode()

    assert await asked("/guestbook?cmd=get&key=messages&value=") == '{"data":""}'
    assert await asked("/guestbook?cmd=set&key=messages&value=Test+Entry") == '{"message":"Updated"}'
    assert await asked("/guestbook?cmd=get&key=messages") == '{"data":"Test Entry"}'
    assert await asked("/get", "10.244.0.22", 6379) == '{"data":{"messages":"Test Entry"}}'
    assert await asked("/guestbook?cmd=put&key=a") == "unsupported cmd: 'put'\n"
    assert await asked("/guestbook?cmd=set") == "cannot set with empty key.\n"
    assert await asked("/") == "404 page not found\n"
    world.drop(pod("agnhost-primary"))
    assert await asked("/guestbook?cmd=get&key=messages") == '{"data":"Test Entry"}'
    assert "encountered error" in await asked("/guestbook?cmd=set&key=a&value=b")
    lines = [f"{where}: {text[20:]}" for where, text in around.logged]
    assert lines[:3] == [
        "agnhost-primary: GET /register?host=agnhost-replica",
        "agnhost-replica: GET /get?key=messages",
        "frontend: GET /guestbook?cmd=get&key=messages&value=",
    ]


async def test_a_program_may_listen_in_its_pod() -> None:
    net, _ = network(town.world(), town.first)
    listener = net.listen(ASKER, 1234)
    with pytest.raises(OSError, match="Address already in use"):
        net.listen(ASKER, 1234)
    connection = await net.connect(pod("web-0"), "10.244.0.50", 1234)
    taken = await listener.accept()
    await taken.write(b"hello")
    assert await connection.read() == b"hello"
    assert taken.peer[0] == "10.244.0.10"
    await listener.close()
    assert await said_by(connection) == b""
    with pytest.raises(ConnectionRefusedError):
        await net.connect(pod("web-0"), "10.244.0.50", 1234)


async def test_a_question_to_the_clusters_dns() -> None:
    net, _ = network(town.world(), town.first)
    packet = wire.question_bytes(Question("web.default.svc.cluster.local.", "A"), 7)
    raw = await net.exchange(ASKER, "10.96.0.10", 53, packet)
    assert raw is not None
    assert [each.data for each in wire.parse(raw).answer] == ["10.96.1.2"]
    assert await net.exchange(ASKER, "192.0.2.1", 53, packet) is None
    assert await net.exchange(ASKER, "10.244.0.99", 53, packet) is None
    with pytest.raises(ConnectionRefusedError):
        await net.exchange(ASKER, "10.244.0.10", 53, packet)
    assert await net.resolve(ASKER, "web") == ["10.96.1.2"]
    assert await net.resolve(ASKER, "web.nowhere") == []


@pytest.mark.parametrize("flags", [["-k"], []])
async def test_tls_is_really_spoken(flags: list[str]) -> None:
    world = town.world(pods=[running("nginxhttps:1")])
    found = await run(peer.machine("nginx", world), "curl", "-sS", *flags, "https://10.244.0.10/")
    if flags:
        assert "Welcome to nginx!" in found.out
    else:
        assert (found.status, found.err.splitlines()[0]) == (
            60,
            "curl: (60) SSL certificate problem: self-signed certificate",
        )
    plain = await run(peer.machine("nginx", world), "curl", "-s", "http://10.244.0.10:443/")
    assert plain.out == "Client sent an HTTP request to an HTTPS server.\n"
    wrong = await run(peer.machine("nginx", world), "curl", "-sS", "-k", "https://10.244.0.10:80/")
    assert wrong.status == 35


@pytest.mark.parametrize("command", [["curl", "-s", "http://web"], ["wget", "-q", "http://web"]])
async def test_nothing_stays_open_behind_a_program(command: list[str]) -> None:
    asker = peer.machine("jessie-dnsutils")
    await run(asker, *command)
    for _ in range(50):
        await asyncio.sleep(0)
    assert asker._machines.network._serving == set()
    hanging = asyncio.create_task(run(asker, "curl", "-s", "http://10.244.0.10"))
    await asyncio.sleep(0)
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)
    for _ in range(50):
        await asyncio.sleep(0)
    assert asker._machines.network._serving == set()


async def test_nginx_answers_as_its_settings_say() -> None:
    conf = (
        "server { listen 80; location / { proxy_pass http://hl:80/; }\n"
        'location /me { return 200 "I am $hostname\\n"; } location /none { proxy_pass http://nowhere; } }'
    )
    proxy = town.pod("proxy", "10.244.0.60", app="proxy")
    proxy["spec"]["volumes"] = [{"name": "conf", "configMap": {"name": "conf"}}]
    proxy["spec"]["containers"][0]["volumeMounts"] = [{"name": "conf", "mountPath": "/etc/nginx/conf.d"}]
    settings = {"kind": "ConfigMap", "metadata": {"name": "conf", "namespace": "default"}, "data": {"a.conf": conf}}
    world = peer.world(proxy)
    world.put(key(CONFIG_MAPS, "default", "conf"), settings)
    asker = peer.machine("nginx", world)
    assert (await run(asker, "curl", "-s", "http://10.244.0.60/me")).out == "I am proxy\n"
    assert "Welcome to nginx!" in (await run(asker, "curl", "-s", "http://10.244.0.60/")).out
    missing = await run(asker, "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "http://10.244.0.60/none")
    assert missing.out == "502"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["sh", "-c", "while true; do echo hello from $(hostname) | nc -l -p 8080; done"], "hello from web-0\n"),
        (["sh", "-c", "while :; do printf 'HTTP/1.1 200 OK\\r\\n\\r\\nhi' | nc -lp 8080; done"],
         "HTTP/1.1 200 OK\r\n\r\nhi"),
        (["socat", "TCP-LISTEN:8080,fork", "EXEC:cat"], "typed\n"),
        (["python3", "-m", "http.server", "8080", "--directory", "/etc"], "HTTP/1.0 200 OK\r\nServer: SimpleHTTP/0.6"),
        (["httpd", "-f", "-p", "8080", "-h", "/etc"], "HTTP/1.1 200 OK\r\nDate: Mon"),
    ],
)  # fmt: skip
async def test_servers_that_a_command_line_starts(command: list[str], said: str) -> None:
    served = town.pod("web-0", "10.244.0.10", container={"name": "c", "image": "busybox", "command": command})
    net, _ = network(town.world(pods=[served]), town.first)
    connection = await net.connect(ASKER, "10.244.0.10", 8080)
    typed = b"typed\n" if "socat" in command else GET % b"/hostname"
    await connection.write(typed)
    await connection.end()
    assert (await said_by(connection)).decode().startswith(said)


async def test_a_server_in_a_loop_answers_curl() -> None:
    line = "while :; do printf 'HTTP/1.1 200 OK\\r\\n\\r\\nhi' | nc -lp 8080; done"
    served = {"name": "c", "image": "busybox", "command": ["sh", "-c", line]}
    world = peer.world(town.pod("loop", "10.244.0.60", app="loop", container=served))
    assert (await run(peer.machine("nginx", world), "curl", "-s", "http://10.244.0.60:8080/x")).out == "hi"


@pytest.mark.parametrize(
    ("more", "server", "outcome"),
    [
        ({"dnsPolicy": "Default"}, "192.168.49.1", "** server can't find web: NXDOMAIN"),
        ({"hostNetwork": True}, "192.168.49.1", "** server can't find web: NXDOMAIN"),
        ({"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"}, "10.96.0.10", "Address: 10.96.1.2"),
    ],
)
async def test_a_pod_that_asks_whom_its_node_asks(more: dict[str, Any], server: str, outcome: str) -> None:
    asker = peer.machine("bind-utils", **more)
    found = await run(asker, "nslookup", "web")
    assert found.out.splitlines()[0] == f"Server:\t\t{server}"
    assert outcome in found.out


async def test_servers_that_ask_each_other_come_to_an_end() -> None:
    conf = "server { listen 80; location / { proxy_pass http://10.244.0.60; } }"
    mirror = town.pod("mirror", "10.244.0.60", app="mirror")
    mirror["spec"]["volumes"] = [{"name": "conf", "configMap": {"name": "conf"}}]
    mirror["spec"]["containers"][0]["volumeMounts"] = [{"name": "conf", "mountPath": "/etc/nginx/conf.d"}]
    settings = {"kind": "ConfigMap", "metadata": {"name": "conf", "namespace": "default"}, "data": {"a.conf": conf}}
    world = peer.world(mirror)
    world.put(key(CONFIG_MAPS, "default", "conf"), settings)
    asker = peer.machine("nginx", world)
    found = await run(asker, "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "http://10.244.0.60/")
    assert found.out == "502"
