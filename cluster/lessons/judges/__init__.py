"""One judge for each kind of check. Adding a kind is adding its shape (`shapes.CHECKS`) and its judge here."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.lessons.judges import choices, deeds, names, objects, pods, requests
from cluster.lessons.judges.finding import Judge

JUDGES: Mapping[str, Judge] = {
    **objects.JUDGES,
    **pods.JUDGES,
    **names.JUDGES,
    **requests.JUDGES,
    **deeds.JUDGES,
    **choices.JUDGES,
}
