"""Conversion webhooks: a custom object in another of its kind's versions, as the webhook that its definition names has
it. Pure; who carries the call is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from cluster.config import ClusterConfig
from cluster.kinds.conversion import Convert
from cluster.kinds.webhooks.calling import Answer, Unreachable, call_of, status_words
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import CUSTOM_DEFINITIONS, Obj, meta, spec, status, uid
from cluster.world import World

if TYPE_CHECKING:
    from cluster.kinds.kind import Caller

_SECONDS = 30
_GROUP = "apiextensions.k8s.io"
_REVIEWS = ("v1", "v1beta1")
_CHANGEABLE = ("labels", "annotations")


class NotConverted(ApiError):
    """Nobody converts the object, or not into what it may become."""

    code = 500

    def __init__(self, obj: Obj, why: str) -> None:
        super().__init__(f"conversion webhook for {obj.get('apiVersion')}, Kind={obj.get('kind')} failed: {why}")


def converter(
    world: Callable[[], World], config: ClusterConfig, now: Callable[[], float], caller: Caller | None
) -> Convert:
    """One that asks the webhooks of the definitions there are when it is asked."""

    def convert(obj: Obj, api_version: str) -> Obj | None:
        there = world()
        client = _webhook(there, obj)
        if client is None:
            return None
        versions = client.get("conversionReviewVersions") or ()
        version = next((each for each in versions if each in _REVIEWS), "v1")
        request = {"uid": uid(obj) or "new", "desiredAPIVersion": api_version, "objects": [obj]}
        review = {"kind": "ConversionReview", "apiVersion": f"{_GROUP}/{version}", "request": request}
        call = call_of(client.get("clientConfig") or {}, _SECONDS, review)
        if caller is None:
            raise NotConverted(obj, f'Post "{call.address}": nobody here carries calls')
        try:
            answer = caller(there, config, now(), call)
        except Unreachable as error:
            raise NotConverted(obj, f'Post "{call.address}": {error}') from error
        return _kept(obj, _one(obj, answer), api_version)

    return convert


def _webhook(world: World, obj: Obj) -> Mapping[str, Any] | None:
    """Whom the definition of its kind has asked; None where it has nobody."""
    group = str(obj.get("apiVersion")).rpartition("/")[0]
    for definition in world.bucket(CUSTOM_DEFINITIONS, "").values():
        conversion = spec(definition).get("conversion") or {}
        if conversion.get("strategy") == "Webhook" and spec(definition).get("group") == group:
            names = status(definition).get("acceptedNames") or spec(definition).get("names") or {}
            if names.get("kind") == obj.get("kind"):
                found: Mapping[str, Any] = conversion.get("webhook") or {}
                return found
    return None


def _one(obj: Obj, answer: Answer) -> Obj:
    if words := status_words(answer):
        raise NotConverted(obj, words)
    try:
        response = orjson.loads(answer.body)["response"]
        result, converted = response["result"], response.get("convertedObjects") or []
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise NotConverted(obj, "its answer is no ConversionReview with a response") from error
    if result.get("status") != "Success":
        raise NotConverted(obj, str(result.get("message") or "the webhook says no more than that"))
    if len(converted) != 1 or not isinstance(converted[0], dict):
        raise NotConverted(obj, f"expected 1 converted objects, got {len(converted)}")
    found: Obj = converted[0]
    return found


def _kept(obj: Obj, found: Obj, api_version: str) -> Obj:
    """What was converted, with the metadata that no webhook changes."""
    if found.get("apiVersion") != api_version or found.get("kind") != obj.get("kind"):
        why = f"invalid converted object: it is {found.get('apiVersion')}, Kind={found.get('kind')}"
        raise NotConverted(obj, f"{why}, not {api_version}, Kind={obj.get('kind')}")
    metadata = {part: value for part, value in meta(obj).items() if part not in _CHANGEABLE}
    changed = {part: meta(found)[part] for part in _CHANGEABLE if meta(found).get(part)}
    return {**found, "metadata": {**metadata, **changed}}
