"""What a pod and the template of one have in common: the pod spec's defaults and validation.

Knows nothing of who runs the pod; what admission plugins add to a pod is in `podadmission`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cluster.kinds import container, ephemeral, placing, sysctls, volumes
from cluster.kinds import metadata as metas
from cluster.kinds.fields import name_causes
from cluster.kinds.rules import key_rule, label_rule, subdomain_rule
from cluster.machinery import names
from cluster.machinery.errors import Cause, duplicate, forbidden, invalid, not_supported, required
from cluster.machinery.podspecs import containers_of

_RESTART_POLICIES = ("Always", "OnFailure", "Never")
_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_MOST_NAMESERVERS, _MOST_SEARCHES, _LONGEST_SEARCH = 3, 32, 2048
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def default_template(template: dict[str, Any]) -> None:
    """A workload's `spec.template`. Go writes the zero creation time of a template out."""
    template.setdefault("metadata", {})["creationTimestamp"] = None
    default_spec(template.setdefault("spec", {}))


def default_spec(spec: dict[str, Any]) -> None:
    if given := spec.get("volumes"):
        volumes.default(given)
    ephemeral.default(spec)
    host_network = bool(spec.get("hostNetwork"))
    for each in containers_of(spec):
        container.default(each, host_network=host_network)
    if not spec.get("restartPolicy"):
        spec["restartPolicy"] = "Always"
    if spec.get("terminationGracePeriodSeconds") is None:
        spec["terminationGracePeriodSeconds"] = 30
    if not spec.get("dnsPolicy"):
        spec["dnsPolicy"] = "ClusterFirst"
    spec.setdefault("securityContext", {})
    if not spec.get("schedulerName"):
        spec["schedulerName"] = "default-scheduler"
    # One field under its present and its former name.
    if account := spec.get("serviceAccountName") or spec.get("serviceAccount"):
        spec["serviceAccountName"] = spec["serviceAccount"] = account


def validate_template(path: str, template: Mapping[str, Any]) -> Iterator[Cause]:
    metadata = template.get("metadata") or {}
    yield from metas.labels(f"{path}.metadata.labels", metadata.get("labels") or {})
    yield from metas.notes(f"{path}.metadata.annotations", metadata.get("annotations") or {})
    yield from validate_spec(f"{path}.spec", template.get("spec") or {})
    if (template.get("spec") or {}).get(ephemeral.FIELD):
        yield forbidden(f"{path}.spec.{ephemeral.FIELD}", "ephemeral containers not allowed in pod template")


def validate_long_running(path: str, spec: Mapping[str, Any], workload: str) -> Iterator[Cause]:
    """Pods of a workload that keeps a number of them up are started again whenever they end."""
    if (policy := spec.get("restartPolicy")) != "Always":
        yield not_supported(f"{path}.restartPolicy", policy, ("Always",))
    if spec.get("activeDeadlineSeconds") is not None:
        yield forbidden(f"{path}.activeDeadlineSeconds", f"activeDeadlineSeconds in {workload} is not Supported")


def validate_spec(path: str, spec: Mapping[str, Any]) -> Iterator[Cause]:
    if given := spec.get("volumes"):
        yield from volumes.validate(f"{path}.volumes", given)
        mountable = {volume.get("name") or "" for volume in given}
    else:
        mountable = set()
    containers = spec.get("containers")
    if not containers:
        yield required(f"{path}.containers")
    else:
        yield from container.validate(f"{path}.containers", containers, mountable)
    if starters := spec.get("initContainers"):
        yield from container.validate(f"{path}.initContainers", starters, mountable, init=True)
        regular = {each.get("name") for each in containers or ()}
        for index, each in enumerate(starters):
            if (called := each.get("name")) and called in regular:
                yield duplicate(f"{path}.initContainers[{index}].name", called)
    yield from ephemeral.validate(path, spec, mountable)
    if (policy := spec.get("restartPolicy")) not in _RESTART_POLICIES:
        yield not_supported(f"{path}.restartPolicy", policy, _RESTART_POLICIES)
    if (policy := spec.get("dnsPolicy")) not in _DNS_POLICIES:
        yield not_supported(f"{path}.dnsPolicy", policy, _DNS_POLICIES)
    if wanted := spec.get("nodeSelector"):
        yield from metas.labels(f"{path}.nodeSelector", wanted)
    if spec.get("dnsConfig") or policy == "None":
        yield from _dns_config(f"{path}.dnsConfig", spec.get("dnsConfig"), str(policy))
    for index, gate in enumerate(spec.get("readinessGates") or ()):
        yield from name_causes(f"{path}.readinessGates[{index}].conditionType", gate.get("conditionType", ""), key_rule)
    if asked := (spec.get("securityContext") or {}).get("sysctls"):
        yield from sysctls.validate(f"{path}.securityContext.sysctls", asked)
    yield from _names(path, spec)
    yield from placing.validate(path, spec)
    yield from tolerations(f"{path}.tolerations", spec.get("tolerations") or ())


def _names(path: str, spec: Mapping[str, Any]) -> Iterator[Cause]:
    if account := spec.get("serviceAccountName"):
        yield from name_causes(f"{path}.serviceAccountName", account, subdomain_rule)
    if node := spec.get("nodeName"):
        yield from name_causes(f"{path}.nodeName", node, subdomain_rule)
    if (deadline := spec.get("activeDeadlineSeconds")) is not None and not 1 <= deadline <= 2**31 - 1:
        yield invalid(f"{path}.activeDeadlineSeconds", deadline, names.between(1, 2**31 - 1))
    for field in ("hostname", "subdomain"):
        if value := spec.get(field):
            yield from name_causes(f"{path}.{field}", value, label_rule)


def _dns_config(path: str, config: Mapping[str, Any] | None, policy: str) -> Iterator[Cause]:
    if policy == "None":
        if not config:
            yield required(path, "must provide `dnsConfig` when `dnsPolicy` is None")
            return
        if not config.get("nameservers"):
            detail = "must provide at least one DNS nameserver when `dnsPolicy` is None"
            yield required(f"{path}.nameservers", detail)
    if not config:
        return
    servers, searches = config.get("nameservers") or [], config.get("searches") or []
    if len(servers) > _MOST_NAMESERVERS:
        detail = f"must not have more than {_MOST_NAMESERVERS} nameservers"
        yield invalid(f"{path}.nameservers", servers, detail)
    for index, server in enumerate(servers):
        yield from name_causes(f"{path}.nameservers[{index}]", server, names.ip_address)
    if len(searches) > _MOST_SEARCHES:
        yield invalid(f"{path}.searches", searches, f"must not have more than {_MOST_SEARCHES} search paths")
    if len(" ".join(searches)) > _LONGEST_SEARCH:
        detail = f"must not have more than {_LONGEST_SEARCH} characters (including spaces) in the search list"
        yield invalid(f"{path}.searches", searches, detail)
    for index, search in enumerate(searches):
        if search != ".":
            yield from name_causes(f"{path}.searches[{index}]", search.removesuffix("."), names.dns_subdomain)
    for index, option in enumerate(config.get("options") or ()):
        if not option.get("name"):
            yield required(f"{path}.options[{index}]", "must not be empty")


def tolerations(path: str, given: Iterable[Mapping[str, Any]]) -> Iterator[Cause]:
    for index, toleration in enumerate(given):
        yield from _toleration(f"{path}[{index}]", toleration)


def _toleration(path: str, toleration: Mapping[str, Any]) -> Iterator[Cause]:
    key, operator, effect = (toleration.get(field) or "" for field in ("key", "operator", "effect"))
    if key:
        yield from name_causes(f"{path}.key", key, key_rule)
    elif operator != "Exists":
        detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
        yield invalid(f"{path}.operator", operator, detail)
    if toleration.get("tolerationSeconds") is not None and effect != "NoExecute":
        yield invalid(f"{path}.effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")
    if operator == "Exists" and toleration.get("value"):
        yield invalid(f"{path}.operator", toleration["value"], "value must be empty when `operator` is 'Exists'")
    if operator not in ("", "Equal", "Exists"):
        yield not_supported(f"{path}.operator", operator, ("Equal", "Exists"))
    if effect and effect not in _EFFECTS:
        yield not_supported(f"{path}.effect", effect, _EFFECTS)
