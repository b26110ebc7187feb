"""What expressions ask an authorizer: whether who asks for the write, or a service account, may do something. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cluster.access import Attributes, allowed
from cluster.kinds.kind import Admission, Asker
from cluster.machinery.cel.library import Decide

_PARTS = ("group", "resource", "subresource", "namespace", "name", "path")


def decider(admission: Admission) -> Decide:
    def decide(given: Mapping[str, Any]) -> tuple[bool, str]:
        asked = Attributes(str(given["verb"]), **{part: str(given.get(part) or "") for part in _PARTS})
        found = allowed(admission.world, _who(given, admission.asker), asked)
        return found.allowed, found.reason

    return decide


def _who(given: Mapping[str, Any], asker: Asker) -> Asker:
    account = given.get("account")
    if not account:
        return asker
    where, name = (str(each) for each in account)
    groups = ("system:serviceaccounts", f"system:serviceaccounts:{where}", "system:authenticated")
    return Asker(f"system:serviceaccount:{where}:{name}", groups)
