"""Documents that describe how manifests are made, each for a program of its own: told from manifests."""

from __future__ import annotations

from typing import Any

KUSTOMIZATION = (
    "this is a kustomization, a recipe that kubectl makes manifests by: run kubectl kustomize on its folder, and apply "
    "what that prints"
)
CHART = (
    "this is the Chart.yaml of a Helm chart, a recipe that Helm makes manifests by: run helm template on its folder, "
    "and apply what that prints"
)
_OF_KUSTOMIZATIONS = frozenset(
    {"resources", "bases", "patches", "patchesStrategicMerge", "configMapGenerator", "secretGenerator", "namePrefix"}
)


def of_recipe(obj: dict[str, Any]) -> str:
    """What it is and what would work instead; "" for what is none."""
    version = obj.get("apiVersion")
    if isinstance(version, str) and version.startswith("kustomize.config.k8s.io/"):
        return KUSTOMIZATION
    if "kind" in obj:
        return ""
    if version in ("v1", "v2") and {"name", "version"} <= obj.keys():
        return CHART
    # Both of its identity may be left out.
    return KUSTOMIZATION if version is None and not _OF_KUSTOMIZATIONS.isdisjoint(obj) else ""
