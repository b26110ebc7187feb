"""Reviews: questions of who one is and what one may do. They are answered (`cluster.access`), never stored."""

from __future__ import annotations

from cluster.kinds.kind import CREATE_ONLY, Kind


def _question(group: str, kind: str, *, namespaced: bool = False) -> Kind:
    singular = kind.lower()
    return Kind(
        group=group,
        version="v1",
        kind=kind,
        resource=f"{singular}s",
        singular=singular,
        namespaced=namespaced,
        has_status=False,
        verbs=CREATE_ONLY,
    )


FAMILY = (
    _question("authentication.k8s.io", "SelfSubjectReview"),
    _question("authentication.k8s.io", "TokenReview"),
    _question("authorization.k8s.io", "LocalSubjectAccessReview", namespaced=True),
    _question("authorization.k8s.io", "SelfSubjectAccessReview"),
    _question("authorization.k8s.io", "SelfSubjectRulesReview"),
    _question("authorization.k8s.io", "SubjectAccessReview"),
)
