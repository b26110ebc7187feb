"""Where the recordings of a real control plane are, and what of an object differs from run to run."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from cluster.machinery.objects import Obj, copy
from tests.fidelity import golden


def recording(file: str) -> Any:
    """The recording as parsed JSON; skips the module when it is not there."""
    if reason := golden.absent(file):
        pytest.skip(reason, allow_module_level=True)
    return golden.load(file)


_VOLATILE = ("managedFields", "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp")


def stable(obj: Obj) -> Obj:
    """The object without what no two runs have in common: uids, versions, times, allocated addresses and ports, the
    random end of the token volume's name."""
    found = copy(obj)
    if found.get("kind") == "Job":
        # Its uid stands in its selector and labels, too.
        found = orjson.loads(orjson.dumps(found).replace(found["metadata"]["uid"].encode(), b"the-uid"))
    metadata = found.get("metadata") or {}
    for field in _VOLATILE:
        metadata.pop(field, None)
    spec = found.get("spec")
    if found.get("kind") == "Service" and spec and spec.get("clusterIP", "None") != "None":
        spec["clusterIP"], spec["clusterIPs"] = "10.96.0.x", ["10.96.0.x"]
        for port in spec.get("ports") or ():
            if port.get("nodePort"):
                port["nodePort"] = 30000
    if found.get("kind") == "Pod" and spec:
        for volume in spec.get("volumes") or ():
            volume["name"] = _token(volume["name"])
        for container in [*spec["containers"], *(spec.get("initContainers") or ())]:
            for mount in container.get("volumeMounts") or ():
                mount["name"] = _token(mount["name"])
    for condition in (found.get("status") or {}).get("conditions") or ():
        condition["lastTransitionTime"] = None
    return found


def _token(name: str) -> str:
    return "kube-api-access-xxxxx" if name.startswith("kube-api-access-") else name
