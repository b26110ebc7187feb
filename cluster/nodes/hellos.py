"""Images that say who answers, and other programs whose pages are known: one small function each. Pure."""

from __future__ import annotations

from itertools import pairwise

from cluster.machinery.objects import name, namespace, spec, status
from cluster.nodes import agnhost, images
from cluster.nodes.messages import Exchange, Response, http_date, json, text


def head(asked: Exchange) -> list[str]:
    request = asked.request
    given = [f"{key}: {value}" for key, value in request.headers]
    return [f"{request.method} {request.path} HTTP/1.1", f"Host: {request.host}", *given]


def whoami(asked: Exchange) -> Response:
    own = ["127.0.0.1", str(status(asked.pod).get("podIP") or "")]
    lines = [f"Hostname: {asked.hostname}", *(f"IP: {each}" for each in own), f"RemoteAddr: {asked.request.client}"]
    return text("\n".join((*lines, *head(asked), "", "")))


def hello_app(asked: Exchange) -> Response:
    major = images.tag(str(asked.container.get("image") or "")).split(".")[0]
    version = f"{major}.0.0" if major.isdigit() else "1.0.0"
    return text(f"Hello, world!\nVersion: {version}\nHostname: {asked.hostname}\n")


def bootcamp(asked: Exchange) -> Response:
    version = images.tag(str(asked.container.get("image") or "")).lstrip("v")
    return text(f"Hello Kubernetes bootcamp! | Running on: {asked.hostname} | v={version}\n")


def nginx_hello(asked: Exchange) -> Response:
    own = f"{status(asked.pod).get('podIP')}:{asked.port}"
    lines = [f"Server address: {own}", f"Server name: {asked.hostname}", f"Date: {http_date(asked.now)}"]
    return text("\n".join((*lines, f"URI: {asked.request.path}", "")), 200, "text/plain")


def http_echo(asked: Exchange) -> Response:
    words = [str(each) for each in asked.container.get("args") or ()]
    pairs = [*words, *(f"{one}={other}" for one, other in pairwise(words))]
    said = next((each.partition("=")[2] for each in pairs if each.lstrip("-").startswith("text=")), "hello-world")
    return text(f"{said}\n")


def echo_server(asked: Exchange) -> Response:
    return text("\n".join((f"Request served by {asked.hostname}", "", *head(asked), "", "")))


def echoserver(asked: Exchange) -> Response:
    pod, request = asked.pod, asked.request
    lines = [
        "",
        "",
        f"Hostname: {asked.hostname}",
        "",
        "Pod Information:",
        f"\tnode name:\t{spec(pod).get('nodeName') or ''}",
        f"\tpod name:\t{name(pod)}",
        f"\tpod namespace:\t{namespace(pod)}",
        f"\tpod IP:\t{status(pod).get('podIP') or ''}",
        "",
        "Request Information:",
        f"\tclient_address={request.client.rpartition(':')[0]}",
        f"\tmethod={request.method}",
        f"\treal path={request.path}",
        f"\trequest_uri=http://{request.host}:{asked.port}{request.path}",
        "",
        "Request Headers:",
        *(f"\t{key.lower()}={value}" for key, value in (*request.headers, ("host", request.host))),
        "",
    ]
    return text("\n".join(lines))


def echo_json(asked: Exchange) -> Response:
    request = asked.request
    headers = {key.lower(): value for key, value in (*request.headers, ("Host", request.host))}
    told = {
        "path": asked.path,
        "method": request.method,
        "headers": headers,
        "hostname": request.host,
        "ip": request.client.rpartition(":")[0],
        "os": {"hostname": asked.hostname},
    }
    return json(told)


def podinfo(asked: Exchange) -> Response:
    if asked.path in ("/healthz", "/readyz"):
        return json({"status": "OK"})
    tag = images.tag(str(asked.container.get("image") or ""))
    return json({"hostname": asked.hostname, "version": tag, "message": f"greetings from podinfo v{tag}"})


def httpbin(asked: Exchange) -> Response:
    if asked.path.startswith("/status/"):
        return text("", agnhost.code_of(asked.path.rpartition("/")[2], 400))
    headers = dict((*asked.request.headers, ("Host", asked.request.host)))
    origin = asked.request.client.rpartition(":")[0]
    url = f"http://{asked.request.host}{asked.request.path}"
    told: dict[str, object] = {"args": {}, "headers": headers, "origin": origin, "url": url}
    if asked.request.method not in ("GET", "HEAD"):
        told["data"] = asked.request.body.decode(errors="replace")
    return json(told)


def elasticsearch(asked: Exchange) -> Response:
    tag = images.tag(str(asked.container.get("image") or ""))
    return json({"name": asked.hostname, "cluster_name": "docker-cluster", "version": {"number": tag}})
