"""A certificate asked for, approved, issued and used by kubectl, as in the official page about normal users."""

from __future__ import annotations

import base64
from pathlib import Path

import orjson
from cryptography.hazmat.primitives import serialization

from tests.kubectl.driving import Kubectl
from tests.requests_for_certificates import KEY, signing_request


def test_a_user_comes_by_a_certificate_and_may_what_roles_say(k: Kubectl, tmp_path: Path) -> None:
    k("create -f -", orjson.dumps(signing_request("CN=jane O=devs", expirationSeconds=86_400)).decode())
    assert k("get csr").column("CONDITION") == ["Pending"]
    k("certificate approve jane")
    k("wait --for=jsonpath={.status.certificate} csr/jane --timeout=30s")
    assert k("get csr").column("CONDITION") == ["Approved,Issued"]
    issued = k("get csr jane -o jsonpath={.status.certificate}").out
    certificate, key = tmp_path / "jane.crt", tmp_path / "jane.key"
    certificate.write_bytes(base64.b64decode(issued))
    key.write_bytes(
        KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    k(f"config set-credentials jane --client-certificate={certificate} --client-key={key}")
    context = k("config current-context").out.strip()
    k("create rolebinding readers --clusterrole=view --group=devs")
    k(f"config set-context {context} --user=jane")
    assert k("get configmaps -o name").out == "configmap/kube-root-ca.crt\n"
    refused = k.fails("create configmap a")
    assert 'User "jane" cannot create resource "configmaps"' in refused.err


def test_what_its_signer_refuses_fails(k: Kubectl) -> None:
    k("create -f -", orjson.dumps(signing_request(usages=["server auth"])).decode())
    k("certificate approve jane")
    k("wait --for=condition=Failed csr/jane --timeout=30s")
    assert k("get csr").column("CONDITION") == ["Approved,Failed"]
