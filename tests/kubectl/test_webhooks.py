"""Admission webhooks that a pod of Kubernetes' own test image answers, met by kubectl."""

from __future__ import annotations

import base64
from typing import Any

import orjson

from cluster.machinery.objects import Obj
from tests.kinds.test_webhooks import RULE, configured
from tests.kubectl.driving import Kubectl
from tests.requests.test_webhooks import authority, pair

IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.53"
ARGS = ["webhook", "--tls-cert-file=/certs/tls.crt", "--tls-private-key-file=/certs/tls.key", "--port=8444"]


def _server() -> list[Obj]:
    chosen = {"app": "hook"}
    probe = {"httpGet": {"scheme": "HTTPS", "port": 8444, "path": "/readyz"}}
    container = {"name": "c", "image": IMAGE, "args": ARGS, "readinessProbe": probe,
                 "volumeMounts": [{"name": "certs", "mountPath": "/certs", "readOnly": True}]}  # fmt: skip
    template = {"containers": [container], "volumes": [{"name": "certs", "secret": {"secretName": "certs"}}]}
    return [
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "certs"}, "data": pair("hook.default.svc")},
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "hook"},
            "spec": {"selector": chosen, "ports": [{"port": 443, "targetPort": 8444}]},
        },
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "hook"},
            "spec": {
                "selector": {"matchLabels": chosen},
                "template": {"metadata": {"labels": chosen}, "spec": template},
            },
        },
    ]


def hook(name: str, path: str, **rule: Any) -> Obj:
    ca = base64.b64encode(authority("ca")[1]).decode()
    return {
        "name": f"{name}.example.com",
        "rules": [{**RULE, **rule}],
        "clientConfig": {"service": {"namespace": "default", "name": "hook", "path": path}, "caBundle": ca},
        "sideEffects": "None",
        "admissionReviewVersions": ["v1", "v1beta1"],
    }


def test_pods_answer_for_the_cluster(k: Kubectl) -> None:
    for each in _server():
        k("create -f -", orjson.dumps(each).decode())
    k("rollout status deployment/hook --timeout=30s")
    stages = [hook(f"stage-{at}", "/mutating-configmaps", operations=["CREATE"]) for at in (1, 2)]
    k("create -f -", orjson.dumps(configured(*stages, kind="Mutating")).decode())
    denying = [
        hook("deny", "/configmaps"),
        hook("attach", "/pods/attach", operations=["CONNECT"], resources=["pods/attach"]),
    ]
    k("create -f -", orjson.dumps(configured(*denying)).decode())

    k("create configmap good --from-literal=mutation-start=yes")
    made = orjson.loads(k("get configmap good -o json").out)
    assert made["data"] == dict.fromkeys(("mutation-start", "mutation-stage-1", "mutation-stage-2"), "yes")
    refused = k.fails("create configmap bad --from-literal=webhook-e2e-test=webhook-disallow")
    said = 'admission webhook "deny.example.com" denied the request: the configmap contains unwanted key and value'
    assert refused.err == f"error: failed to create configmap: {said}\n"

    k("scale deployment hook --replicas=0")
    k("wait --for=delete pod -l app=hook --timeout=30s")
    k.until(
        "get endpoints hook", lambda printed: "<none>" in printed.out
    )  # the pod is gone a moment before its address
    silent = k.fails("create configmap other")
    assert silent.err == (
        'error: failed to create configmap: Internal error occurred: failed calling webhook "stage-1.example.com": '
        'failed to call webhook: Post "https://hook.default.svc:443/mutating-configmaps?timeout=10s": no endpoints '
        'available for service "hook"\n'
    )
    k("delete mutatingwebhookconfiguration,validatingwebhookconfiguration all")
    k("create configmap other")
