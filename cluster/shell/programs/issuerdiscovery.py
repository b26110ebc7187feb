"""agnhost test-service-account-issuer-discovery: checks a mounted token by what the API says of who issues tokens."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

import orjson

from cluster.nodes.agnhost import flag
from cluster.shell.network import client
from cluster.shell.network.tls import Tls
from cluster.shell.network.tls import client as trusting
from cluster.shell.process import Process
from cluster.shell.programs import naming

_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
_DISCOVERY = "/.well-known/openid-configuration"


class _Failed(Exception):
    pass


async def run(process: Process, words: list[str]) -> int:
    """Each step that goes well is told; 1 with the reason at the first that does not."""
    try:
        token = process.files.read(flag(words, "token-path")).decode().strip()
        await _say(process, "OK: Got token")
        await _validate(process, token, flag(words, "audience"))
    except (_Failed, OSError, ValueError, KeyError) as error:
        await _say(process, f"failed to validate with in-cluster discovery: {error}")
        return 1
    return 0


async def _validate(process: Process, token: str, audience: str) -> None:
    import jwt  # 30 ms, of which a start of the server knows nothing

    await _say(process, "validating with in-cluster discovery")
    try:
        issuer = str(jwt.decode(token, options={"verify_signature": False})["iss"])
        await _say(process, f"OK: got issuer {issuer}")
        about = orjson.loads(await _get(process, f"{issuer.rstrip('/')}{_DISCOVERY}"))
        if about["issuer"] != issuer:
            raise _Failed(f'oidc: issuer did not match the issuer returned by provider, expected "{issuer}"')
        await _say(process, f"OK: Constructed OIDC provider for issuer {issuer}")
        keys = jwt.PyJWKSet.from_dict(orjson.loads(await _get(process, about["jwks_uri"])))
        key = keys[jwt.get_unverified_header(token)["kid"]]
        jwt.decode(token, key.key, algorithms=["RS256"], audience=audience)
    except jwt.PyJWTError as error:
        raise _Failed(str(error)) from error
    await _say(process, "OK: Validated signature on JWT")
    await _say(process, "OK: Got valid claims from token!")


async def _get(process: Process, url: str) -> bytes:
    """As a pod's account, which trusts the cluster's authority alone."""
    at = urlsplit(url)
    host = at.hostname or ""
    addresses = (await naming.lookup(process, host)).addresses
    if not addresses:
        raise _Failed(f'Get "{url}": dial tcp: lookup {host}: no such host')
    connection = await process.machine.connect(addresses[0], at.port or 443)
    secured = Tls(connection, trusting(process.files.read(f"{_ACCOUNT}/ca.crt")), server=False, host=host)
    try:
        await secured.handshake()
    except ssl.SSLError as error:
        raise _Failed(f'Get "{url}": tls: failed to verify certificate: {error}') from error
    conversation = client.Conversation(secured)
    token = process.files.read(f"{_ACCOUNT}/token").decode().strip()
    asked = [("Host", at.netloc), ("User-Agent", "agnhost"), ("Authorization", f"Bearer {token}")]
    try:
        head = await conversation.ask("GET", at.path, asked)
        body = b"".join([piece async for piece in conversation.body()])
    except (client.NoReply, client.Broken) as error:
        raise _Failed(f'Get "{url}": {error or "EOF"}') from error
    finally:
        await secured.close()
    if head.status != 200:
        raise _Failed(f"{head.status} {head.phrase}: {body.decode(errors='replace')}")
    return body


async def _say(process: Process, text: str) -> None:
    stamp = datetime.fromtimestamp(process.machine.now(), UTC).strftime("%Y/%m/%d %H:%M:%S")
    await process.stderr.write(f"{stamp} {text}\n".encode())
