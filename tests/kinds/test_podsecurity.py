"""Pod Security Standards: what each level refuses, and the words in which Kubernetes' documentation shows it."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.intents import Create, Patch
from cluster.kinds.podsecurity import findings
from cluster.kinds.podsecurity.findings import PodParts
from cluster.machinery.errors import ApiError, Forbidden, Invalid
from cluster.machinery.objects import NAMESPACES, PODS, Obj, key
from tests.controllers.street import Street
from tests.kinds.test_policies import deployment

PREFIX = "pod-security.kubernetes.io"
GOOD: Obj = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def container(name: str = "c", **context: Any) -> Obj:
    return {"name": name, "image": "nginx", **({"securityContext": context} if context else {})}


def found(level: str, *containers: Obj, annotations: dict[str, str] | None = None, **spec: Any) -> str:
    pod = PodParts({"annotations": annotations or {}}, {"containers": list(containers) or [container()], **spec})
    return ", ".join(map(str, findings(pod, level)))


def good(**more: Any) -> Obj:
    return container(**{**GOOD, **more})


BASELINE: list[tuple[dict[str, Any], str]] = [
    ({}, ""),
    ({"hostNetwork": True, "hostPID": True}, "host namespaces (hostNetwork=true, hostPID=true)"),
    (
        {"volumes": [{"name": "a", "hostPath": {"path": "/"}}, {"name": "b", "emptyDir": {}}]},
        'hostPath volumes (volume "a")',
    ),
    (
        {"containers": [container(privileged=True), container("d", privileged=True)]},
        'privileged (containers "c", "d" must not set securityContext.privileged=true)',
    ),
    (
        {"containers": [{**container(), "ports": [{"containerPort": 80, "hostPort": 80}]}]},
        'hostPort (container "c" uses hostPort 80)',
    ),
    (
        {"containers": [container(capabilities={"add": ["NET_ADMIN", "CHOWN"]})]},
        'non-default capabilities (container "c" must not include "NET_ADMIN" in securityContext.capabilities.add)',
    ),
    (
        {"containers": [container(procMount="Unmasked")]},
        'procMount (container "c" must not set securityContext.procMount to "Unmasked")',
    ),
    (
        {"securityContext": {"seccompProfile": {"type": "Unconfined"}}},
        'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
    ),
    (
        {"securityContext": {"sysctls": [{"name": "kernel.msgmax"}, {"name": "net.ipv4.tcp_rmem"}]}},
        "forbidden sysctls (kernel.msgmax)",
    ),
    (
        {"securityContext": {"seLinuxOptions": {"type": "x", "user": "u"}}},
        'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "x"; user may not be set)',
    ),
    (
        {"annotations": {"container.apparmor.security.beta.kubernetes.io/c": "unconfined"}},
        'forbidden AppArmor profile (annotation "container.apparmor.security.beta.kubernetes.io/c"="unconfined")',
    ),
    (
        {"securityContext": {"windowsOptions": {"hostProcess": True}}},
        "hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)",
    ),
]


@pytest.mark.parametrize(("given", "said"), BASELINE)
def test_baseline(given: dict[str, Any], said: str) -> None:
    given = dict(given)
    assert found("baseline", *given.pop("containers", ()), **given) == said
    assert found("privileged", **given) == ""


PLAIN = (
    'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), '
    'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), '
    'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), '
    'seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or '
    '"Localhost")'
)
RESTRICTED: list[tuple[dict[str, Any], str]] = [
    ({}, PLAIN),
    ({"containers": [good()]}, ""),
    (
        {"containers": [good(privileged=True)]},
        'privileged (container "c" must not set securityContext.privileged=true)',
    ),
    ({"containers": [good(runAsUser=0)]}, 'runAsUser=0 (container "c" must not set runAsUser=0)'),
    (
        {"containers": [good(runAsNonRoot=False)]},
        'runAsNonRoot != true (container "c" must not set securityContext.runAsNonRoot=false)',
    ),
    (
        {"containers": [good(capabilities={"drop": ["ALL"], "add": ["CHOWN", "NET_BIND_SERVICE"]})]},
        'unrestricted capabilities (container "c" must not include "CHOWN" in securityContext.capabilities.add)',
    ),
    (
        {"containers": [good()], "volumes": [{"name": "a", "hostPath": {"path": "/"}}]},
        'restricted volume types (volume "a" uses restricted volume type "hostPath")',
    ),
    (
        {
            "containers": [container(allowPrivilegeEscalation=False, capabilities={"drop": ["ALL"]})],
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "Localhost"}},
        },
        "",
    ),
    (
        {
            "containers": [container(runAsNonRoot=True, seccompProfile={"type": "RuntimeDefault"})],
            "os": {"name": "windows"},
        },
        "",
    ),
]


@pytest.mark.parametrize(("given", "said"), RESTRICTED)
def test_restricted(given: dict[str, Any], said: str) -> None:
    given = dict(given)
    assert found("restricted", *given.pop("containers", ()), **given) == said


def street(**marks: str) -> Street:
    made = Street()
    labelled = {f"{PREFIX}/{mark.replace('_', '-')}": value for mark, value in marks.items()}
    made.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default", "labels": labelled}})
    return made


def pod(name: str = "nginx", **spec: Any) -> Obj:
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container()], **spec}}


def test_a_pod_is_refused_and_what_makes_pods_is_warned_of() -> None:
    made = street(enforce="restricted", warn="restricted", warn_version="v1.32")
    with pytest.raises(Forbidden) as refused:
        made.do(Create(pod()))
    assert refused.value.message == f'pods "nginx" is forbidden: violates PodSecurity "restricted:latest": {PLAIN}'
    made.do(Create(deployment(1)))
    assert made.warned == [f'would violate PodSecurity "restricted:v1.32": {PLAIN}']


def test_a_pod_may_be_warned_of_and_a_good_one_is_not() -> None:
    made = street(enforce="baseline", warn="restricted")
    made.do(Create(pod()))
    assert len(made.warned) == 1
    made.do(Create(pod("good", containers=[good()])))
    assert len(made.warned) == 1
    with pytest.raises(Forbidden, match="host namespaces"):
        made.do(Create(pod("bad", hostNetwork=True)))


def test_a_namespace_without_labels_asks_nothing() -> None:
    made = street()
    made.do(Create(pod(hostNetwork=True)))
    assert made.warned == []


def test_a_new_level_tells_of_the_pods_that_are_there() -> None:
    made = street()
    for name in ("b", "a"):
        made.do(Create(pod(name)))
    made.do(Create(pod("c", hostNetwork=True)))
    where = key(NAMESPACES, "", "default")
    made.do(Patch(where, "merge", {"metadata": {"labels": {f"{PREFIX}/enforce": "baseline"}}}))
    assert made.warned == [
        'existing pods in namespace "default" violate the new PodSecurity enforce level "baseline:latest"',
        "c: host namespaces",
    ]
    made.warned.clear()
    made.do(Patch(where, "merge", {"metadata": {"labels": {f"{PREFIX}/enforce": "restricted"}}}))
    assert made.warned[1].startswith("a (and 1 other pod): allowPrivilegeEscalation != false, ")


@pytest.mark.parametrize(
    ("mark", "value", "said"),
    [
        ("enforce", "strict", "must be one of privileged, baseline, restricted"),
        ("warn-version", "1.32", 'must be "latest" or "v1.x"'),
    ],
)
def test_a_label_that_means_nothing_is_refused(mark: str, value: str, said: str) -> None:
    made = street()
    with pytest.raises(Invalid) as refused:
        made.do(Patch(key(NAMESPACES, "", "default"), "merge", {"metadata": {"labels": {f"{PREFIX}/{mark}": value}}}))
    assert refused.value.message == (
        f'Namespace "default" is invalid: metadata.labels[{PREFIX}/{mark}]: Invalid value: "{value}": {said}'
    )


def test_a_debugging_container_is_looked_at_too() -> None:
    made = street(enforce="baseline")
    made.do(Create(pod()))
    added = {"spec": {"ephemeralContainers": [container("debug", privileged=True)]}}
    with pytest.raises(ApiError, match="violates PodSecurity"):
        made.do(Patch(key(PODS, "default", "nginx"), "strategic", added, "ephemeralcontainers"))
