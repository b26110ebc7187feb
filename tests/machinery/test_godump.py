"""Pod templates in the notation that Kubernetes hashes."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery import godump
from cluster.machinery.gostructs import STRUCTS
from cluster.machinery.objects import Obj


def template(**container: Any) -> Obj:
    return {"metadata": {}, "spec": {"containers": [{"name": "c", **container}]}}


PARTS = [
    (template(), "Ports:([]v1.ContainerPort)<nil>"),
    (template(ports=[{"containerPort": 80}]), "[{Name:(string) HostPort:(int32)0 ContainerPort:(int32)80 Protocol:("),
    (template(tty=True), "TTY:(bool)true"),
    (template(command=["sh", "-c"]), "Command:([]string)[sh -c]"),
    (template(restartPolicy="Always"), "RestartPolicy:(*v1.ContainerRestartPolicy)Always"),
    (
        template(livenessProbe={"tcpSocket": {"port": "web"}}),
        "LivenessProbe:(*v1.Probe){ProbeHandler:(v1.ProbeHandler){Exec:(*v1.ExecAction)<nil> "
        "HTTPGet:(*v1.HTTPGetAction)<nil> TCPSocket:(*v1.TCPSocketAction){Port:(intstr.IntOrString)"
        "{Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string)web} Host:(string)} GRPC:(*v1.GRPCAction)<nil>} Initial",
    ),
    (
        template(resources={"limits": {"memory": "1Gi", "cpu": "1500m"}}),
        "Limits:(v1.ResourceList)map[cpu:{i:(resource.int64Amount){value:(int64)1500 scale:(resource.Scale)-3} "
        "d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)1500m Format:(resource.Format)DecimalSI} "
        "memory:{i:(resource.int64Amount){value:(int64)1073741824 scale:(resource.Scale)0} "
        "d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)1Gi Format:(resource.Format)BinarySI}]",
    ),
    (
        template(env=[{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "m", "key": "k"}}}]),
        "ConfigMapKeyRef:(*v1.ConfigMapKeySelector){LocalObjectReference:(v1.LocalObjectReference){Name:(string)m} "
        "Key:(string)k Optional:(*bool)<nil>}",
    ),
    (
        {"metadata": {"labels": {"b": "2", "a": "1"}}, "spec": {}},
        "Labels:(map[string]string)map[a:1 b:2] Annotations:(map[string]string)<nil>",
    ),
]


@pytest.mark.parametrize(("given", "part"), PARTS)
def test_a_part_of_the_dump(given: Obj, part: str) -> None:
    assert part in godump.pod_template(given)


@pytest.mark.parametrize(
    "given",
    [
        {"spec": {"volumes": [{"name": "v", "rbd": {"image": "x"}}]}},
        template(resources={"limits": {"cpu": "1e3"}}),
    ],
)
def test_what_is_not_listed_is_said(given: Obj) -> None:
    with pytest.raises(godump.Unlisted):
        godump.pod_template(given)


def test_every_listed_struct_is_used() -> None:
    used = {field.type.strip("*[]") for fields in STRUCTS.values() for field in fields}
    assert STRUCTS.keys() - used == {"PodTemplateSpec"}


def test_names_in_json() -> None:
    names = {field.go: field.json for fields in STRUCTS.values() for field in fields}
    expected = {
        "DNSPolicy": "dnsPolicy",
        "TTY": "tty",
        "OS": "os",
        "HostIP": "hostIP",
        "SELinuxOptions": "seLinuxOptions",
        "GMSACredentialSpec": "gmsaCredentialSpec",
        "AWSElasticBlockStore": "awsElasticBlockStore",
        "SetHostnameAsFQDN": "setHostnameAsFQDN",
        "DeprecatedServiceAccount": "serviceAccount",
        "CephFS": "cephfs",
    }
    assert {name: names[name] for name in expected} == expected
