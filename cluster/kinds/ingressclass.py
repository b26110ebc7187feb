"""IngressClass: which controller an Ingress is meant for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds.cells import AGE, NAME, NONE
from cluster.kinds.fields import IMMUTABLE, name_causes
from cluster.kinds.kind import Column, Kind
from cluster.kinds.rules import label_rule, subdomain_rule
from cluster.machinery import names
from cluster.machinery.errors import Cause, forbidden, invalid, not_supported, required, too_long
from cluster.machinery.objects import Obj, annotations_of, spec

DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class"
_LONGEST_CONTROLLER = 250
_SCOPES = ("Cluster", "Namespace")


def is_default(obj: Obj) -> bool:
    return annotations_of(obj).get(DEFAULT_CLASS) == "true"


def _default(obj: Obj) -> None:
    parameters = obj.setdefault("spec", {}).get("parameters")
    if parameters is not None and parameters.get("scope") is None:
        parameters["scope"] = "Cluster"


def _validate(obj: Obj) -> Iterator[Cause]:
    controller = spec(obj).get("controller") or ""
    if len(controller) > _LONGEST_CONTROLLER:
        yield too_long("spec.controller", _LONGEST_CONTROLLER)
    yield from domain_path("spec.controller", controller)
    if (parameters := spec(obj).get("parameters")) is not None:
        yield from reference("spec.parameters", parameters)
        yield from _scope("spec.parameters", parameters)


def domain_path(path: str, text: str) -> Iterator[Cause]:
    """A domain, a slash and something: "example.com/controller"."""
    if not text:
        yield required(path)
        return
    domain, slash, rest = text.partition("/")
    if not slash or not domain or not rest:
        yield invalid(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")')
        return
    yield from name_causes(path, domain, subdomain_rule)


def reference(path: str, given: Mapping[str, Any]) -> Iterator[Cause]:
    """A reference to an object by its kind and name."""
    if group := given.get("apiGroup"):
        yield from name_causes(f"{path}.apiGroup", group, subdomain_rule)
    for field in ("kind", "name"):
        if value := given.get(field):
            yield from name_causes(f"{path}.{field}", value, names.path_segment)
        else:
            yield required(f"{path}.{field}")


def _scope(path: str, given: Mapping[str, Any]) -> Iterator[Cause]:
    scope, where = given["scope"], given.get("namespace")
    if scope not in _SCOPES:
        yield not_supported(f"{path}.scope", scope, _SCOPES)
    elif scope == "Namespace":
        if where is None:
            yield required(f"{path}.namespace", "`parameters.scope` is set to 'Namespace'")
        else:
            yield from name_causes(f"{path}.namespace", where, label_rule)
    elif where is not None:
        yield forbidden(f"{path}.namespace", "`parameters.scope` is set to 'Cluster'")


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    controller = spec(new).get("controller") or ""
    if controller != (spec(old).get("controller") or ""):
        yield invalid("spec.controller", controller, IMMUTABLE)


def _parameters(obj: Obj, now: float) -> str:
    given = spec(obj).get("parameters")
    if not given:
        return NONE
    group = f".{given['apiGroup']}" if given.get("apiGroup") else ""
    return f"{given.get('kind', '')}{group}/{given.get('name', '')}"


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="IngressClass",
    resource="ingressclasses",
    singular="ingressclass",
    namespaced=False,
    default=_default,
    validate=_validate,
    validate_update=_validate_update,
    has_status=False,
    has_generation=True,
    columns=(
        NAME,
        Column("Controller", lambda obj, now: spec(obj).get("controller", "")),
        Column("Parameters", _parameters),
        AGE,
    ),
)
