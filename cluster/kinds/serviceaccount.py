"""ServiceAccount: who a pod is."""

from __future__ import annotations

from cluster.kinds.cells import AGE, NAME
from cluster.kinds.kind import CREATE_ONLY, Column, Kind, Subresource

KIND = Kind(
    group="",
    version="v1",
    kind="ServiceAccount",
    resource="serviceaccounts",
    singular="serviceaccount",
    short_names=("sa",),
    has_status=False,
    subresources=(Subresource("token", CREATE_ONLY, ("authentication.k8s.io", "v1", "TokenRequest")),),
    columns=(NAME, Column("Secrets", lambda obj, now: len(obj.get("secrets") or ())), AGE),
)
