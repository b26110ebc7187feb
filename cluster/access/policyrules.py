"""A rule of a role: which requests it allows, and which other rules it contains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from cluster.access.attributes import Attributes
from cluster.machinery.errors import shown

ALL = "*"


class PolicyRule(NamedTuple):
    """As a role has it. In the sets is "*" where everything is meant; no names are all names."""

    verbs: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    def allows(self, asked: Attributes) -> bool:
        if ALL not in self.verbs and asked.verb not in self.verbs:
            return False
        if asked.path:
            return any(_path_matches(each, asked.path) for each in self.paths)
        return (
            (ALL in self.groups or asked.group in self.groups)
            and self._has_resource(asked)
            and (not self.names or asked.name in self.names)
        )

    def _has_resource(self, asked: Attributes) -> bool:
        if ALL in self.resources or asked.combined in self.resources:
            return True
        return bool(asked.subresource) and f"{ALL}/{asked.subresource}" in self.resources

    def parts(self) -> Iterator[PolicyRule]:
        """The rule taken apart into ones of one group, resource, verb and name each."""
        names: list[tuple[str, ...]] = [(name,) for name in self.names] or [()]
        for group in self.groups:
            for resource in self.resources:
                for verb in self.verbs:
                    for name in names:
                        yield PolicyRule((verb,), (group,), (resource,), name)
        for verb in self.verbs:
            for path in self.paths:
                yield PolicyRule((verb,), paths=(path,))

    @property
    def size(self) -> int:
        """How many parts it has."""
        named = len(self.groups) * len(self.resources) * max(1, len(self.names))
        return len(self.verbs) * (named + len(self.paths))

    def covers(self, part: PolicyRule) -> bool:
        """Whether everything that `part` allows is allowed by this one. Certain for a rule of `parts`; a whole rule may
        be covered by several together."""
        return (
            _has_all(self.verbs, part.verbs)
            and _has_all(self.groups, part.groups)
            and all(self._has_named(each) for each in part.resources)
            and all(any(_path_matches(own, each) for own in self.paths) for each in part.paths)
            and (not self.names or (bool(part.names) and set(part.names) <= set(self.names)))
        )

    def _has_named(self, resource: str) -> bool:
        _, slash, subresource = resource.partition("/")
        return _has_all(self.resources, (resource,)) or (bool(slash) and f"{ALL}/{subresource}" in self.resources)

    def __str__(self) -> str:
        """As Kubernetes writes rules in messages: {APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}."""
        fields = (
            ("APIGroups", self.groups),
            ("Resources", self.resources),
            ("NonResourceURLs", self.paths),
            ("ResourceNames", self.names),
            ("Verbs", self.verbs),
        )
        return "{" + ", ".join(f"{name}:{quoted(values)}" for name, values in fields if values) + "}"

    def as_object(self) -> dict[str, Any]:
        """As it stands in a role."""
        found = {
            "verbs": self.verbs,
            "apiGroups": self.groups,
            "resources": self.resources,
            "resourceNames": self.names,
            "nonResourceURLs": self.paths,
        }
        return {field: list(values) for field, values in found.items() if values or field == "verbs"}


def quoted(values: Iterable[str]) -> str:
    """A list of texts as Go prints one: ["a" "b"]."""
    return f"[{' '.join(shown(value) for value in values)}]"


def read(rule: Mapping[str, Any]) -> PolicyRule:
    """A rule as it stands in a role."""
    fields = ("verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")
    return PolicyRule(*(tuple(rule.get(field) or ()) for field in fields))


def _has_all(own: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return ALL in own or all(each in own for each in wanted)


def _path_matches(pattern: str, path: str) -> bool:
    return pattern in (ALL, path) or (pattern.endswith(ALL) and path.startswith(pattern.rstrip(ALL)))


def compact(rules: Iterable[PolicyRule]) -> list[PolicyRule]:
    """Rules of one resource each, those that differ in their verbs alone made one."""
    found: dict[tuple[tuple[str, ...], ...], PolicyRule] = {}
    for rule in rules:
        key = (rule.groups, rule.resources, rule.names, rule.paths if not rule.paths else (*rule.paths, *rule.verbs))
        known = found.get(key)
        if known is None:
            found[key] = rule
        else:
            new = tuple(verb for verb in rule.verbs if verb not in known.verbs)
            found[key] = known._replace(verbs=(*known.verbs, *new))
    return list(found.values())
