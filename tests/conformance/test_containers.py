"""What containers print, leave behind and end with, as the suite's tests of sig-node and sig-storage ask for it."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.conformance.pods import AGNHOST, BUSYBOX, created, log, over, ready, said
from tests.conformance.suite import Obj, Suite, client

COUNTING = """
f=/restart-count/restartCount
count=$(echo 'hello' >> $f ; cat $f | wc -l)
if [ $count -eq 1 ]; then
    exit 1
fi
if [ $count -eq 2 ]; then
    exit 0
fi
while true; do sleep 1; done
"""


def _printed(suite: Suite, name: str, words: list[str], volume: Obj | None = None, **spec: Any) -> str:
    created(suite, name, {"args": words}, volume, **spec)
    over(suite, name)
    return log(suite, name)


def test_a_secret_is_a_volume_with_the_modes_asked_for(suite: Suite) -> None:
    data = {"data-1": base64.b64encode(b"value-1\n").decode()}
    suite.core.create_namespaced_secret(suite.namespace, {"metadata": {"name": "s"}, "data": data})
    words = ["mounttest", "--fs_type=/v", "--file_content=/v/new-path", "--file_mode=/v/new-path"]
    items = [{"key": "data-1", "path": "new-path", "mode": 0o400}]
    assert _printed(suite, "p", words, {"secret": {"secretName": "s", "items": items}}) == (
        'mount type of "/v": tmpfs\nmode of file "/v/new-path": -r--------\ncontent of file "/v/new-path": value-1\n\n'
    )


@pytest.mark.parametrize(("medium", "type_"), [("Memory", 'mount type of "/v": tmpfs\n'), ("", "")])
def test_an_empty_directory_takes_files_with_their_modes(suite: Suite, medium: str, type_: str) -> None:
    words = ["mounttest", "--new_file_0666=/v/file", "--file_perm=/v/file", *(["--fs_type=/v"] if type_ else [])]
    printed = _printed(suite, "p", words, {"emptyDir": {"medium": medium}})
    assert (
        printed == f'{type_}content of file "/v/file": mount-tester new file\n\nperms of file "/v/file": -rw-rw-rw-\n'
    )


def test_the_downward_api_tells_of_the_pod_and_follows_its_labels(suite: Suite) -> None:
    items = [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]
    words = ["mounttest", "--file_content_in_loop=/v/labels", "--retry_time=120"]
    created(suite, "p", {"args": words}, {"projected": {"sources": [{"downwardAPI": {"items": items}}]}})
    suite.until(lambda: suite.core.read_namespaced_pod("p", suite.namespace).status.phase == "Running")
    suite.until(lambda: 'key1="value1"\nkey2="value2"\n' in log(suite, "p"))
    suite.core.patch_namespaced_pod("p", suite.namespace, {"metadata": {"labels": {"key3": "value3"}}})
    suite.until(lambda: 'key3="value3"\n' in log(suite, "p"))


@pytest.mark.parametrize(
    ("container", "printed"),
    [
        ({"args": ["entrypoint-tester", "override", "arguments"]}, "[/agnhost entrypoint-tester override arguments]\n"),
        ({"command": ["/agnhost-2", "entrypoint-tester"]}, "[/agnhost-2 entrypoint-tester]\n"),
    ],
)
def test_command_and_arguments_take_the_place_of_the_images(suite: Suite, container: Obj, printed: str) -> None:
    created(suite, "p", container)
    over(suite, "p")
    assert log(suite, "p") == printed


@pytest.mark.parametrize(
    ("policy", "text", "phase", "message"),
    [
        ("File", "echo -n DONE > /dev/termination-log", "Succeeded", "DONE"),
        ("File", "test -d / && echo -n DONE > /dev/termination-log", "Succeeded", "DONE"),
        ("FallbackToLogsOnError", "echo -n DONE; /bin/false", "Failed", "DONE"),
        ("FallbackToLogsOnError", "echo DONE; exit 0", "Succeeded", None),
    ],
)
def test_what_a_container_leaves_to_be_told(
    suite: Suite, policy: str, text: str, phase: str, message: str | None
) -> None:
    created(suite, "p", {"image": BUSYBOX, "command": ["sh", "-c", text], "terminationMessagePolicy": policy})
    (status,) = over(suite, "p", phase).status.container_statuses
    assert status.state.terminated.message == message


def _counting(suite: Suite, policy: str) -> None:
    container = {
        "image": BUSYBOX,
        "command": ["sh", "-c", COUNTING],
        "volumeMounts": [{"name": "v", "mountPath": "/restart-count"}],
    }
    created(suite, "p", container, restartPolicy=policy, volumes=[{"name": "v", "emptyDir": {"medium": "Memory"}}])


@pytest.mark.parametrize(("policy", "phase", "restarts"), [("OnFailure", "Succeeded", 1), ("Never", "Failed", 0)])
def test_a_script_that_counts_its_starts(suite: Suite, policy: str, phase: str, restarts: int) -> None:
    _counting(suite, policy)
    assert over(suite, "p", phase).status.container_statuses[0].restart_count == restarts


def test_a_script_that_counts_its_starts_and_is_always_started_again(suite: Suite) -> None:
    _counting(suite, "Always")

    def held_back() -> Any:
        pod = suite.core.read_namespaced_pod("p", suite.namespace)
        (found,) = pod.status.container_statuses or [None]
        return pod if found and found.state.waiting and found.state.waiting.reason == "CrashLoopBackOff" else None

    pod = suite.until(held_back)
    (found,) = pod.status.container_statuses
    assert (pod.status.phase, found.restart_count) == ("Running", 1)
    assert found.last_state.terminated.exit_code == 0, "its second start goes well"


def test_a_mounted_token_is_good_by_what_its_issuer_tells(suite: Suite) -> None:
    words = ["test-service-account-issuer-discovery", "--token-path", "/v/token", "--audience", "oidc-discovery-test"]
    token = {"path": "token", "expirationSeconds": 7200, "audience": "oidc-discovery-test"}
    printed = _printed(suite, "p", words, {"projected": {"sources": [{"serviceAccountToken": token}]}})
    assert "OK: Got valid claims from token!" in printed


def test_what_pauses_pauses_on(suite: Suite) -> None:
    created(suite, "p", {"args": ["pause"]})
    created(suite, "q", {"command": ["/agnhost", "netexec"]})
    created(suite, "r", {"args": ["entrypoint-tester"]})
    over(suite, "r")
    assert [suite.core.read_namespaced_pod(each, suite.namespace).status.phase for each in "pq"] == ["Running"] * 2


def test_kernel_settings_that_are_safe_are_given_and_others_refused(suite: Suite) -> None:
    def asking(*names: str) -> Obj:
        return {"securityContext": {"sysctls": [{"name": name, "value": "1"} for name in names]}}

    command = {"image": BUSYBOX, "command": ["/bin/sysctl", "kernel.shm_rmid_forced"]}
    created(suite, "safe", command, **asking("kernel.shm_rmid_forced"))
    over(suite, "safe")
    assert log(suite, "safe") == "kernel.shm_rmid_forced = 1\n"
    created(suite, "unsafe", command, **asking("kernel.msgmax"))
    assert over(suite, "unsafe", "Failed").status.reason == "SysctlForbidden"
    with suite.refused(422, 'Invalid value: \\"foo-\\": must have at most 253 characters and match regex'):
        created(suite, "odd", command, **asking("foo-", "kernel.shmmax", "safe-and-unsafe", "bar.."))


@pytest.fixture
def listener(suite: Suite) -> Any:
    """A server that logs what is asked of it, by HTTP and by HTTPS."""
    secured = ["--http-port", "9090", "--udp-port", "9091", "--tls-cert-file=/localhost.crt"]
    containers: list[Obj] = [
        {"name": "plain", "image": AGNHOST, "args": ["netexec"], "ports": [{"containerPort": 8080}]},
        {"name": "secured", "image": AGNHOST, "args": ["netexec", *secured, "--tls-private-key-file=/localhost.key"]},
    ]
    body = {"metadata": {"name": "listener"}, "spec": {"containers": containers, "terminationGracePeriodSeconds": 0}}
    suite.core.create_namespaced_pod(suite.namespace, body)
    return suite.until(lambda: ready(suite, "listener"))


HOOKS = [
    ({"exec": {"command": ["sh", "-c", "curl http://IP:8080/echo?msg=EVENT"]}}, "plain"),
    ({"exec": {"command": ["curl", "-s", "http://IP:8080/echo?msg=EVENT"]}}, "plain"),
    ({"httpGet": {"path": "/echo?msg=EVENT", "host": "IP", "port": 8080}}, "plain"),
    ({"httpGet": {"scheme": "HTTPS", "path": "/echo?msg=EVENT", "host": "IP", "port": 9090}}, "secured"),
]


@pytest.mark.parametrize("event", ["postStart", "preStop"])
@pytest.mark.parametrize(("hook", "container"), HOOKS)
def test_a_hook_is_carried_out(suite: Suite, listener: Any, event: str, hook: Obj, container: str) -> None:
    told = json.loads(json.dumps(hook).replace("IP", listener.status.pod_ip).replace("EVENT", event))
    created(suite, "p", {"args": ["pause"], "lifecycle": {event: told}}, restartPolicy="Always")
    suite.until(lambda: ready(suite, "p"))

    def requests() -> str:
        return str(suite.core.read_namespaced_pod_log("listener", suite.namespace, container=container))

    if event == "preStop":
        assert f"msg={event}" not in requests()
        suite.core.delete_namespaced_pod("p", suite.namespace, grace_period_seconds=15)
        suite.gone(lambda: suite.core.read_namespaced_pod("p", suite.namespace))
    assert requests().count(f"GET /echo?msg={event}") == 1


@pytest.mark.parametrize(
    "hook",
    [
        {"exec": {"command": ["sh", "-c", "exit 1"]}},
        {"exec": {"command": ["sh", "-c", "curl -s http://127.0.0.1:9/"]}},
        {"httpGet": {"path": "/", "port": 9}},
    ],
)
def test_a_hook_that_fails(suite: Suite, hook: Obj) -> None:
    stubborn = {"image": BUSYBOX, "command": ["sleep", "999"]}
    created(suite, "p", {**stubborn, "lifecycle": {"postStart": hook}})
    over(suite, "p", "Failed")
    assert suite.until(lambda: said(suite, "p").get("FailedPostStartHook")) == "PostStartHook failed"
    assert suite.until(lambda: said(suite, "p").get("Killing")) == "FailedPostStartHook"
    created(suite, "q", {"args": ["pause"], "lifecycle": {"preStop": hook}})
    suite.until(lambda: ready(suite, "q"))
    suite.core.delete_namespaced_pod("q", suite.namespace)
    suite.gone(lambda: suite.core.read_namespaced_pod("q", suite.namespace))
    assert suite.until(lambda: said(suite, "q").get("FailedPreStopHook")) == "PreStopHook failed"


def test_what_a_hook_writes_is_its_containers(suite: Suite) -> None:
    write = "test -d /v && cat /etc/hostname > /v/name && sleep 1 && wc -l < /v/name > /v/lines"
    given = {"args": ["mounttest", "--file_content_in_loop=/v/lines", "--retry_time=120"]}
    hook = {"postStart": {"exec": {"command": ["sh", "-c", write]}}}
    created(suite, "p", {**given, "lifecycle": hook}, {"emptyDir": {}})
    suite.until(lambda: ready(suite, "p"))
    suite.until(lambda: "1\n" in log(suite, "p").partition("content of file")[2])


def test_what_is_killed_tells_another_one_of_it(suite: Suite) -> None:
    server = {"name": "server", "image": AGNHOST, "args": ["nettest"], "ports": [{"containerPort": 8080}]}
    body = {"metadata": {"name": "server"}, "spec": {"containers": [server]}}
    suite.core.create_namespaced_pod(suite.namespace, body)
    address = suite.until(lambda: ready(suite, "server")).status.pod_ip
    told = ["wget", "-O-", '--post-data={"Source": "prestop"}', f"http://{address}:8080/write"]
    container = {"image": BUSYBOX, "command": ["sleep", "600"], "lifecycle": {"preStop": {"exec": {"command": told}}}}
    created(suite, "tester", container, restartPolicy="Always")
    suite.until(lambda: ready(suite, "tester"))
    suite.core.delete_namespaced_pod("tester", suite.namespace)
    suite.gone(lambda: suite.core.read_namespaced_pod("tester", suite.namespace))
    asked = suite.core.connect_get_namespaced_pod_proxy_with_path
    found = asked("server:8080", suite.namespace, "read", _preload_content=False)
    assert json.loads(found.data)["Received"] == {"prestop": 1}


def test_a_runtime_that_no_node_has_makes_no_sandbox(suite: Suite) -> None:
    node = client.NodeV1Api(suite.api)
    for handler in ("runc", "nosuch"):
        node.create_runtime_class({"metadata": {"name": f"{handler}-{suite.namespace}"}, "handler": handler})
        created(suite, handler, {"args": ["pause"]}, runtimeClassName=f"{handler}-{suite.namespace}")
    suite.until(lambda: ready(suite, "runc"))
    words = 'no runtime for "nosuch" is configured'
    assert words in suite.until(lambda: said(suite, "nosuch").get("FailedCreatePodSandBox"))
    assert suite.core.read_namespaced_pod("nosuch", suite.namespace).status.phase == "Pending"
