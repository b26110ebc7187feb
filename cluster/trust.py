"""What is trusted in a data folder: the key that tokens of service accounts are signed with, made when it is first
needed, and the certificate that the API is known by, which others make. What tokens say is not known here.

Tokens of one cluster are nothing to another all the same: they name their account by its uid.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from cluster import keptfiles

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

ALGORITHM = "RS256"
_BITS = 2048
_MOST_REMEMBERED = 512
"""Tokens; signing one takes milliseconds, and mounted ones are read again and again."""


class BadSignature(Exception):
    """A token that this key has not signed, or that is none."""


class Keyring:
    """Signs and reads tokens. The key is looked for when the first one is."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "sa.key"
        self._authority = folder / "ca.crt"
        self._signed: dict[bytes, str] = {}
        self._pem = ""

    @cached_property
    def _key(self) -> RSAPrivateKey:
        from cryptography.hazmat.primitives.asymmetric import rsa
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        with keptfiles.alone(self.path.parent):
            if not self.path.exists():
                _make(self.path)
        key = load_pem_private_key(self.path.read_bytes(), password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ValueError(f"{self.path} holds no RSA key. Delete it, and a new one is made")
        return key

    @property
    def authority(self) -> str:
        """The certificate of who signs the API's, as PEM; "" where the API has none yet."""
        if not self._pem and self._authority.exists():
            self._pem = self._authority.read_text()
        return self._pem

    def certify(self, request: str, usages: Sequence[str], wanted: int | None, now: float, cluster: str) -> str:
        """A certificate for a request, both PEM, good in one cluster: for as many seconds as wanted, at most a year.
        "" where the API has no authority. The same at the same moment."""
        from cluster.certifying import certify

        if not self._authority.exists():
            return ""
        made_by = self._authority.read_bytes(), self._authority.with_suffix(".key").read_bytes()
        return certify(made_by, request, usages, wanted, min(now, time.time()), cluster)

    @cached_property
    def key_id(self) -> str:
        """A digest of the public key, as Kubernetes names its keys."""
        from hashlib import sha256

        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        public = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return _base64(sha256(public).digest())

    def sign(self, claims: Mapping[str, Any]) -> str:
        """The token. The same claims give the same one."""
        import jwt

        text = orjson.dumps(claims)
        found = self._signed.get(text)
        if found is None:
            if len(self._signed) >= _MOST_REMEMBERED:
                self._signed.clear()
            found = jwt.encode(dict(claims), self._key, ALGORITHM, {"kid": self.key_id, "typ": None})
            self._signed[text] = found
        return found

    def read(self, token: str) -> dict[str, Any]:
        """The claims of a token of ours, whatever time it is. Raises BadSignature."""
        import jwt

        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key.public_key(),
                [ALGORITHM],
                options={"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False},
            )
        except jwt.InvalidTokenError as error:
            raise BadSignature(str(error)) from error
        return claims

    def public_numbers(self) -> tuple[str, str]:
        """Modulus and exponent, as a JSON web key has them."""
        numbers = self._key.public_key().public_numbers()
        return _number(numbers.n), _number(numbers.e)


@cache
def keyring(folder: Path) -> Keyring:
    """That of a data folder: DATA/pki."""
    return Keyring(folder / "pki")


def _make(path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(65537, _BITS)
    keptfiles.put(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)


def _number(value: int) -> str:
    return _base64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _base64(body: bytes) -> str:
    return base64.urlsafe_b64encode(body).decode().rstrip("=")
