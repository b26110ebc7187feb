"""Who a StatefulSet's pod is: its name, ordinal, labels, host name, and the object made for a missing one.

Rules R-ID-1 to R-ID-6. Knows nothing of order or of other pods.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cluster.controllers.pod_facts import POD_INDEX, POD_NAME, REVISION_LABEL
from cluster.controllers.pod_template import pod_metadata
from cluster.controllers.revision_history import Revision
from cluster.controllers.statefulset.storage import claim_names, templates, with_claims
from cluster.machinery.objects import Obj, labels, name, namespace, owner_reference, spec


def start_of(owner: Obj) -> int:
    return int((spec(owner).get("ordinals") or {}).get("start") or 0)


def replicas_of(owner: Obj) -> int:
    wanted = spec(owner).get("replicas")
    return 1 if wanted is None else int(wanted)


def identity_labels(called: str, ordinal: int) -> dict[str, str]:
    return {POD_NAME: called, POD_INDEX: str(ordinal)}


def pod_maker(owner: Obj, revision: Revision) -> Callable[[int], Obj]:
    """ordinal -> the pod of `revision` at it. Template, owners and annotations are shared by all pods it makes."""
    template, set_name = revision.template, name(owner)
    shared = pod_metadata(template, namespace(owner), f"{set_name}-", [owner_reference(owner)])
    base_labels = {**labels(template), REVISION_LABEL: revision.name}
    base_spec: dict[str, Any] = template.get("spec") or {}
    subdomain = spec(owner).get("serviceName")
    claim_templates = templates(owner)

    def make(ordinal: int) -> Obj:
        called = f"{set_name}-{ordinal}"
        pod_spec = {**base_spec, "hostname": called}
        if subdomain:
            pod_spec["subdomain"] = subdomain
        if claim_templates:
            pod_spec["volumes"] = with_claims(base_spec.get("volumes") or (), claim_names(owner, ordinal))
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": called,
                **shared,
                "labels": {**base_labels, POD_INDEX: str(ordinal), POD_NAME: called},
            },
            "spec": pod_spec,
        }

    return make
