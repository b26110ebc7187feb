"""Two pod specs side by side, as the real API server prints them."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery import godiff
from cluster.machinery.objects import Obj
from tests.kinds.recorded import recording

_CASES = {case["name"]: case for case in recording("errors.json")["cases"]}
_TOKEN: Obj = {
    "name": "kube-api-access-s47w2",
    "projected": {
        "defaultMode": 420,
        "sources": [
            {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
            {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
            {
                "downwardAPI": {
                    "items": [
                        {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}
                    ]
                }
            },
        ],
    },
}
_SPEC: Obj = {
    "volumes": [_TOKEN],
    "containers": [{"name": "c", "image": "nginx", "resources": {}, "imagePullPolicy": "Always"}],
    "restartPolicy": "Always",
    "terminationGracePeriodSeconds": 30,
    "dnsPolicy": "ClusterFirst",
    "serviceAccountName": "default",
    "serviceAccount": "default",
    "nodeName": "node-1",
    "securityContext": {},
    "schedulerName": "default-scheduler",
}


def container(**given: Any) -> Obj:
    return {**_SPEC, "containers": [{**_SPEC["containers"][0], **given}]}


@pytest.mark.parametrize("name", [name for name in _CASES if "core.PodSpec{" in str(_CASES[name].get("response"))])
def test_as_it_was_recorded(name: str) -> None:
    case = _CASES[name]
    changed = case["request"]["spec"]
    after = container(**changed["containers"][0]) if "containers" in changed else {**_SPEC, **changed}
    said = case["response"]["message"]
    assert godiff.pod_spec(_SPEC, after) + "\n" == said[said.index("  core.PodSpec{") :]


CLAIM = {"name": "data", "persistentVolumeClaim": {"claimName": "data-web-0"}}
MORE: dict[str, tuple[Obj, list[str]]] = {
    "a volume before what is there": (
        {**_SPEC, "volumes": [CLAIM, _TOKEN]},
        [
            "  core.PodSpec{",
            "  \tVolumes: []core.Volume{",
            "+ \t\t{",
            '+ \t\t\tName: "data",',
            "+ \t\t\tVolumeSource: core.VolumeSource{",
            '+ \t\t\t\tPersistentVolumeClaim: &core.PersistentVolumeClaimVolumeSource{ClaimName: "data-web-0"},',
            "+ \t\t\t},",
            "+ \t\t},",
            '  \t\t{Name: "kube-api-access-s47w2", VolumeSource: {Projected: &{Sources: {{ServiceAccountToken: '
            '&{ExpirationSeconds: 3607, Path: "token"}}, {ConfigMap: &{LocalObjectReference: {Name: '
            '"kube-root-ca.crt"}, Items: {{Key: "ca.crt", Path: "ca.crt"}}}}, {DownwardAPI: &{Items: {{Path: '
            '"namespace", FieldRef: &{APIVersion: "v1", FieldPath: "metadata.namespace"}}}}}}, DefaultMode: &420}}},',
            "  \t},",
            "  \tInitContainers: nil,",
            '  \tContainers:     {{Name: "c", Image: "nginx", ImagePullPolicy: "Always"}},',
            "  \t... // 31 identical fields",
            "  }",
        ],
    ),
    "what v1 has beside the security context": (
        {**_SPEC, "hostNetwork": True},
        [
            "  core.PodSpec{",
            "  \t... // 10 identical fields",
            "  \tAutomountServiceAccountToken: nil,",
            '  \tNodeName:                     "node-1",',
            "  \tSecurityContext: &core.PodSecurityContext{",
            "- \t\tHostNetwork: false,",
            "+ \t\tHostNetwork: true,",
            "  \t\tHostPID:     false,",
            "  \t\tHostIPC:     false,",
            "  \t\t... // 15 identical fields",
            "  \t},",
            "  \tImagePullSecrets: nil,",
            '  \tHostname:         "",',
            "  \t... // 19 identical fields",
            "  }",
        ],
    ),
    "amounts": (
        container(resources={"requests": {"cpu": "100m"}}),
        [
            "  \t\t\tResources: core.ResourceRequirements{",
            "  \t\t\t\tLimits:   nil,",
            "- \t\t\t\tRequests: nil,",
            "+ \t\t\t\tRequests: core.ResourceList{",
            '+ \t\t\t\t\ts"cpu": {i: resource.int64Amount{value: 100, scale: -3}, s: "100m", Format: "DecimalSI"},',
            "+ \t\t\t\t},",
            "  \t\t\t\tClaims: nil,",
            "  \t\t\t},",
        ],
    ),
}


@pytest.mark.parametrize(("after", "said"), MORE.values(), ids=MORE)
def test_what_is_printed(after: Obj, said: list[str]) -> None:
    lines = godiff.pod_spec(_SPEC, after).split("\n")
    first = lines.index(said[0])
    assert lines[first : first + len(said)] == said
