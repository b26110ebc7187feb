"""Whose a container's processes are and what is kept from them, as the suite's tests of security contexts ask it."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.conformance.pods import BUSYBOX, created, log, over, printed, said
from tests.conformance.suite import Obj, Suite

NONROOT = "registry.k8s.io/e2e-test-images/nonroot:1.4"
NO_NEW_PRIVILEGES = "registry.k8s.io/e2e-test-images/nonewprivs:1.3"


def _shell(suite: Suite, text: str, context: Obj | None = None, volume: Obj | None = None, **spec: Any) -> str:
    container = {"image": BUSYBOX, "command": ["sh", "-c", text], "securityContext": context or {}}
    return printed(suite, container, volume, **spec)


@pytest.mark.parametrize("user", [0, 65534])
def test_a_container_runs_as_the_user_it_is_told(suite: Suite, user: int) -> None:
    created(suite, "p", {"image": BUSYBOX, "command": ["sh", "-c", f"test $(id -u) -eq {user}"]} | _as(user))
    over(suite, "p")


def _as(user: int | None, **more: Any) -> Obj:
    return {"securityContext": {**({} if user is None else {"runAsUser": user}), **more}}


@pytest.mark.parametrize(
    ("of_pod", "of_container", "text"),
    [
        ({"runAsUser": 1001}, {}, "uid=1001 gid=0(root) groups=0(root)\n"),
        ({"runAsUser": 1001, "runAsGroup": 2002}, {}, "uid=1001 gid=2002 groups=2002\n"),
        ({"runAsUser": 1001}, {"runAsUser": 1002, "runAsGroup": 2003}, "uid=1002 gid=2003 groups=2003\n"),
        ({"supplementalGroups": [1234, 5678]}, {}, "uid=0(root) gid=0(root) groups=0(root),10(wheel),1234,5678\n"),
        ({"runAsUser": 1001, "fsGroup": 123}, {}, "uid=1001 gid=0(root) groups=0(root),123\n"),
    ],
)
def test_groups_are_those_of_the_pod_and_of_the_image(suite: Suite, of_pod: Obj, of_container: Obj, text: str) -> None:
    assert _shell(suite, "id", of_container, securityContext=of_pod) == text


@pytest.mark.parametrize(("image", "user", "number"), [(BUSYBOX, 1000, "1000\n"), (NONROOT, None, "1234\n")])
def test_a_container_that_is_not_to_be_roots_starts(suite: Suite, image: str, user: int | None, number: str) -> None:
    container = {"image": image, "command": ["id", "-u"], **_as(user, runAsNonRoot=True)}
    assert printed(suite, container) == number


@pytest.mark.parametrize(
    ("image", "user", "words"),
    [
        (BUSYBOX, None, "container has runAsNonRoot and image will run as root"),
        (NONROOT, 0, "container's runAsUser breaks non-root policy"),
        ("curlimages/curl:8.11.1", None, "container has runAsNonRoot and image has non-numeric user (curl_user)"),
    ],
)
def test_a_container_that_would_be_roots_is_not_made(suite: Suite, image: str, user: int | None, words: str) -> None:
    created(suite, "p", {"image": image, "command": ["id", "-u"], **_as(user, runAsNonRoot=True)})
    told = suite.until(lambda: said(suite, "p").get("Failed"))
    assert told.startswith(f"Error: {words}")
    assert told.endswith(", container: c)")
    (found,) = suite.core.read_namespaced_pod("p", suite.namespace).status.container_statuses
    assert (found.state.waiting.reason, found.state.waiting.message) == (
        "CreateContainerConfigError",
        told.removeprefix("Error: "),
    )


@pytest.mark.parametrize(("fixed", "phase"), [(True, "Failed"), (False, "Succeeded")])
def test_a_root_that_is_read_only_takes_no_file(suite: Suite, fixed: bool, phase: str) -> None:
    container = {"image": BUSYBOX, "command": ["sh", "-c", "touch checkfile"]}
    created(suite, "p", {**container, "securityContext": {"readOnlyRootFilesystem": fixed}})
    over(suite, "p", phase)
    assert log(suite, "p") == ("touch: checkfile: Read-only file system\n" if fixed else "")


def test_volumes_and_the_last_words_are_written_to_all_the_same(suite: Suite) -> None:
    text = "echo a > /v/a && cat /v/a && echo b > /dev/shm/b && echo -n DONE > /dev/termination-log"
    container = {"image": BUSYBOX, "command": ["sh", "-c", text], "securityContext": {"readOnlyRootFilesystem": True}}
    created(suite, "p", container, {"emptyDir": {}})
    (found,) = over(suite, "p").status.container_statuses
    assert (log(suite, "p"), found.state.terminated.message) == ("a\n", "DONE")


def test_one_that_is_not_root_leaves_its_last_words_elsewhere(suite: Suite) -> None:
    path = "/dev/termination-custom-log"
    container = {"image": BUSYBOX, "command": ["sh", "-c", f"/bin/echo -n DONE > {path}"], **_as(10000)}
    created(suite, "p", {**container, "terminationMessagePath": path})
    assert over(suite, "p").status.container_statuses[0].state.terminated.message == "DONE"


def test_files_are_kept_from_who_is_not_root(suite: Suite) -> None:
    text = "echo x > /etc/x; mkdir /x; echo y > /tmp/y && ls -ln /tmp/y | cut -c1-36"
    assert _shell(suite, text, {"runAsUser": 1001, "runAsGroup": 2002}) == (
        "sh: can't create /etc/x: Permission denied\n"
        "mkdir: can't create directory '/x': Permission denied\n"
        "-rw-r--r--    1     1001     2002   \n"
    )


@pytest.mark.parametrize(
    ("privileged", "text"), [(False, "ip: RTNETLINK answers: Operation not permitted\n"), (True, "")]
)
def test_only_the_privileged_add_devices(suite: Suite, privileged: bool, text: str) -> None:
    found = _shell(suite, "ip link add dummy0 type dummy || true", {"privileged": privileged})
    assert found == text


@pytest.mark.parametrize(("allowed", "user"), [(None, 0), (False, 1000), (True, 0)])
def test_privileges_grow_only_where_they_may(suite: Suite, allowed: bool | None, user: int) -> None:
    context = {"runAsUser": 1000, **({} if allowed is None else {"allowPrivilegeEscalation": allowed})}
    assert f"Effective uid: {user}" in printed(suite, {"image": NO_NEW_PRIVILEGES, "securityContext": context})


@pytest.mark.parametrize(
    ("context", "field", "value"),
    [
        ({}, "Seccomp", "0"),
        ({"seccompProfile": {"type": "RuntimeDefault"}}, "Seccomp", "2"),
        ({"seccompProfile": {"type": "RuntimeDefault"}, "privileged": True}, "Seccomp", "0"),
        ({}, "CapEff", "00000000a80425fb"),
        ({"runAsUser": 1000}, "CapEff", "0000000000000000"),
        ({"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}}, "CapEff", "0000000000000400"),
        ({"capabilities": {"add": ["SYS_TIME"]}}, "CapBnd", "00000000aa0425fb"),
        ({"privileged": True}, "CapEff", "000001ffffffffff"),
        ({"allowPrivilegeEscalation": False}, "NoNewPrivs", "1"),
    ],
)
def test_the_kernel_tells_what_a_process_may(suite: Suite, context: Obj, field: str, value: str) -> None:
    assert _shell(suite, f"grep ^{field}: /proc/1/status", context) == f"{field}:\t{value}\n"


@pytest.mark.parametrize(("medium", "root"), [("Memory", "tmpfs"), ("", "ext4")])
def test_a_volume_is_given_to_the_pods_group(suite: Suite, medium: str, root: str) -> None:
    words = ["mounttest", "--fs_type=/v", "--new_file_0644=/v/f", "--file_perm=/v/f", "--file_owner=/v/f"]
    context = {"fsGroup": 123, "runAsUser": 1001}
    found = printed(suite, {"args": words}, {"emptyDir": {"medium": medium}}, securityContext=context)
    assert 'perms of file "/v/f": -rw-r--r--\nowner UID of "/v/f": 1001\nowner GID of "/v/f": 123\n' in found
    text = "stat -c '%a %u %g' /v"
    assert _shell(suite, text, {}, {"emptyDir": {"medium": medium}}, securityContext=context) == "2777 0 123\n"


def test_files_of_objects_are_given_to_the_pods_group(suite: Suite) -> None:
    data = {"data-1": base64.b64encode(b"value-1\n").decode()}
    suite.core.create_namespaced_secret(suite.namespace, {"metadata": {"name": "s"}, "data": data})
    words = ["mounttest", "--file_content=/v/data-1", "--file_mode=/v/data-1", "--file_owner=/v/data-1"]
    context = {"fsGroup": 1001, "runAsUser": 1000}
    volume = {"secret": {"secretName": "s", "defaultMode": 0o440}}
    assert printed(suite, {"args": words}, volume, securityContext=context) == (
        'mode of file "/v/data-1": -r--r-----\nowner UID of "/v/data-1": 0\nowner GID of "/v/data-1": 1001\n'
        'content of file "/v/data-1": value-1\n\n'
    )


@pytest.mark.parametrize(
    ("context", "mode", "owner", "group"),
    [
        ({}, "-rw-r--r--", 0, 0),
        ({"runAsUser": 1000}, "-rw-------", 1000, 0),
        ({"fsGroup": 10000}, "-rw-r-----", 0, 10000),
        ({"runAsUser": 1000, "fsGroup": 10000}, "-rw-r-----", 1000, 10000),
    ],
)
def test_a_token_belongs_to_whom_it_is_made_for(suite: Suite, context: Obj, mode: str, owner: int, group: int) -> None:
    path = "/v/token"
    words = ["mounttest", f"--file_perm={path}", f"--file_owner={path}", f"--file_content={path}"]
    token = {"serviceAccountToken": {"path": "token", "expirationSeconds": 7200}}
    found = printed(suite, {"args": words}, {"projected": {"sources": [token]}}, securityContext=context)
    assert found.startswith(
        f'perms of file "{path}": {mode}\nowner UID of "{path}": {owner}\nowner GID of "{path}": {group}\n'
    )
    assert f'content of file "{path}": ey' in found
