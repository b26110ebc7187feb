"""Who a client is by its certificate, and where one is not good."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from cluster.api import pki
from cluster.api.app import KubernetesApi
from cluster.api.authentication import Authenticator
from cluster.api.clientcertificates import by_certificate
from cluster.machinery.objects import NAMESPACES, uid
from cluster.models import Cluster
from cluster.trust import Keyring
from cluster.watch import current_hub
from tests.api.asking import Client, Reply
from tests.requests_for_certificates import pem

WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


async def asked(
    client: Client, cluster: Cluster, tmp_path: Path, subject: str, *, home: str = "", late: float = 0
) -> Reply:
    mirror = await current_hub().mirror(cluster.pk)
    home = home or uid(mirror.world.find(NAMESPACES, "", "kube-system") or {})
    pki.authority(tmp_path)
    made = Keyring(tmp_path).certify(pem(subject), ["client auth"], 600, mirror.now() - late, home)
    der = x509.load_pem_x509_certificate(made.encode()).public_bytes(serialization.Encoding.DER)

    async def shown(scope: dict[str, object], headers: object, mirror: object) -> object:
        return await by_certificate({**scope, "client_certificate": der}, headers, mirror)  # type: ignore[arg-type]

    ask: Authenticator = shown  # type: ignore[assignment]
    client.application = KubernetesApi(ask)
    return await client.post(WHO, {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"})


async def test_the_common_name_is_the_user_and_organizations_are_groups(
    client: Client, cluster: Cluster, tmp_path: Path
) -> None:
    reply = await asked(client, cluster, tmp_path, "CN=jane O=devs O=ops")
    found = reply.json["status"]["userInfo"]
    assert (found["username"], found["groups"]) == ("jane", ["devs", "ops", "system:authenticated"])
    (credential,) = found["extra"]["authentication.kubernetes.io/credential-id"]
    assert credential.startswith("X509SHA256=")


@pytest.mark.parametrize(
    ("subject", "home", "late"), [("CN=jane", "another", 0), ("CN=jane", "", 3600), ("O=a", "", 0)]
)
async def test_one_of_another_cluster_an_old_and_a_nameless_one_are_not_good(
    client: Client, cluster: Cluster, tmp_path: Path, subject: str, home: str, late: float
) -> None:
    assert (await asked(client, cluster, tmp_path, subject, home=home, late=late)).code == 401
