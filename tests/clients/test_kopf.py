"""A kopf operator with a custom resource of its own: finalizers, status, events, ownership."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config
from kubernetes.client.exceptions import ApiException

DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "notes.test.kubarium.dev"},
    "spec": {
        "group": "test.kubarium.dev",
        "scope": "Namespaced",
        "names": {"plural": "notes", "singular": "note", "kind": "Note"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}},
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "spec": {
                                "type": "object",
                                "properties": {"text": {"type": "string"}},
                                "required": ["text"],
                            },
                            "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                        },
                    }
                },
            }
        ],
    },
}


@pytest.fixture(scope="module")
def operator(server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The operator in its own process, running against the server."""
    kubeconfig = server.data / "kubeconfig"
    api = config.new_client_from_config(str(kubeconfig))
    client.ApiextensionsV1Api(api).create_custom_resource_definition(DEFINITION)
    log = tmp_path_factory.mktemp("kopf") / "log"
    command = [
        sys.executable,
        "-m",
        "kopf",
        "run",
        "-n",
        "default",
        str(Path(__file__).with_name("operator_of_notes.py")),
    ]
    with log.open("w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, env={**os.environ, "KUBECONFIG": str(kubeconfig)})
        try:
            yield api
        finally:
            process.terminate()
            process.wait(20)


def until(holds: Callable[[], Any]) -> Any:
    end = time.monotonic() + 40
    while True:
        try:
            if found := holds():
                return found
        except ApiException as error:
            if error.status != 404:
                raise
        assert time.monotonic() < end, "the operator never did it"
        time.sleep(0.1)


def test_a_note_lives_with_its_operator(operator: Any) -> None:
    notes, core = client.CustomObjectsApi(operator), client.CoreV1Api(operator)
    where = ("test.kubarium.dev", "v1", "default", "notes")
    note = {"apiVersion": "test.kubarium.dev/v1", "kind": "Note", "metadata": {"name": "n"}, "spec": {"text": "first"}}
    notes.create_namespaced_custom_object(*where, note)
    made = until(lambda: core.read_namespaced_config_map("n-text", "default"))
    assert made.data == {"text": "first"}
    assert made.metadata.owner_references[0].kind == "Note"
    told = until(lambda: notes.get_namespaced_custom_object(*where, "n").get("status"))
    assert told["created"] == {"map": "n-text"}
    assert notes.get_namespaced_custom_object(*where, "n")["metadata"]["finalizers"]
    notes.patch_namespaced_custom_object(*where, "n", {"spec": {"text": "second"}})
    until(lambda: core.read_namespaced_config_map("n-text", "default").data == {"text": "second"})
    notes.delete_namespaced_custom_object(*where, "n")
    until(lambda: core.read_namespaced_config_map("n-was-here", "default"))
    until(lambda: not notes.list_namespaced_custom_object(*where)["items"])
    until(lambda: "n-text" not in [each.metadata.name for each in core.list_namespaced_config_map("default").items])
