"""A small operator written with kopf: it follows objects of a kind of its own, reports on them, and is asked last."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from tests.kinds.definitions import GROUP, crontab, definition, version
from tests.kubectl.driving import Kubectl

OPERATOR = f"""
import kopf

@kopf.on.create("{GROUP}", "v1", "crontabs")
def made(spec, patch, **_):
    patch.status["seen"] = spec["text"]

@kopf.on.delete("{GROUP}", "v1", "crontabs")
def gone(**_):
    pass
"""
SCHEMA = {
    "properties": {
        "spec": {"type": "object", "properties": {"text": {"type": "string"}}},
        "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
    }
}


@pytest.mark.parametrize("k", ["newest"], indirect=True)
def test_an_operator_follows_its_objects(k: Kubectl, tmp_path: Path) -> None:
    k("apply -f -", orjson.dumps(definition(version(SCHEMA, subresources={"status": {}}))).decode())
    k(f"wait --for condition=established crd/crontabs.{GROUP}")
    program = tmp_path / "operator.py"
    program.write_text(OPERATOR)
    command = [sys.executable, "-m", "kopf", "run", "--all-namespaces", str(program)]
    with (tmp_path / "operator.log").open("wb") as log:
        running = subprocess.Popen(command, env=k.environment, stdout=log, stderr=log)
    try:
        k("apply -f -", orjson.dumps(crontab(spec={"text": "hello"})).decode())
        k.until("get crontab my -o jsonpath={.status.seen}", lambda printed: printed.out == "hello")
        k.until("get crontab my -o jsonpath={.metadata.finalizers}", lambda printed: "kopf" in printed.out)
        k("delete crontab my --timeout=30s")
        assert k("get crontabs -o name").out == ""
    finally:
        running.terminate()
        running.wait(30)
