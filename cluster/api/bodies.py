"""From a request's bytes to the object in it: JSON, YAML or protobuf, of the kind that its path is about.

What a type does not have is dropped here, as the real decoder drops it, and refused or told as the client wishes. The
words are those of the API server's decoders.
"""

from __future__ import annotations

from typing import Any, NamedTuple, NoReturn

import orjson

from cluster import yamlbody
from cluster.intents import FieldValidation
from cluster.kinds import by_kind, strictness
from cluster.kinds.admission import check_types
from cluster.kinds.kind import Kind
from cluster.machinery import gojson, protobuf, schema
from cluster.machinery.duplicates import duplicates, in_order
from cluster.machinery.errors import ApiError, BadRequest
from cluster.machinery.objects import Obj
from cluster.machinery.shapes import MOST_UNKNOWN, sort_of

JSON, YAML = "application/json", "application/yaml"
_TYPE_META = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
_GO_MAP = "map[string]interface {}"
_SHOWN = 30


class UnknownFormat(ApiError):
    code, reason = 415, "UnsupportedMediaType"

    def __init__(self) -> None:
        super().__init__(
            "the body of the request was in an unknown format - accepted media types include: application/json, "
            "application/yaml, application/vnd.kubernetes.protobuf"
        )


class _Read(NamedTuple):
    obj: Obj
    found: tuple[str, ...] = ()
    """What a strict reader finds wrong with the text itself."""


def decode(
    body: bytes, media: str, kind: Kind, validation: FieldValidation, *, api_version: str = ""
) -> tuple[Obj, list[str]]:
    """The object and what to warn of. BadRequest, UnknownFormat."""
    wanted = api_version or kind.api_version
    obj, found = _object(body, media, kind.kind, strict=validation != "Ignore", api_version=wanted)
    obj = _named(obj, kind, wanted)
    check_types(kind, obj)
    kept, unknown = strictness.known_only(kind, wanted, obj)
    if validation == "Ignore":
        return kept, []
    told = in_order(body, unknown)[:MOST_UNKNOWN] if found and media != YAML else strictness.told(unknown, found)
    if told and validation == "Strict":
        subject = f'{kind.kind} in version "{wanted.rpartition("/")[2]}" cannot be handled as a {kind.kind}'
        raise BadRequest(f"{subject}: strict decoding error: {', '.join(told)}")
    return kept, told


def _named(obj: Obj, kind: Kind, wanted: str) -> Obj:
    """The object with the type that its path is about. BadRequest when it says that it is another."""
    given, called = str(obj.get("apiVersion") or wanted), str(obj.get("kind") or kind.kind)
    if called != kind.kind:
        subject = f'{called} in version "{given.rpartition("/")[2]}" cannot be handled as a {kind.kind}'
        if by_kind(given, called) is None and not schema.known(given, called):
            where = 'in scheme "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"'
            raise BadRequest(f'{subject}: no kind "{called}" is registered for version "{given}" {where}')
        package = kind.group.partition(".")[0] or "core"
        source = f"{given.rpartition('/')[2]}.{called}"
        raise BadRequest(f"{subject}: converting ({source}) to ({package}.{kind.kind}): unknown conversion")
    if given != wanted:
        raise BadRequest(f"the API version in the data ({given}) does not match the expected API version ({wanted})")
    return {**obj, "apiVersion": given, "kind": called}


def _object(body: bytes, media: str, word: str, *, strict: bool = False, api_version: str = "") -> _Read:
    """The object in a body. `word` is the type that is expected; `strict`: look for keys that stand twice, too."""
    if media == protobuf.MEDIA_TYPE:
        decoded = protobuf.decode(body, api_version, word)
        return _Read({**decoded.obj, "apiVersion": decoded.api_version, "kind": decoded.kind})
    if media == YAML and body.strip():
        try:
            value, twice = yamlbody.read(body)
        except yamlbody.NoYaml as error:
            _refuse(body, word, str(error))
        told = ("yaml: unmarshal errors:\n" + "\n".join(f"  {each}" for each in twice),) if twice and strict else ()
        obj = _mapping(value if value is not None else {}, body, word)
        # The server makes JSON of it first, with keys in order: so faults are told in that order, too.
        return _Read(orjson.loads(orjson.dumps(obj, option=orjson.OPT_SORT_KEYS)), told)
    if media not in ("", JSON, YAML):
        raise UnknownFormat
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        _refuse(body, word, f"couldn't get version/kind; json parse error: {gojson.fault(body) or error}")
    obj = _mapping(value, body, word)
    return _Read(obj, tuple(f'duplicate field "{path}"' for path in duplicates(body, obj)) if strict else ())


def _bounded(value: Any) -> None:
    """BadRequest for what is nested deeper than anything here walks: the encoder's limit, 254 levels."""
    try:
        orjson.dumps(value)
    except TypeError as error:
        raise BadRequest("the object is nested too deeply") from error


def _mapping(value: Any, body: bytes, word: str) -> Obj:
    wrong = ""
    if not isinstance(value, dict):
        wrong = f"{sort_of(value)} into Go value of type {_TYPE_META}"
    else:
        for name in ("apiVersion", "kind"):
            if not isinstance(value.get(name), str | None):
                wrong = f"{sort_of(value[name])} into Go struct field .{name} of type string"
    if wrong:
        _refuse(body, word, f"couldn't get version/kind; json parse error: json: cannot unmarshal {wrong}")
    _bounded(value)
    found: Obj = value
    return found


def _refuse(body: bytes, word: str, fault: str) -> NoReturn:
    """No telling what it is; the message shows how it begins."""
    shown = body[:_SHOWN].decode("utf-8", "replace") if body[:1] == b"{" else body[:_SHOWN].hex()
    rest = " ..." if len(body) > _SHOWN else ""
    summary = f"{shown}{rest}" if body else "<empty>"
    raise BadRequest(f"the object provided is unrecognized (must be of type {word}): {fault} ({summary})")


class PatchBody(NamedTuple):
    value: Any
    found: tuple[str, ...] = ()
    """What a strict reader finds wrong with the text: `duplicate field "spec"`."""


def decode_patch(body: bytes, how: str = "merge", validation: FieldValidation = "Ignore") -> PatchBody:
    """A JSON, merge or strategic patch as it is; BadRequest when it cannot be read."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        before = "" if how == "strategic" else "error decoding patch: "
        raise BadRequest(f"{before}{gojson.fault(body) or error}") from error
    _bounded(value)
    if validation == "Ignore":
        return PatchBody(value)
    found = [f'duplicate field "{path}"' for path in duplicates(body, value)]
    if how == "json" and isinstance(value, list):
        known = ("op", "path", "from", "value")
        for number, step in enumerate(value):
            if isinstance(step, dict):
                found += [f'unknown field "[{number}].{name}"' for name in step if name not in known]
        found = [f"json patch {each}" for each in found]
    return PatchBody(value, tuple(found))


def decode_apply(body: bytes, validation: FieldValidation = "Ignore") -> tuple[Obj, list[str]]:
    """An applied configuration, YAML or JSON, and what to warn of. BadRequest."""
    try:
        value, twice = _configuration(body)
    except yamlbody.NoYaml as error:
        raise BadRequest(f"error decoding YAML: error converting YAML to JSON: {error}") from error
    if not isinstance(value, dict):
        raise BadRequest(
            f"error decoding YAML: json: cannot unmarshal {sort_of(value)} into Go value of type {_GO_MAP}"
        )
    _bounded(value)
    metadata = value.get("metadata")
    if not isinstance(metadata, dict | None):
        where = f"Go struct field .metadata of type {_GO_MAP}"
        raise BadRequest(f"error decoding YAML: json: cannot unmarshal {sort_of(metadata)} into {where}")
    if not twice or validation == "Ignore":
        return value, []
    listed = "\n".join(f"  {each}" for each in twice)
    told = f"error converting YAML to JSON: yaml: unmarshal errors:\n{listed}"
    if validation == "Strict":
        raise BadRequest(f"error strict decoding YAML: {told}")
    return value, [told]


def _configuration(body: bytes) -> yamlbody.Read:
    """Nearly always JSON, which is read ten times as fast; keys that stand twice are told by line, so YAML's reader
    looks at those."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return yamlbody.read(body)
    return yamlbody.read(body) if duplicates(body, value) else yamlbody.Read(value)


def decode_options(body: bytes, media: str) -> Obj:
    """A DELETE's body; {} when there is none."""
    options = _object(body, media, "DeleteOptions").obj if body.strip() else {}
    check_shape(options, "v1", "DeleteOptions")
    return options


def decode_other(body: bytes, media: str, api_versions: tuple[str, ...], word: str) -> Obj:
    """An object that is nobody's kind (a Scale, an Eviction); without apiVersion or kind it is what is expected."""
    obj = _object(body, media, word).obj
    given = str(obj.get("apiVersion") or api_versions[0]), str(obj.get("kind") or word)
    if given[1] != word or given[0] not in api_versions:
        raise BadRequest(f'{given[1]} in version "{given[0]}" cannot be handled as a {word}')
    check_shape(obj, given[0], word)
    return obj


def check_shape(obj: Obj, api_version: str, word: str) -> None:
    """BadRequest at the first value that is of another type than its field has."""
    refusal = schema.decode_error(api_version, word, obj, strict=False)
    if refusal is not None:
        raise refusal
