"""Pods as the suite makes them: one container that does something, ends, and has printed what is looked at."""

from __future__ import annotations

from typing import Any

from tests.conformance.suite import Obj, Suite

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"
BUSYBOX = "registry.k8s.io/e2e-test-images/busybox:1.36.1-1"


def created(suite: Suite, name: str, container: Obj, volume: Obj | None = None, **spec: Any) -> Any:
    """A pod of one container, "c", with the volume mounted at /v."""
    body = {
        "metadata": {"name": name, "labels": {"key1": "value1", "key2": "value2"}},
        "spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": AGNHOST, **container}], **spec},
    }
    if volume is not None:
        body["spec"]["volumes"] = [{"name": "v", **volume}]
        body["spec"]["containers"][0]["volumeMounts"] = [{"name": "v", "mountPath": "/v"}]
    return suite.core.create_namespaced_pod(suite.namespace, body)


def over(suite: Suite, name: str, phase: str = "Succeeded") -> Any:
    """The pod, once it has come to that phase."""

    def ended() -> Any:
        pod = suite.core.read_namespaced_pod(name, suite.namespace)
        assert pod.status.phase in ("Pending", "Running", phase), pod.status
        return pod if pod.status.phase == phase else None

    return suite.until(ended)


def log(suite: Suite, name: str, **query: Any) -> str:
    """All that it printed, byte for byte."""
    asked = suite.core.read_namespaced_pod_log(name, suite.namespace, _preload_content=False, **query)
    return str(asked.data.decode())


_numbers = iter(range(1, 10**6))


def printed(suite: Suite, container: Obj, volume: Obj | None = None, **spec: Any) -> str:
    """What such a container prints until it ends well."""
    name = f"printing-{next(_numbers)}"
    created(suite, name, container, volume, **spec)
    over(suite, name)
    return log(suite, name)


def ready(suite: Suite, name: str) -> Any:
    """The pod, when it is ready."""
    pod = suite.core.read_namespaced_pod(name, suite.namespace)
    told = {each.type: each.status for each in pod.status.conditions or ()}
    return pod if told.get("Ready") == "True" else None


def said(suite: Suite, name: str) -> dict[str, str]:
    """The last message of each reason among the events about it."""
    selector = f"involvedObject.name={name}"
    events = suite.core.list_namespaced_event(suite.namespace, field_selector=selector).items
    return {each.reason: each.message for each in events}
