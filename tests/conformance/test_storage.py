"""Volumes, their claims and what of them is mounted, as the suite's tests of sig-storage and of variables ask it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.pods import BUSYBOX, created, log, over, printed, ready, said
from tests.conformance.suite import Obj, Suite, client

PROVISIONER = "kubarium.dev/simulated"


def _claim(suite: Suite, name: str, **spec: Any) -> None:
    body = {
        "metadata": {"name": name},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **spec},
    }
    suite.core.create_namespaced_persistent_volume_claim(suite.namespace, body)


def _sleeping(suite: Suite, name: str, volume: Obj, **spec: Any) -> Any:
    created(suite, name, {"image": BUSYBOX, "command": ["sleep", "1000"]}, volume, **spec)
    return suite.until(lambda: ready(suite, name))


def _grow(suite: Suite, name: str, size: str) -> None:
    wanted = {"spec": {"resources": {"requests": {"storage": size}}}}
    suite.core.patch_namespaced_persistent_volume_claim(name, suite.namespace, wanted)


def test_a_claim_grows_where_its_class_lets_it(suite: Suite) -> None:
    called = f"growing-{suite.namespace}"
    body = {"metadata": {"name": called}, "provisioner": PROVISIONER, "allowVolumeExpansion": True}
    client.StorageV1Api(suite.api).create_storage_class(body)
    _claim(suite, "c", storageClassName=called)
    _sleeping(suite, "p", {"persistentVolumeClaim": {"claimName": "c"}})
    _grow(suite, "c", "2Gi")

    def grown() -> Any:
        found = suite.core.read_namespaced_persistent_volume_claim("c", suite.namespace)
        return found if found.status.capacity == {"storage": "2Gi"} else None

    claim = suite.until(grown)
    assert not claim.status.conditions
    volume = suite.core.read_persistent_volume(claim.spec.volume_name)
    assert volume.spec.capacity == {"storage": "2Gi"}
    assert suite.until(lambda: said(suite, "c").get("FileSystemResizeSuccessful"))
    assert said(suite, "c")["Resizing"] == f"External resizer is resizing volume {claim.spec.volume_name}"


def test_a_claim_does_not_grow_where_its_class_does_not_say_so(suite: Suite) -> None:
    _claim(suite, "c")
    _sleeping(suite, "p", {"persistentVolumeClaim": {"claimName": "c"}})
    words = "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support"
    with suite.refused(403, words):
        _grow(suite, "c", "2Gi")


def test_a_claim_in_use_stays_until_its_pod_is_gone(suite: Suite) -> None:
    _claim(suite, "c")
    _sleeping(suite, "p", {"persistentVolumeClaim": {"claimName": "c"}})
    suite.core.delete_namespaced_persistent_volume_claim("c", suite.namespace)
    found = suite.core.read_namespaced_persistent_volume_claim("c", suite.namespace)
    assert found.metadata.deletion_timestamp is not None
    assert found.metadata.finalizers == ["kubernetes.io/pvc-protection"]
    created(suite, "q", {"image": BUSYBOX, "command": ["sleep", "1000"]}, {"persistentVolumeClaim": {"claimName": "c"}})
    assert 'persistentvolumeclaim "c" is being deleted' in suite.until(lambda: said(suite, "q").get("FailedScheduling"))
    suite.core.delete_namespaced_pod("p", suite.namespace, grace_period_seconds=0)
    suite.gone(lambda: suite.core.read_namespaced_persistent_volume_claim("c", suite.namespace))


TEMPLATE = {"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}


def test_an_ephemeral_volume_has_a_claim_that_goes_with_its_pod(suite: Suite) -> None:
    template = {"metadata": {"labels": {"of": "p"}}, **TEMPLATE}
    pod = _sleeping(suite, "p", {"ephemeral": {"volumeClaimTemplate": template}})
    claim = suite.core.read_namespaced_persistent_volume_claim("p-v", suite.namespace)
    (owner,) = claim.metadata.owner_references
    assert (owner.kind, owner.uid, owner.controller) == ("Pod", pod.metadata.uid, True)
    assert (claim.status.phase, claim.metadata.labels) == ("Bound", {"of": "p"})
    suite.core.delete_namespaced_pod("p", suite.namespace, grace_period_seconds=0)
    suite.gone(lambda: suite.core.read_namespaced_persistent_volume_claim("p-v", suite.namespace))


def test_a_claim_of_others_is_no_ephemeral_volumes(suite: Suite) -> None:
    _claim(suite, "p-v")
    created(suite, "p", {"image": BUSYBOX}, {"ephemeral": {"volumeClaimTemplate": TEMPLATE}})
    both = f"{suite.namespace}/p-v", f"{suite.namespace}/p"
    words = 'PVC "{}" was not created for pod "{}" (pod is not owner)'.format(*both)
    assert words in suite.until(lambda: said(suite, "p").get("FailedScheduling"))


def test_a_volume_group_may_write_where_it_is_given(suite: Suite) -> None:
    text = "id -G && touch /v/f && ls -ln /v/f | cut -c1-36"
    volume = {"ephemeral": {"volumeClaimTemplate": TEMPLATE}}
    container = {"image": BUSYBOX, "command": ["sh", "-c", text], "securityContext": {"runAsUser": 1000}}
    first = printed(suite, container, volume, securityContext={"fsGroup": 2000})
    assert first == "0 2000\n-rw-r--r--    1     1000        0   \n"


# -- parts of volumes --------------------------------------------------------------------------------------


def _mounting(mount: Obj, text: str, env: list[Obj] | None = None) -> Obj:
    mounts = [{"name": "v", "mountPath": "/logscontainer", **mount}, {"name": "v", "mountPath": "/testcontainer"}]
    return {"image": BUSYBOX, "command": ["sh", "-c", text], "env": env or [], "volumeMounts": mounts}


EMPTY: dict[str, Any] = {"volumes": [{"name": "v", "emptyDir": {}}]}
NAME = {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
PART = {"name": "PART", "valueFrom": {"fieldRef": {"fieldPath": "metadata.annotations['mysubpath']"}}}


def test_a_variable_names_the_part_of_a_volume(suite: Suite) -> None:
    text = "touch /logscontainer/foo && ls -d /testcontainer/*/foo"
    created(suite, "p", _mounting({"subPathExpr": "$(POD_NAME)"}, text, [NAME]), **EMPTY)
    over(suite, "p")
    assert log(suite, "p") == "/testcontainer/p/foo\n"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("..", "unable to provision SubPath `..`: must not contain '..'"),
        ("/tmp", "error SubPath `/tmp` must not be an absolute path"),
        ("", "missing value for POD_NAME"),
    ],
)
def test_a_part_that_leads_elsewhere_is_not_mounted(suite: Suite, value: str, words: str) -> None:
    env = [{"name": "POD_NAME", "value": value}]
    created(suite, "p", _mounting({"subPathExpr": "$(POD_NAME)"}, "true", env), **EMPTY)
    assert suite.until(lambda: said(suite, "p").get("Failed")) == f"Error: {words}"
    (found,) = suite.core.read_namespaced_pod("p", suite.namespace).status.container_statuses
    assert found.state.waiting.reason == "CreateContainerConfigError"


def test_a_part_that_had_no_name_is_mounted_once_it_has(suite: Suite) -> None:
    text = "test -d /testcontainer/mypath && sleep 1000"
    created(suite, "p", _mounting({"subPathExpr": "$(PART)"}, text, [PART]), **EMPTY)
    assert suite.until(lambda: said(suite, "p").get("Failed")) == "Error: missing value for PART"
    named = {"metadata": {"annotations": {"mysubpath": "mypath"}}}
    suite.core.patch_namespaced_pod("p", suite.namespace, named)
    suite.until(lambda: ready(suite, "p"))


@pytest.mark.parametrize(
    ("mount", "words"),
    [
        ({"subPath": "/etc"}, 'volumeMounts.subPath: Invalid value: \\"/etc\\": must be a relative path'),
        ({"subPath": "a/../b"}, "volumeMounts.subPath: Invalid value: \\\"a/../b\\\": must not contain '..'"),
        ({"subPath": "a", "subPathExpr": "b"}, "subPathExpr and subPath are mutually exclusive"),
    ],
)
def test_what_is_no_part_is_refused(suite: Suite, mount: Obj, words: str) -> None:
    with suite.refused(422, words):
        created(suite, "p", _mounting(mount, "true"), **EMPTY)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"key": "a", "path": "../a"}, "items[0].path: Invalid value: \\\"../a\\\": must not contain '..'"),
        ({"key": "a", "path": "a", "mode": 0o1000}, "must be a number between 0 and 0777 (octal), both inclusive"),
        ({"key": "a", "path": ""}, "spec.volumes[0].configMap.items[0].path: Required value"),
    ],
)
def test_what_an_object_cannot_become_is_refused(suite: Suite, item: Obj, words: str) -> None:
    with suite.refused(422, words):
        created(suite, "p", {}, {"configMap": {"name": "c", "items": [item]}})


# -- what is not there -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "path", "words"),
    [
        ("Directory", "/does-not-exist", "/does-not-exist is not a directory"),
        ("File", "/does-not-exist", "/does-not-exist is not a file"),
        ("FileOrCreate", "/tmp", "/tmp is not a file"),
        ("Directory", "/etc/hosts", "/etc/hosts is not a directory"),
        ("Socket", "/tmp", "/tmp is not a socket file"),
        ("CharDevice", "/tmp", "/tmp is not a character device"),
        ("BlockDevice", "/dev/null", "/dev/null is not a block device"),
    ],
)
def test_a_path_of_the_node_that_is_something_else(suite: Suite, kind: str, path: str, words: str) -> None:
    created(suite, "p", {"args": ["pause"]}, {"hostPath": {"path": path, "type": kind}})
    told = suite.until(lambda: said(suite, "p").get("FailedMount"))
    assert told == f'MountVolume.SetUp failed for volume "v" : hostPath type check failed: {words}'


@pytest.mark.parametrize(
    ("kind", "path", "text", "found"),
    [
        ("", "/tmp", "test -d /v && echo well", "well\n"),
        ("Directory", "/tmp", "test -d /v && echo well", "well\n"),
        ("CharDevice", "/dev/null", "test -c /v && echo well", "well\n"),
        ("FileOrCreate", "/srv/{}", "echo a >> /v; cat /v", "a\n"),
        ("DirectoryOrCreate", "/srv/{}", "echo a > /v/a; ls /v", "a\n"),
    ],
)
def test_a_path_of_the_node_that_is_there_or_made(suite: Suite, kind: str, path: str, text: str, found: str) -> None:
    volume = {"hostPath": {"path": path.format(suite.namespace), "type": kind}}
    assert printed(suite, {"image": BUSYBOX, "command": ["sh", "-c", text]}, volume) == found


def test_a_driver_that_no_node_has(suite: Suite) -> None:
    created(suite, "p", {"args": ["pause"]}, {"csi": {"driver": "inline.example.com"}})
    told = suite.until(lambda: said(suite, "p").get("FailedMount"))
    assert told.endswith("driver name inline.example.com not found in the list of registered CSI drivers")


def test_a_claim_that_lost_its_volume_says_so(suite: Suite) -> None:
    called = f"lost-{suite.namespace}"
    source = {"hostPath": {"path": "/tmp/x"}, "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}}
    suite.core.create_persistent_volume({"metadata": {"name": called}, "spec": {**source, "storageClassName": called}})
    _claim(suite, "c", storageClassName=called)

    def phase() -> str:
        return str(suite.core.read_namespaced_persistent_volume_claim("c", suite.namespace).status.phase)

    suite.until(lambda: phase() == "Bound")
    suite.core.delete_persistent_volume(called)
    suite.core.patch_persistent_volume(called, {"metadata": {"finalizers": None}})
    suite.until(lambda: phase() == "Lost")
    assert suite.until(lambda: said(suite, "c").get("ClaimLost")).startswith("Bound claim has lost its Persistent")


def test_what_is_mounted_is_told(suite: Suite) -> None:
    text = _shell_printed(suite, "mount | grep ' /v '", {"emptyDir": {"medium": "Memory"}})
    assert text == "tmpfs on /v type tmpfs (rw,relatime)\n"


def _shell_printed(suite: Suite, text: str, volume: Obj) -> str:
    return printed(suite, {"image": BUSYBOX, "command": ["sh", "-c", text]}, volume)


def test_who_fills_a_volume_beyond_its_limit_is_evicted(suite: Suite) -> None:
    script = "dd if=/dev/zero of=/v/big bs=1M count=3; sleep 1000"
    volume = {"emptyDir": {"sizeLimit": "2Mi"}}
    created(suite, "p", {"image": BUSYBOX, "command": ["sh", "-c", script]}, volume, restartPolicy="Always")
    pod = over(suite, "p", "Failed")
    words = 'Usage of EmptyDir volume "v" exceeds the limit "2Mi". '
    assert (pod.status.reason, pod.status.message) == ("Evicted", words)
    assert suite.until(lambda: said(suite, "p").get("Evicted")) == words
    assert pod.status.container_statuses[0].state.terminated.exit_code == 137
