"""From a request's bytes to the object in it: JSON or YAML, of the kind that its path is about."""

from __future__ import annotations

from typing import Any

import orjson

from cluster import manifests
from cluster.api.refusals import UnsupportedMediaType
from cluster.intents import FieldValidation
from cluster.kinds.admission import check_fields
from cluster.kinds.kind import Kind
from cluster.machinery import protobuf, schema
from cluster.machinery.errors import BadRequest
from cluster.machinery.objects import Obj

JSON, YAML, PROTOBUF = "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"


def decode(
    body: bytes, media: str, kind: Kind, validation: FieldValidation, *, api_version: str = ""
) -> tuple[Obj, list[str]]:
    """The object and what to warn of. BadRequest, UnsupportedMediaType."""
    obj = _object(body, media, kind.kind)
    wanted = api_version or kind.api_version
    obj = {**obj, "apiVersion": obj.get("apiVersion") or wanted, "kind": obj.get("kind") or kind.kind}
    if (obj["apiVersion"], obj["kind"]) != (wanted, kind.kind):
        raise BadRequest(
            f"the API version in the data ({obj['apiVersion']}) does not match the expected API version ({wanted})"
            if obj["kind"] == kind.kind
            else f'{obj["kind"]} in version "{obj["apiVersion"].rpartition("/")[2]}" cannot be handled as a {kind.kind}'
        )
    warnings = check_fields(kind, obj, validation)
    if validation != "Ignore" and media in ("", JSON):
        warnings.extend(f'duplicate field "{field}"' for field in schema.duplicate_fields(body))
    return obj, warnings


def _object(body: bytes, media: str, word: str) -> Obj:
    if not body.strip():
        raise BadRequest(
            f"the object provided is unrecognized (must be of type {word}): couldn't get version/kind; json parse "
            "error: unexpected end of JSON input (<empty>)"
        )
    if media in ("", JSON):
        try:
            found = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise BadRequest(f"couldn't get version/kind; json parse error: {error}") from error
    elif media == YAML:
        found = _yaml(body)
    elif media == PROTOBUF:
        decoded = protobuf.decode(body, "", word)
        found = {**decoded.obj, "apiVersion": decoded.api_version, "kind": decoded.kind}
    else:
        raise UnsupportedMediaType(
            "the body of the request was in an unknown format - accepted media types include: application/json, "
            "application/yaml, application/vnd.kubernetes.protobuf"
        )
    if not isinstance(found, dict):
        raise BadRequest("couldn't get version/kind; json parse error: the body is no object")
    return found


def _yaml(body: bytes) -> Any:
    try:
        documents = manifests.parse([("body", body)])
    except manifests.ManifestErrors as errors:
        raise BadRequest(f"yaml: {errors}") from errors
    if len(documents) != 1:
        raise BadRequest("the body holds more than one document")
    return documents[0].object


def decode_patch(body: bytes, *, yaml: bool = False) -> Any:
    """A patch as it is; BadRequest when it cannot be read."""
    try:
        return _yaml(body) if yaml and body.lstrip()[:1] != b"{" else orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"error decoding patch: {error}") from error


def decode_options(body: bytes, media: str) -> Obj:
    """A DELETE's body; {} when there is none."""
    return _object(body, media, "DeleteOptions") if body.strip() else {}


def decode_other(body: bytes, media: str, api_versions: tuple[str, ...], word: str) -> Obj:
    """An object that is nobody's kind (a Scale, an Eviction); without apiVersion or kind it is what is expected."""
    obj = _object(body, media, word)
    given = str(obj.get("apiVersion") or api_versions[0]), str(obj.get("kind") or word)
    if given[1] != word or given[0] not in api_versions:
        raise BadRequest(f'{given[1]} in version "{given[0]}" cannot be handled as a {word}')
    return obj
