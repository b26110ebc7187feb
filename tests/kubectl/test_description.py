"""The API's description of itself, as kubectl uses it: discovery, explain, validation."""

from __future__ import annotations

import urllib.request

import orjson

from tests.kubectl.driving import Kubectl

PORTS = """\
KIND:       Pod
VERSION:    v1

FIELD: ports <[]ContainerPort>
"""


SERVICE_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")


def test_what_is_served_is_listed_and_explained(k: Kubectl) -> None:
    assert "Server Version: v1.32.13" in k("version").lines
    assert {"v1", "apps/v1", "autoscaling/v1", "autoscaling/v2"} <= set(k("api-versions").lines)
    rows = {row[0]: row[1:] for row in k("api-resources").rows[1:]}
    assert rows["statefulsets"] == ["sts", "apps/v1", "true", "StatefulSet"]
    assert rows["bindings"] == ["v1", "true", "Binding"]
    explained = k("explain pods.spec.containers.ports").out
    assert explained.startswith(PORTS)
    assert "  containerPort\t<integer> -required-" in explained
    assert k("explain svc.spec.type").lines[4:9] == ["ENUM:", *(f"    {each}" for each in SERVICE_TYPES)]
    recursive = k("explain sts --recursive").lines
    assert any(line.strip() == "secretKeyRef\t<SecretKeySelector>" for line in recursive)
    assert "VERSION:    v1\n" in k("explain hpa --api-version=autoscaling/v1").out
    unknown = k.fails("explain pods.spec.nope")
    assert unknown.err == 'error: field "nope" does not exist\n'


def test_several_objects_in_one_list_are_validated(k: Kubectl) -> None:
    items = [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": each}} for each in ("a", "b")]
    listed = {"apiVersion": "v1", "kind": "List", "items": items}
    assert k("apply --validate=strict -f -", orjson.dumps(listed).decode()).lines == [
        "configmap/a created",
        "configmap/b created",
    ]
    wrong = {**items[0], "metadata": {"name": "c"}, "dta": {}}
    refused = k.fails("apply -f -", orjson.dumps(wrong).decode())
    assert 'strict decoding error: unknown field "dta"' in refused.err
    assert "unknown field" in k("apply --validate=warn -f -", orjson.dumps(wrong).decode()).err


def test_raw_paths_and_a_proxy_reach_the_cluster_of_the_kubeconfig(k: Kubectl) -> None:
    assert '"NamespaceList"' in k("get --raw /api/v1/namespaces").out
    with k.watching("proxy --port=0 --disable-filter=true") as proxy:
        printed = proxy.until_text(r"Starting to serve on 127\.0\.0\.1:(\d+)")
        with urllib.request.urlopen(f"http://127.0.0.1:{printed[1]}/api/", timeout=10) as answer:
            assert orjson.loads(answer.read())["versions"] == ["v1"]
