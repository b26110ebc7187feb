"""What the API tells of itself as an issuer of tokens, for others to check them by."""

from __future__ import annotations

from typing import Any

from cluster.access.accounttokens import ISSUER

CONFIGURATION, KEYS = "/.well-known/openid-configuration", "/openid/v1/jwks"


def configuration(keys_url: str) -> dict[str, Any]:
    """The document at CONFIGURATION; `keys_url` is where KEYS is reached from outside."""
    return {
        "issuer": ISSUER,
        "jwks_uri": keys_url,
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }


def keys(key_id: str, modulus: str, exponent: str) -> dict[str, Any]:
    """The document at KEYS."""
    return {"keys": [{"use": "sig", "kty": "RSA", "kid": key_id, "alg": "RS256", "n": modulus, "e": exponent}]}
