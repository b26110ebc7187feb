"""What the API answers and does not store, besides reviews: bindings, usage, the control plane's health."""

from __future__ import annotations

import pytest

from cluster.machinery.objects import Obj
from tests.api.asking import Client
from tests.kinds.specimens import specimen

TOKEN = "/api/v1/namespaces/default/serviceaccounts/robot/token"
TABLE = "application/json;as=Table;g=meta.k8s.io;v=v1"


async def _account(client: Client) -> None:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot"}}
    assert (await client.post("/api/v1/namespaces/default/serviceaccounts", account)).code == 201


async def test_a_dry_run_gives_no_token(client: Client) -> None:
    await _account(client)
    dry = await client.post(f"{TOKEN}?dryRun=All", {"spec": {}})
    assert (dry.code, dry.json["status"]["token"]) == (201, "")
    assert (await client.get(TOKEN)).code == 405


async def test_keys_to_check_tokens_by_may_be_kept_for_an_hour(client: Client) -> None:
    keys = await client.get("/openid/v1/jwks")
    assert keys.header("content-type") == "application/jwk-set+json"
    assert keys.header("cache-control") == "public, max-age=3600"


async def test_a_binding_puts_a_pod_on_a_node(client: Client) -> None:
    pods = "/api/v1/namespaces/default/pods"
    made = await client.post(
        pods, {"metadata": {"name": "web-0"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    )
    assert made.code == 201, made.json
    body = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": "web-0"}, "target": {"name": "node-1"}}
    bound = await client.post("/api/v1/namespaces/default/bindings", body)
    assert (bound.code, bound.json["status"]) == (201, "Success")
    assert (await client.get(f"{pods}/web-0")).json["spec"]["nodeName"] == "node-1"
    nowhere = await client.post("/api/v1/namespaces/default/bindings", {**body, "target": {}})
    assert nowhere.code == 400


async def test_a_signing_request_names_who_made_it(client: Client) -> None:
    path = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
    made = await client.post(path, specimen("CertificateSigningRequest"))
    assert (made.code, made.json["spec"]["username"]) == (201, "ada"), made.json
    conditions = [{"type": "Approved", "status": "True"}]
    approved = {"metadata": {"annotations": {"a": "b"}}, "status": {"conditions": conditions}}
    assert (await client.patch(f"{path}/web/status", approved)).code == 422
    done = await client.patch(f"{path}/web/approval", approved)
    assert (done.code, done.json["status"]["conditions"][0]["type"]) == (200, "Approved")
    assert done.json["metadata"]["annotations"] == {"a": "b"}
    signed = await client.patch(f"{path}/web/status", {"status": {"certificate": "AA=="}})
    assert (signed.code, signed.json["status"]) == (200, {**done.json["status"], "certificate": "AA=="})


async def test_what_nodes_use(client: Client) -> None:
    nodes = "/apis/metrics.k8s.io/v1beta1/nodes"
    listed = (await client.get(nodes)).json
    assert (listed["kind"], listed["apiVersion"]) == ("NodeMetricsList", "metrics.k8s.io/v1beta1")
    one = (await client.get(f"{nodes}/node-1")).json
    assert one["usage"] == {"cpu": "120000000n", "memory": "716800Ki"}
    assert (one["window"], one["kind"]) == ("15s", "NodeMetrics")
    assert (await client.get(f"{nodes}?labelSelector=no=such")).json["items"] == []
    missing = await client.get(f"{nodes}/gone")
    assert missing.json["message"] == 'nodemetrics.metrics.k8s.io "gone" not found'
    assert (await client.delete(f"{nodes}/node-1")).code == 405
    row = (await client.get(nodes, accept=TABLE)).json["rows"][0]["cells"]
    assert row == ["node-1", "120m", "700Mi", "15s"]
    missing = await client.get("/apis/metrics.k8s.io/v1beta1/namespaces/default/pods/gone")
    assert missing.json["message"] == 'podmetrics.metrics.k8s.io "default/gone" not found'


async def test_the_control_planes_health(client: Client) -> None:
    rows = (await client.get("/api/v1/componentstatuses", accept=TABLE)).json["rows"]
    assert [row["cells"] for row in rows] == [
        ["controller-manager", "Healthy", "ok", ""],
        ["etcd-0", "Healthy", "ok", ""],
        ["scheduler", "Healthy", "ok", ""],
    ]
    one = await client.get("/api/v1/componentstatuses/scheduler")
    assert one.json["kind"] == "ComponentStatus"
    assert one.warnings == ['299 - "v1 ComponentStatus is deprecated in v1.19+"']


async def test_kinds_that_are_not_stored_cannot_be_applied(client: Client) -> None:
    assert (await client.post("/api/v1/componentstatuses", {"metadata": {"name": "x"}})).code == 405


async def test_an_autoscaler_is_served_in_both_of_its_versions(client: Client) -> None:
    below = "namespaces/default/horizontalpodautoscalers"
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    old = {"scaleTargetRef": reference, "minReplicas": 1, "maxReplicas": 3, "targetCPUUtilizationPercentage": 50}
    made = await client.post(f"/apis/autoscaling/v1/{below}", {"metadata": {"name": "h"}, "spec": old})
    assert (made.code, made.json["apiVersion"], made.json["spec"]) == (201, "autoscaling/v1", old)
    new = (await client.get(f"/apis/autoscaling/v2/{below}/h")).json
    assert new["spec"]["metrics"][0]["resource"]["target"] == {"averageUtilization": 50, "type": "Utilization"}
    patched = await client.patch(f"/apis/autoscaling/v1/{below}/h", {"spec": {"targetCPUUtilizationPercentage": 70}})
    assert patched.json["spec"]["targetCPUUtilizationPercentage"] == 70
    listed = (await client.get(f"/apis/autoscaling/v1/{below}")).json
    assert (listed["apiVersion"], listed["items"][0]["spec"]) == ("autoscaling/v1", patched.json["spec"])


ODD_BODIES: list[tuple[str, Obj]] = [
    ("serviceaccounts/robot/token", {"spec": {"expirationSeconds": "long"}}),
    ("serviceaccounts/robot/token", {"spec": {"boundObjectRef": "web-0"}}),
    ("serviceaccounts/robot/token", {"spec": {"audiences": "vault"}}),
    ("serviceaccounts/robot/token", {"spec": []}),
    ("pods/web-0/binding", {"target": "node-1"}),
    ("pods/web-0/binding", {"metadata": []}),
    ("pods/web-0/eviction", {"deleteOptions": "now"}),
    ("pods/web-0/eviction", {"deleteOptions": {"gracePeriodSeconds": "soon"}}),
    ("bindings", {"metadata": {"name": 7}, "target": {"name": "node-1"}}),
]


@pytest.mark.parametrize(("path", "body"), ODD_BODIES)
async def test_a_body_of_the_wrong_shape_is_refused_in_words(client: Client, path: str, body: Obj) -> None:
    await _account(client)
    pod = {"metadata": {"name": "web-0"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    await client.post("/api/v1/namespaces/default/pods", pod)
    refused = await client.post(f"/api/v1/namespaces/default/{path}", body)
    assert (refused.code, refused.json["reason"]) == (400, "BadRequest"), refused.json


@pytest.mark.parametrize(
    "body", [{"spec": "3"}, {"metadata": []}, {"spec": {"replicas": "3"}}, {"spec": {"replicas": 1.5}}]
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_a_scale_of_the_wrong_shape_is_refused_in_words(client: Client, method: str, body: Obj) -> None:
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    path = "/apis/apps/v1/namespaces/default/deployments"
    assert (await client.post(path, {"metadata": {"name": "web"}, "spec": spec})).code == 201
    media = "application/json" if method == "PUT" else "application/merge-patch+json"
    refused = await client.ask(method, f"{path}/web/scale", body, content_type=media)
    assert (refused.code, refused.json["reason"]) in ((400, "BadRequest"), (422, "Invalid")), refused.json


ODD_OPTIONS: list[Obj] = [
    {"gracePeriodSeconds": "soon"},
    {"preconditions": "none"},
    {"preconditions": {"uid": 7}},
    {"propagationPolicy": 3},
    {"dryRun": "All"},
    {"orphanDependents": "yes"},
]


@pytest.mark.parametrize("body", ODD_OPTIONS)
async def test_options_of_the_wrong_shape_are_refused_in_words(client: Client, body: Obj) -> None:
    path = "/api/v1/namespaces/default/configmaps"
    await client.post(path, {"metadata": {"name": "c"}})
    for at in (f"{path}/c", f"{path}?labelSelector=a%3Db"):
        refused = await client.delete(at, body)
        assert refused.code in (400, 422), refused.json
        assert refused.json["message"]
