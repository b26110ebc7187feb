"""Requests for certificates, from being made to being cleared away."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from cluster.access.defaultroles import default_roles
from cluster.api import pki
from cluster.certifying import cluster_of
from cluster.config import ClusterConfig
from cluster.controllers import csrsigning
from cluster.intents import Create, Patch
from cluster.machinery.errors import Forbidden
from cluster.machinery.objects import NAMESPACES, SIGNING_REQUESTS, Obj, condition, key, status, timestamp, uid
from cluster.trust import Keyring
from tests.controllers.street import Street
from tests.requests_for_certificates import CLIENT, KEY, signing_request

WHERE = key(SIGNING_REQUESTS, "", "jane")
APPROVED = {"type": "Approved", "status": "True", "reason": "ByAdmin"}


@pytest.fixture
def street(tmp_path: Path) -> Street:
    pki.authority(tmp_path / "pki")
    made = Street(csrsigning.CONTROLLER)
    made.config = ClusterConfig(pace="instant", trust=Keyring(tmp_path / "pki"))
    for name in ("kube-system", "kube-public"):
        made.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    made.create(*default_roles())
    return made


def decided(street: Street, obj: Obj) -> Obj:
    street.create(obj)
    street.rest(1)
    given = {**APPROVED, "lastUpdateTime": timestamp(street.now)}
    street.do(Patch(WHERE, "merge", {"status": {"conditions": [given]}}, "approval"))
    street.rest(1)
    found = street.world.get(WHERE)
    assert found is not None
    return found


def test_an_approved_request_is_signed_by_the_clusters_authority(street: Street, tmp_path: Path) -> None:
    found = decided(street, signing_request(expirationSeconds=86_400))
    certificate = x509.load_pem_x509_certificate(base64.b64decode(status(found)["certificate"]))
    certificate.verify_directly_issued_by(pki.authority(tmp_path / "pki").certificate)
    assert certificate.public_key() == KEY.public_key()
    assert certificate.subject.rfc4514_string() == "O=devs,CN=jane"
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == timedelta(days=1)
    assert cluster_of(certificate) == uid(street.world.get(key(NAMESPACES, "", "kube-system")) or {})


def test_what_its_signer_refuses_fails(street: Street) -> None:
    found = decided(street, signing_request(usages=["server auth"]))
    failed = condition(found, "Failed") or {}
    assert (failed["reason"], failed["message"]) == (
        "SignerValidationFailure",
        "invalid usage for client certificate: server auth",
    )
    assert "certificate" not in status(found)


def test_other_signers_requests_wait_for_them_and_denied_ones_are_not_signed(street: Street) -> None:
    assert "certificate" not in status(decided(street, signing_request(signer="example.com/mine")))
    denied = {"metadata": {"name": "no"}}
    street.create({**signing_request(), **denied})
    where = WHERE._replace(name="no")
    street.do(Patch(where, "merge", {"status": {"conditions": [{**APPROVED, "type": "Denied"}]}}, "approval"))
    street.rest(1)
    assert "certificate" not in status(street.world.get(where) or {})


def test_nobody_gets_a_certificate_that_may_do_everything(street: Street) -> None:
    with pytest.raises(Forbidden, match=f"use of {CLIENT} signer with system:masters group is not allowed"):
        street.do(Create(signing_request("CN=root O=system:masters")))


def test_issued_ones_go_after_an_hour_and_undecided_ones_after_a_day(street: Street) -> None:
    decided(street, signing_request())
    street.create({**signing_request(), "metadata": {"name": "waits"}})
    street.rest(3500)
    assert street.world.count(SIGNING_REQUESTS) == 2
    street.rest(200)
    assert [each.name for each in street.world.bucket(SIGNING_REQUESTS, "")] == ["waits"]
    street.rest(24 * 3600)
    assert street.world.count(SIGNING_REQUESTS) == 0


def reasons(street: Street, name: str = "jane") -> list[str]:
    where = WHERE._replace(name=name)
    return [each.text for each in csrsigning.plan(street.world, where, street.now, street.config).reasons]


def test_why_there_is_no_certificate_is_told(street: Street) -> None:
    street.create(signing_request())
    street.rest(1)
    assert reasons(street) == ["Waits for somebody to approve jane: kubectl certificate approve jane."]
    street.do(Patch(WHERE, "merge", {"status": {"conditions": [APPROVED]}}, "approval"))
    street.rest(1)
    assert reasons(street) == []
    street.create(
        signing_request(name="other", signer="example.com/mine"), signing_request(name="wrong", usages=["any"])
    )
    for name in ("other", "wrong"):
        approved = {"status": {"conditions": [{**APPROVED, "lastUpdateTime": timestamp(street.now)}]}}
        street.do(Patch(WHERE._replace(name=name), "merge", approved, "approval"))
    street.rest(1)
    assert reasons(street, "other") == ["Waits for example.com/mine, a signer that is nobody of this cluster's own."]
    assert reasons(street, "wrong") == ["wrong gets no certificate: invalid usage for client certificate: any."]
