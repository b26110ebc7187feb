"""Validating- and MutatingWebhookConfiguration: whom to ask before something is stored.

What follows from them is in `webhooks`; here they are checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from cluster.kinds.admissionrules import (
    ASKED_BY_CONDITIONS,
    FAILURE_POLICIES,
    GROUP,
    default_matching,
    default_rules,
    match_conditions,
    rule,
    selectors,
)
from cluster.kinds.cells import AGE, NAME
from cluster.kinds.fields import name_causes
from cluster.kinds.goprint import string_list
from cluster.kinds.kind import Column, Kind
from cluster.machinery import cel, names
from cluster.machinery.errors import Cause, duplicate, invalid, not_supported, required
from cluster.machinery.objects import Obj

_SIDE_EFFECTS = ("None", "NoneOnDryRun")
_REVIEW_VERSIONS = ("v1", "v1beta1")
_REINVOCATIONS = ("IfNeeded", "Never")
_FORM = "; desired format: https://host[/path]"


def _default(obj: Obj) -> None:
    for hook in obj.get("webhooks") or ():
        if hook.get("failurePolicy") is None:
            hook["failurePolicy"] = "Fail"
        default_matching(hook)
        if hook.get("timeoutSeconds") is None:
            hook["timeoutSeconds"] = 10
        default_rules(hook.get("rules") or ())
        service = hook.setdefault("clientConfig", {}).get("service")
        if service is not None and service.get("port") is None:
            service["port"] = 443


def _default_mutating(obj: Obj) -> None:
    _default(obj)
    for hook in obj.get("webhooks") or ():
        if hook.get("reinvocationPolicy") is None:
            hook["reinvocationPolicy"] = "Never"


def _validate(obj: Obj) -> Iterator[Cause]:
    seen: set[str] = set()
    for index, hook in enumerate(obj.get("webhooks") or ()):
        path = f"webhooks[{index}]"
        yield from _hook(path, hook)
        yield from _review_versions(f"{path}.admissionReviewVersions", hook.get("admissionReviewVersions") or [])
        if (called := hook.get("name")) in seen:
            yield duplicate(f"{path}.name", called)
        elif called:
            seen.add(called)


def _hook(path: str, hook: Mapping[str, Any]) -> Iterator[Cause]:
    yield from _qualified(f"{path}.name", hook.get("name") or "")
    for index, each in enumerate(hook.get("rules") or ()):
        yield from rule(f"{path}.rules[{index}]", each)
    if hook["failurePolicy"] not in FAILURE_POLICIES:
        yield not_supported(f"{path}.failurePolicy", hook["failurePolicy"], FAILURE_POLICIES)
    effects = hook.get("sideEffects")
    if effects is None:
        yield required(f"{path}.sideEffects", f"must specify one of {', '.join(_SIDE_EFFECTS)}")
    elif effects not in _SIDE_EFFECTS:
        yield not_supported(f"{path}.sideEffects", effects, _SIDE_EFFECTS)
    if not 1 <= (seconds := hook["timeoutSeconds"]) <= 30:
        yield invalid(f"{path}.timeoutSeconds", seconds, "the timeout value must be between 1 and 30 seconds")
    yield from selectors(path, hook)
    again = hook.get("reinvocationPolicy")
    if again is not None and again not in _REINVOCATIONS:
        yield not_supported(f"{path}.reinvocationPolicy", again, _REINVOCATIONS)
    yield from _client(f"{path}.clientConfig", hook["clientConfig"])
    conditions = hook.get("matchConditions") or ()
    yield from match_conditions(f"{path}.matchConditions", conditions)
    for index, each in enumerate(conditions):
        yield from _expression(f"{path}.matchConditions[{index}].expression", each.get("expression") or "")


def _expression(path: str, source: str) -> Iterator[Cause]:
    if not source.strip():
        return
    try:
        found = cel.compile(source, ASKED_BY_CONDITIONS)
    except cel.NotCompiled as error:
        yield invalid(path, source, f"compilation failed: {error}")
        return
    if found.type not in ("bool", "dyn"):
        yield invalid(path, source, "must evaluate to bool")


def _qualified(path: str, text: str) -> Iterator[Cause]:
    if not text:
        yield required(path)
    elif messages := names.dns_subdomain(text):
        yield invalid(path, text, ",".join(messages))
    elif text.count(".") < 2:
        yield invalid(path, text, "should be a domain with at least three segments separated by dots")


def _client(path: str, client: Mapping[str, Any]) -> Iterator[Cause]:
    url, service = client.get("url"), client.get("service")
    if (url is None) == (service is None):
        yield required(path, "exactly one of url or service is required")
    elif url is not None:
        yield from _url(f"{path}.url", url)
    else:
        yield from _service(f"{path}.service", service or {})


def _url(path: str, url: str) -> Iterator[Cause]:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        yield required(path, f"url must be a valid URL: {error}{_FORM}")
        return
    if parts.scheme != "https":
        yield invalid(path, parts.scheme, f"'https' is the only allowed URL scheme{_FORM}")
    if not parts.netloc:
        yield invalid(path, parts.netloc, f"host must be specified{_FORM}")
    if "@" in parts.netloc:
        yield invalid(path, parts.netloc.rpartition("@")[0], f"user information is not permitted in the URL{_FORM}")
    if parts.fragment:
        yield invalid(path, parts.fragment, f"fragments are not permitted in the URL{_FORM}")
    if parts.query:
        yield invalid(path, parts.query, f"query parameters are not permitted in the URL{_FORM}")


def _service(path: str, service: Mapping[str, Any]) -> Iterator[Cause]:
    for field in ("name", "namespace"):
        if not service.get(field):
            yield required(f"{path}.{field}", f"service {field} is required")
    for message in names.port_number(service["port"]):
        yield invalid(f"{path}.port", service["port"], f"port is not valid: {message}")
    target = service.get("path")
    if target is None:
        return
    if not target.startswith("/"):
        yield invalid(f"{path}.path", target, "must start with a '/'")
        return
    for index, step in enumerate(target.removesuffix("/").split("/")[1:]):
        if not step:
            yield invalid(f"{path}.path", target, f"segment[{index}] may not be empty")
        for message in names.dns_subdomain(step) if step else ():
            yield invalid(f"{path}.path", target, f"segment[{index}]: {message}")


def _review_versions(path: str, versions: list[str]) -> Iterator[Cause]:
    known = ", ".join(_REVIEW_VERSIONS)
    if not versions:
        yield required(path, f"must specify one of {known}")
        return
    for index, version in enumerate(versions):
        if version in versions[:index]:
            yield invalid(f"{path}[{index}]", version, "duplicate version")
        else:
            yield from name_causes(f"{path}[{index}]", version, names.dns1035_label)
    if not set(versions) & set(_REVIEW_VERSIONS):
        yield invalid(path, string_list(versions), f"must include at least one of {known}")


_VALIDATING = Kind(
    group=GROUP,
    version="v1",
    kind="ValidatingWebhookConfiguration",
    resource="validatingwebhookconfigurations",
    singular="validatingwebhookconfiguration",
    namespaced=False,
    categories=("api-extensions",),
    default=_default,
    validate=_validate,
    has_status=False,
    has_generation=True,
    columns=(NAME, Column("Webhooks", lambda obj, now: len(obj.get("webhooks") or ()), type="integer"), AGE),
)

FAMILY = (
    _VALIDATING,
    replace(
        _VALIDATING,
        kind="MutatingWebhookConfiguration",
        resource="mutatingwebhookconfigurations",
        singular="mutatingwebhookconfiguration",
        default=_default_mutating,
    ),
)
