"""Streams as the official Python client speaks them: exec, port-forward by pairs of channels, logs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.kubectl.driving import Kubectl
from tests.kubectl.test_streams import WEB
from tests.server import ROOT, Server


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("python")
    with Server(folder / "data", "--no-demo", "--pace", "instant") as server:
        config = server.data / "kubeconfig"
        k = Kubectl("newest", config, folder / "home")
        k.apply(WEB)
        k("wait --for=condition=Ready pod/web --timeout=30s")
        command = [sys.executable, str(Path(__file__).with_name("streaming.py")), str(config)]
        done = subprocess.run(command, capture_output=True, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return orjson.loads(done.stdout)


def test_commands(seen: Any) -> None:
    assert seen["printed"] == "web\n"
    assert seen["talk"] == ["one", "two"]
    assert seen["codes"] == [0, 1]


def test_a_refusal(seen: Any) -> None:
    assert "404" in seen["refusal"]


def test_forwarded_ports(seen: Any) -> None:
    assert seen["forwarded"]["said"].startswith("HTTP/1.1 200 OK") and "nginx" in seen["forwarded"]["said"]
    listening, closed = seen["forwarded"]["errors"]
    assert listening is None and "connect: connection refused" in closed


def test_logs(seen: Any) -> None:
    assert "start worker process" in seen["log"]
