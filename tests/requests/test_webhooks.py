"""A call to a webhook, from its Service to the pod, and where it ends on the way: in the words of a Go client."""

from __future__ import annotations

import base64
import datetime
from functools import cache
from typing import Any

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cluster.kinds.webhooks.calling import Answer, Call, Unreachable
from cluster.machinery.objects import SECRETS, Obj, key
from cluster.requests.webhooks import carry
from cluster.world import World
from tests.network import town

NOW = 1795411824.0
HOST = "hook.default.svc"
FOLDER = "/certs"


def _signed(name: str, key: Any, by: str, signer: Any, *hosts: str, days: int = 30) -> bytes:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    begins = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=60)
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(by))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + datetime.timedelta(days=60 + days))
        .add_extension(x509.BasicConstraints(ca=not hosts, path_length=None), critical=True)
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(h) for h in hosts]), critical=False)
    return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@cache
def authority(name: str = "ca") -> tuple[Any, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, _signed(name, key, name, key)


def pair(*hosts: str, by: str = "ca", days: int = 30) -> dict[str, str]:
    """The data of a Secret with a certificate for those hosts."""
    made = ec.generate_private_key(ec.SECP256R1())
    private = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    certificate = _signed("server", made, by, authority(by)[0], *hosts, days=days)
    return {"tls.crt": base64.b64encode(certificate).decode(), "tls.key": base64.b64encode(private).decode()}


def world(
    data: dict[str, str] | None = None, *, target: int = 8443, declares: int = 443, ready: bool = True, **container: Any
) -> World:
    mounts = [{"name": "certs", "mountPath": FOLDER}]
    given = {
        "name": "hook",
        "image": "registry.k8s.io/e2e-test-images/agnhost:2.53",
        "args": ["webhook", "--port=8443"],
        "volumeMounts": mounts,
        **container,
    }
    volumes = [{"name": "certs", "secret": {"secretName": "certs"}}]
    pod = town.pod("hook-0", "10.244.0.20", container=given, volumes=volumes, ready=ready)
    ports = [{"port": declares, "protocol": "TCP", "targetPort": target}]
    found = town.world(pods=[pod], services=[town.service("hook", "10.96.1.9", ports=ports)])
    secret = {"kind": "Secret", "metadata": {"name": "certs", "namespace": "default"}, "data": data or pair(HOST)}
    found.put(key(SECRETS, "default", "certs"), secret)
    return found


def call(
    path: str = "/always-deny", obj: Obj | None = None, *, service: str = "hook", url: str = "", ca: str = "ca"
) -> Call:
    review = {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "u", "object": obj}}
    trusted = authority(ca)[1].decode() if ca else ""
    return Call(url, "default", service, 443, path, 10, trusted, review)


def carried(where: World, asked: Call) -> Answer:
    return carry(where, town.CONFIG, NOW, asked)


def test_a_pod_answers() -> None:
    found = carried(world(), call())
    review = orjson.loads(found.body)
    assert (found.status, found.seconds) == (200, 0.0)
    assert review["response"]["uid"] == "u"
    assert review["response"]["status"]["message"] == "this webhook denies all requests"


def test_how_long_it_takes_is_said_and_no_longer_than_the_call_lasts() -> None:
    assert carried(world(), call("/always-allow-delay-5s")).seconds == 5.0
    with pytest.raises(Unreachable, match="context deadline exceeded") as failed:
        carried(world(), call("/always-allow-delay-5s")._replace(timeout=1))
    assert failed.value.seconds == 1


@pytest.mark.parametrize(
    ("where", "asked", "said"),
    [
        (world(), call(service="gone"), 'service "gone" not found'),
        (world(declares=8080), call(), 'no service port 443 found for service "hook"'),
        (world(ready=False), call(), 'no endpoints available for service "hook"'),
        (world(target=9999), call(), "dial tcp 10.244.0.20:9999: connect: connection refused"),
        (world(target=80, image="nginx:1.27", args=[]), call(), "http: server gave HTTP response to HTTPS client"),
        (
            world(image="quay.io/jetstack/cert-manager-webhook:v1.16.1", args=[], ports=[{"containerPort": 8443}]),
            call(),
            "what quay.io/jetstack/cert-manager-webhook:v1.16.1 answers is not known in this cluster, so nobody "
            "answers for it",
        ),
        (world(), call(ca="other"), "tls: failed to verify certificate: x509: certificate signed by unknown authority"),
        (world(), call(ca=""), "tls: failed to verify certificate: x509: certificate signed by unknown authority"),
        (
            world(pair("hook.other.svc", "hook")),
            call(),
            f"tls: failed to verify certificate: x509: certificate is valid for hook.other.svc, hook, not {HOST}",
        ),
        (
            world(pair(HOST, days=-1)),
            call(),
            "tls: failed to verify certificate: x509: certificate has expired or is not yet valid",
        ),
        (world(), call(url="https://hook.example.com/x"), "dial tcp: lookup hook.example.com: no such host"),
        (world(), call(url="https://192.0.2.1:8443/x"), "dial tcp 192.0.2.1:8443: connect: network is unreachable"),
    ],
)
def test_where_a_call_ends_on_its_way(where: World, asked: Call, said: str) -> None:
    with pytest.raises(Unreachable) as failed:
        carried(where, asked)
    assert str(failed.value) == said


def test_another_status_is_an_answer_too() -> None:
    assert carried(world(), call("/nothing")).status == 404
