"""The key of a data folder: made once, kept, and what it signs is read back by it alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import jwt
import pytest

from cluster.access import openid
from cluster.trust import BadSignature, Keyring

CLAIMS = {"sub": "system:serviceaccount:shop:robot", "exp": 1, "aud": ["x"], "kubernetes.io": {"namespace": "shop"}}


@pytest.fixture(scope="module")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring(tmp_path_factory.mktemp("data") / "pki")


def test_what_is_signed_is_read_whatever_its_time(keyring: Keyring) -> None:
    token = keyring.sign(CLAIMS)
    assert keyring.read(token) == CLAIMS
    assert keyring.sign(CLAIMS) == token
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "kid": keyring.key_id}


def test_the_key_is_for_its_owner_alone_and_stays(keyring: Keyring) -> None:
    token = keyring.sign(CLAIMS)
    assert stat.S_IMODE(os.stat(keyring.path).st_mode) == 0o600  # noqa: PTH116
    assert Keyring(keyring.path.parent).read(token) == CLAIMS
    assert [each.name for each in keyring.path.parent.iterdir()] == ["sa.key"]


def test_others_tokens_are_none(keyring: Keyring, tmp_path: Path) -> None:
    head, body, signature = keyring.sign(CLAIMS).split(".")
    strange = Keyring(tmp_path).sign(CLAIMS)
    unsigned = jwt.encode(CLAIMS, "", "none")
    for token in (
        "",
        "x",
        f"{head}.{body}.",
        f"{head}.{head}.{signature}",
        unsigned,
        strange,
    ):
        with pytest.raises(BadSignature):
            keyring.read(token)


def test_anybody_can_check_them_by_the_published_key(keyring: Keyring) -> None:
    document = openid.keys(keyring.key_id, *keyring.public_numbers())
    key = jwt.PyJWKSet.from_dict(document)[keyring.key_id].key
    token = keyring.sign({**CLAIMS, "exp": 2**40})
    assert jwt.decode(token, key, ["RS256"], audience="x")["sub"] == CLAIMS["sub"]


def test_what_the_issuer_tells_of_itself() -> None:
    """As recorded, but for where it is reached."""
    assert openid.configuration("https://127.0.0.1:6443/openid/v1/jwks") == {
        "issuer": "https://kubernetes.default.svc.cluster.local",
        "jwks_uri": "https://127.0.0.1:6443/openid/v1/jwks",
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }


def test_the_authority_is_read_once_it_is_there(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    assert keyring.authority == ""
    (tmp_path / "ca.crt").write_text("PEM")
    assert keyring.authority == "PEM"
