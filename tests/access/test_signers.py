"""What signers sign and refuse, in the words of kube-controller-manager."""

from __future__ import annotations

import pytest

from cluster.access import signers
from cluster.machinery.objects import Obj
from tests.access.people import ANN, binding, world
from tests.requests_for_certificates import signing_request

KUBELET, SERVING = "kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/kubelet-serving"
NODE = "CN=system:node:node-1 O=system:nodes"
CLIENT_USES, SERVER_USES = ("digital signature", "client auth"), ("digital signature", "server auth")
CLIENT_WANTED = "usages did not match [client auth digital signature key encipherment]"
SERVER_WANTED = "usages did not match [digital signature key encipherment server auth]"

REFUSED: list[tuple[Obj, str | None]] = [
    (signing_request(), ""),
    (signing_request(usages=("client auth", "key encipherment", "digital signature")), ""),
    (signing_request(usages=("client auth", "server auth")), "invalid usage for client certificate: server auth"),
    (signing_request(usages=("digital signature",)), "missing required usage for client certificate: client auth"),
    (signing_request(signer="example.com/mine"), None),
    (signing_request(NODE, signer=KUBELET, usages=CLIENT_USES), ""),
    (signing_request(NODE, signer=KUBELET, usages=("client auth",)), CLIENT_WANTED),
    (signing_request(NODE, ["DNS:node-1"], signer=KUBELET, usages=CLIENT_USES), "DNS subjectAltNames are not allowed"),
    (signing_request("CN=system:node:a O=devs", signer=KUBELET), "subject organization is not system:nodes"),
    (signing_request("CN=jane O=system:nodes", signer=KUBELET), "subject common name does not begin with system:node:"),
    (signing_request(NODE, ["IP:10.0.0.1"], signer=SERVING, usages=SERVER_USES), ""),
    (signing_request(NODE, signer=SERVING, usages=SERVER_USES), "DNS or IP subjectAltName is required"),
    (signing_request(NODE, ["DNS:a", "URI:http://a"], signer=SERVING, usages=SERVER_USES),
     "URI subjectAltNames are not allowed"),
    (signing_request(NODE, ["DNS:a"], signer=SERVING, usages=CLIENT_USES), SERVER_WANTED),
]  # fmt: skip


@pytest.mark.parametrize(("obj", "refused"), REFUSED)
def test_what_a_signer_refuses(obj: Obj, refused: str | None) -> None:
    assert signers.refusal(obj) == refused


def test_what_is_no_request_is_refused() -> None:
    obj = signing_request()
    obj["spec"]["request"] = "bm90aGluZw=="
    assert (signers.refusal(obj) or "").startswith("unable to parse the request")


@pytest.mark.parametrize(
    ("subject", "username", "groups", "message"),
    [
        (NODE, "system:node:node-1", ["system:nodes"],
         "Auto approving self kubelet client certificate after SubjectAccessReview."),
        (NODE, "joiner", ["system:bootstrappers:kubeadm:default-node-token"],
         "Auto approving kubelet client certificate after SubjectAccessReview."),
        (NODE, "system:node:other", ["system:nodes"], ""),
        ("CN=jane O=devs", "jane", ["system:nodes"], ""),
    ],
)  # fmt: skip
def test_which_requests_of_nodes_are_approved_unasked(
    subject: str, username: str, groups: list[str], message: str
) -> None:
    obj = signing_request(subject, signer=KUBELET, usages=CLIENT_USES, username=username, groups=groups)
    assert signers.approved_unasked(world(defaults=True), obj) == message


def test_who_may_approve() -> None:
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "approver"},
        "rules": [{"verbs": ["approve"], "apiGroups": ["certificates.k8s.io"], "resources": ["signers"],
                   "resourceNames": ["kubernetes.io/*"]}],
    }  # fmt: skip
    bound = world(role, binding("b", "ClusterRole/approver", "User/ann"))
    assert signers.may(bound, ANN, "approve", KUBELET)
    assert not signers.may(bound, ANN, "sign", KUBELET)
    assert not signers.may(bound, ANN, "approve", "example.com/mine")
