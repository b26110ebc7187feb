"""Tokens of people, the certificates behind the port, and the kubeconfig that carries both."""

from __future__ import annotations

import base64
import ssl
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from cryptography import x509
from django.contrib.auth.models import User as Account
from django.utils import timezone

from cluster import manifests
from cluster.api import pki, tokens
from cluster.api.app import KubernetesApi
from cluster.api.kubeconfig import Addresses, host_of, keep_addresses, kept_addresses, kubeconfig
from cluster.models import ApiToken, Cluster
from cluster.store import create_cluster
from tests.api.asking import Client

PODS = "/api/v1/namespaces/default/pods"


def person(name: str, *, staff: bool = False) -> Account:
    return Account.objects.create_user(name, is_staff=staff)


@pytest.fixture
async def near(client: Client) -> Client:
    client.application = KubernetesApi(tokens.by_token)
    tokens._known.clear()
    return client


async def made(name: str, cluster: Cluster | None = None, *, staff: bool = True, days: float | None = 1) -> str:
    def make() -> str:
        account = Account.objects.filter(username=name).first() or person(name, staff=staff)
        return tokens.make(account, cluster, "test", days)

    return await sync_to_async(make)()


async def code(client: Client, token: str) -> int:
    return (await client.get(PODS, authorization=f"Bearer {token}")).code


async def test_a_token_is_its_users_key(near: Client) -> None:
    token = await made("ada")
    assert await code(near, token) == 200
    assert await code(near, token + "x") == 401
    assert await code(near, "") == 401


async def test_only_a_digest_is_kept(near: Client) -> None:
    token = await made("ada")
    kept = await sync_to_async(lambda: list(ApiToken.objects.values_list("digest", "label")))()
    assert kept == [(tokens.digest(token), "test")]


async def test_a_token_of_one_cluster_opens_no_other(near: Client) -> None:
    other = await sync_to_async(create_cluster)("other", author="tester")
    token = await made("ada", other)
    assert await code(near, token) == 401
    near.slug = "other"
    assert await code(near, token) == 200


async def test_without_a_prefix_the_path_is_of_the_tokens_cluster(near: Client) -> None:
    """kubectl drops it for `get --raw`, and `kubectl proxy` has none."""
    other = await sync_to_async(create_cluster)("other", author="tester")
    near.prefix = ""
    token = await made("ada", other)
    reply = await near.get("/api/v1/namespaces/kube-system", authorization=f"Bearer {token}")
    assert reply.code == 200
    near.prefix, near.slug = "/k8s/other", "other"
    same = await near.get("/api/v1/namespaces/kube-system", authorization=f"Bearer {token}")
    assert same.json["metadata"]["uid"] == reply.json["metadata"]["uid"]
    near.prefix = ""
    lost = await near.get("/api/v1/namespaces", authorization=f"Bearer {await made('ada')}")
    assert lost.code == 404  # the site's own cluster is not there in this test


async def test_what_has_expired_or_whose_user_is_gone_opens_nothing(near: Client) -> None:
    assert await code(near, await made("ada", days=-1)) == 401
    token = await made("bob")
    await sync_to_async(Account.objects.filter(username="bob").update)(is_active=False)
    assert await code(near, token) == 401


async def test_the_owner_of_a_cluster_may_do_everything_in_it(near: Client, cluster: Cluster) -> None:
    token = await made("eve", staff=False)
    secrets = "/api/v1/secrets"
    assert (await near.get(secrets, authorization=f"Bearer {token}")).code == 403
    await sync_to_async(
        lambda: Cluster.objects.filter(pk=cluster.pk).update(owner=Account.objects.get(username="eve"))
    )()
    tokens._known.clear()
    assert (await near.get(secrets, authorization=f"Bearer {token}")).code == 200


LOOKED: list[tuple[str, str, int]] = [
    ("GET", "/api/v1/pods", 200),
    ("GET", "/api/v1/nodes", 200),
    ("GET", "/apis/rbac.authorization.k8s.io/v1/clusterroles", 200),
    ("GET", "/api/v1/namespaces/default/pods/none/log", 404),
    ("GET", "/api/v1/secrets", 403),
    ("GET", "/api/v1/namespaces/default/pods/none/exec", 403),
    ("GET", "/api/v1/namespaces/default/pods/none/proxy/", 403),
    ("POST", "/api/v1/namespaces/default/configmaps", 403),
    ("DELETE", "/api/v1/namespaces/default/pods/none", 403),
]


@pytest.mark.parametrize(("method", "path", "status"), LOOKED)
async def test_whoever_has_a_token_may_look(near: Client, method: str, path: str, status: int) -> None:
    token = await made("jane", staff=False)
    assert (await near.ask(method, path, {}, authorization=f"Bearer {token}")).code == status


def test_a_certificate_is_kept_while_it_is_good(tmp_path: Path) -> None:
    pki.server_context(tmp_path, ["192.0.2.7"])
    first = (tmp_path / "server.crt").read_bytes()
    pki.server_context(tmp_path, [])
    assert (tmp_path / "server.crt").read_bytes() == first
    authority = pki.authority(tmp_path)
    pki.server_context(tmp_path, ["kubarium.example.org"])
    renewed = x509.load_pem_x509_certificate((tmp_path / "server.crt").read_bytes())
    assert renewed.issuer == authority.certificate.subject
    names = renewed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "kubarium.example.org" in names.get_values_for_type(x509.DNSName)
    assert pki.authority(tmp_path).pem == authority.pem
    assert (tmp_path / "ca.key").stat().st_mode & 0o077 == 0


def test_another_authority_makes_another_certificate(tmp_path: Path) -> None:
    pki.server_context(tmp_path, [])
    first = (tmp_path / "server.crt").read_bytes()
    (tmp_path / "ca.key").unlink()
    assert isinstance(pki.server_context(tmp_path, []), ssl.SSLContext)
    assert (tmp_path / "server.crt").read_bytes() != first


def test_all_that_start_at_once_on_one_folder_find_one_authority_and_a_key_of_its_certificate(tmp_path: Path) -> None:
    names = [[f"192.0.2.{each}"] for each in range(8)]
    with ThreadPoolExecutor(8) as starting:
        made = list(starting.map(lambda each: pki.server_context(tmp_path, each), names))
    found = {int(str(context.get_ca_certs()[0]["serialNumber"]), 16) for context in made}
    assert found == {pki.authority(tmp_path).certificate.serial_number}


def test_a_key_whose_certificate_was_never_written_is_made_anew_with_one(tmp_path: Path) -> None:
    pki.server_context(tmp_path, [])
    certificate = (tmp_path / "server.crt").read_bytes()
    pki.server_context(tmp_path, ["192.0.2.7"])
    (tmp_path / "server.crt").write_bytes(certificate)  # as one leaves it that was killed between the two
    assert isinstance(pki.server_context(tmp_path, []), ssl.SSLContext)
    (tmp_path / "server.key").unlink()
    assert isinstance(pki.server_context(tmp_path, []), ssl.SSLContext)


def test_one_that_is_about_to_expire_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pki, "SERVER_DAYS", 10)
    pki.server_context(tmp_path, [])
    first = (tmp_path / "server.crt").read_bytes()
    monkeypatch.undo()
    pki.server_context(tmp_path, [])
    assert (tmp_path / "server.crt").read_bytes() != first
    until = x509.load_pem_x509_certificate((tmp_path / "server.crt").read_bytes()).not_valid_after_utc
    assert until > timezone.now() + timedelta(days=300)


def test_a_kubeconfig_is_whole() -> None:
    text = kubeconfig(server="https://h:1/k8s/a", authority="PEM", cluster="a", user="admin", token="t")
    config = manifests.parse([("kubeconfig", text)])[0].object
    cluster = config["clusters"][0]["cluster"]
    assert cluster["server"] == "https://h:1/k8s/a"
    assert base64.b64decode(cluster["certificate-authority-data"]) == b"PEM"
    assert config["users"][0]["user"] == {"token": "t"}
    assert config["current-context"] == config["contexts"][0]["name"] == "kubarium-a"


def test_addresses_are_kept_for_who_comes_later(tmp_path: Path) -> None:
    assert kept_addresses(tmp_path) is None
    addresses = Addresses("127.0.0.1", 8000, 6443, 10053)
    keep_addresses(tmp_path, addresses)
    assert kept_addresses(tmp_path) == addresses
    (tmp_path / "ports.json").write_text("{")
    assert kept_addresses(tmp_path) is None


@pytest.mark.parametrize(
    ("bind", "public", "host"),
    [
        ("127.0.0.1", "", "127.0.0.1"),
        ("0.0.0.0", "", "127.0.0.1"),
        ("192.0.2.7", "", "192.0.2.7"),
        ("::1", "", "[::1]"),
        ("0.0.0.0", "kubarium.example.org", "kubarium.example.org"),
    ],
)
def test_the_name_that_clients_use(bind: str, public: str, host: str) -> None:
    assert host_of(bind, public) == host
