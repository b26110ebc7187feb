from __future__ import annotations

import pytest

from cluster.controllers.pod_template import SAFE, fnv32, fnv32a, revision_hash, same_template, template_hash
from cluster.machinery.objects import Obj


@pytest.mark.parametrize(("data", "value"), [(b"", 0x811C9DC5), (b"a", 0xE40C292C), (b"foobar", 0xBF9CF968)])
def test_the_hash_is_fnv_1a(data: bytes, value: int) -> None:
    assert fnv32a(data) == value


@pytest.mark.parametrize(("data", "value"), [(b"", 0x811C9DC5), (b"a", 0x050C5D7E), (b"foobar", 0x31F0B262)])
def test_the_hash_of_revisions_is_fnv_1(data: bytes, value: int) -> None:
    assert fnv32(data) == value


TEMPLATE: Obj = {
    "metadata": {"creationTimestamp": None, "labels": {"a": "b"}},
    "spec": {
        "containers": [
            {
                "name": "c",
                "image": "nginx",
                "resources": {},
                "terminationMessagePath": "/dev/termination-log",
                "terminationMessagePolicy": "File",
                "imagePullPolicy": "Always",
            }
        ],
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "securityContext": {},
        "schedulerName": "default-scheduler",
    },
}


def with_container(**more: object) -> Obj:
    (container,) = TEMPLATE["spec"]["containers"]
    return {**TEMPLATE, "spec": {**TEMPLATE["spec"], "containers": [{**container, **more}]}}


def test_a_template_has_the_hash_that_a_real_cluster_gave_it() -> None:
    assert template_hash(TEMPLATE) == "78c776c7d"


OTHERS: list[Obj] = [
    with_container(ports=[{"containerPort": 80, "protocol": "TCP"}]),
    with_container(env=[{"name": "A", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "status.podIP"}}}]),
    with_container(resources={"requests": {"cpu": "500m"}}),
    with_container(resources={"requests": {"memory": "1Gi"}}),
    with_container(readinessProbe={"httpGet": {"path": "/", "port": "web", "scheme": "HTTP"}, "periodSeconds": 10}),
    with_container(readinessProbe={"tcpSocket": {"port": 80}, "periodSeconds": 10}),
    with_container(securityContext={"capabilities": {"add": ["NET_ADMIN"]}, "privileged": False}),
    {**TEMPLATE, "spec": {**TEMPLATE["spec"], "nodeSelector": {"disk": "ssd"}}},
    {**TEMPLATE, "spec": {**TEMPLATE["spec"], "volumes": [{"name": "v", "emptyDir": {}}]}},
    {**TEMPLATE, "spec": {**TEMPLATE["spec"], "volumes": [{"name": "v", "rbd": {"image": "old"}}]}},
    {**TEMPLATE, "spec": {**TEMPLATE["spec"], "volumes": [{"name": "v", "rbd": {"image": "older"}}]}},
    {**TEMPLATE, "metadata": {**TEMPLATE["metadata"], "annotations": {"a": "b"}}},
]


def test_each_part_changes_the_hash_and_order_does_not() -> None:
    hashes = [template_hash(each) for each in (TEMPLATE, *OTHERS)]
    assert len(set(hashes)) == len(hashes)
    for each in (TEMPLATE, *OTHERS):
        turned = {**each, "spec": dict(reversed(each["spec"].items()))}
        assert template_hash(turned) == template_hash(each)
        assert set(template_hash(each)) <= set(SAFE)


def test_collisions_give_another_try() -> None:
    """A count of 0 is hashed, too: it is not the same as none."""
    tries = [template_hash(TEMPLATE, collisions) for collisions in (None, 0, 1, 2)]
    assert len(set(tries)) == 4


POD: Obj = {"metadata": {"labels": {"app": "web"}, "creationTimestamp": None}, "spec": {"containers": [{"name": "c"}]}}

SAME: list[tuple[Obj, bool]] = [
    (POD, True),
    ({**POD, "metadata": {"labels": {"app": "web", "pod-template-hash": "x"}}}, True),
    ({**POD, "metadata": {"labels": {"app": "web"}, "annotations": {}}}, True),
    ({**POD, "metadata": {"labels": {"app": "web"}, "annotations": {"a": "b"}}}, False),
    ({**POD, "metadata": {"labels": {"app": "db"}}}, False),
    ({**POD, "spec": {"containers": [{"name": "d"}]}}, False),
]


@pytest.mark.parametrize(("other", "same"), SAME)
def test_templates_are_compared_without_their_hash(other: Obj, same: bool) -> None:
    assert same_template(POD, other) is same


@pytest.mark.parametrize("sign", ["<", ">", "&", "\u2028", "\u2029"])
def test_a_revision_is_hashed_as_go_writes_it(sign: str) -> None:
    """Go escapes these, so the escape is what is hashed; the probe of collisions is hashed even while it is 0."""
    escaped = f'{{"a":"\\u{ord(sign):04x}"}}0'.encode()
    assert revision_hash({"a": sign}) == "".join(SAFE[ord(digit) % len(SAFE)] for digit in str(fnv32(escaped)))
    assert revision_hash({"a": sign}) != revision_hash({"a": sign}, 1)
