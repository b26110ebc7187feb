"""In which order groups and versions are told: clients take the first version of a group as the preferred one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cluster.kinds import Kind

_RANKED = (
    ("apiregistration.k8s.io", 18000),
    ("apps", 17800),
    ("events.k8s.io", 17750),
    ("authentication.k8s.io", 17700),
    ("authorization.k8s.io", 17600),
    ("autoscaling", 17500),
    ("batch", 17400),
    ("certificates.k8s.io", 17300),
    ("networking.k8s.io", 17200),
    ("policy", 17100),
    ("rbac.authorization.k8s.io", 17000),
    ("storage.k8s.io", 16800),
    ("admissionregistration.k8s.io", 16700),
    ("apiextensions.k8s.io", 16700),
    ("scheduling.k8s.io", 16600),
    ("coordination.k8s.io", 16500),
    ("node.k8s.io", 16300),
    ("discovery.k8s.io", 16200),
    ("flowcontrol.apiserver.k8s.io", 16100),
    ("metrics.k8s.io", 100),
)
GROUP_PRIORITY = dict(_RANKED)
"""The groupPriorityMinimum of each built-in group's APIService; the higher comes first."""
CUSTOM_PRIORITY = 1000
"""That of the groups of custom resources."""


class GroupVersion(NamedTuple):
    group: str
    version: str

    def __str__(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def path(self) -> str:
        """Where it is served."""
        return f"/apis/{self}" if self.group else f"/api/{self.version}"


def group_version(api_version: str) -> GroupVersion:
    group, _, version = api_version.rpartition("/")
    return GroupVersion(group, version)


def versions_of(kind: Kind) -> tuple[GroupVersion, ...]:
    """Every version a kind is served in."""
    return tuple(group_version(each) for each in kind.every_version)


_VERSION = re.compile(r"v([0-9]+)(?:(alpha|beta)([0-9]+))?")
_STABILITY = {"alpha": 1, "beta": 2, None: 3}


def version_rank(version: str) -> tuple[object, ...]:
    """Ascending: v2, v1, v2beta1, v1alpha2, then names of any other form by the alphabet."""
    if (found := _VERSION.fullmatch(version)) is None:
        return (1, version)
    major, stability, minor = found.groups()
    return (0, -_STABILITY[stability], -int(major), -int(minor or 0))


def group_versions(kinds: Iterable[Kind]) -> dict[str, list[str]]:
    """Group -> its versions, both in the order in which they are told; the core group ("") comes first."""
    found = {each for kind in kinds for each in versions_of(kind)}
    groups = sorted({each.group for each in found}, key=_group_rank)
    return {
        group: sorted((each.version for each in found if each.group == group), key=version_rank) for group in groups
    }


def _group_rank(group: str) -> tuple[object, ...]:
    return (group != "", -GROUP_PRIORITY.get(group, CUSTOM_PRIORITY), group)


def in_version(kinds: Iterable[Kind], wanted: GroupVersion) -> Sequence[Kind]:
    """The kinds that are served in this version, as it has them, by their resources' names."""
    found = (kind.written_in(str(wanted)) for kind in kinds if wanted in versions_of(kind))
    return sorted(found, key=lambda kind: kind.resource)
