from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kubectl.binaries import VERSIONS
from tests.kubectl.driving import Kubectl
from tests.server import Server


@pytest.fixture(params=VERSIONS)
def k(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kubectl]:
    """kubectl of one version, driving a server of its own with an empty cluster."""
    marked = request.node.get_closest_marker("pace")
    with Server(tmp_path / "data", "--no-demo", "--pace", marked.args[0] if marked else "instant") as server:
        made = Kubectl(str(request.param), server.data / "kubeconfig", tmp_path / "home")
        if marked:
            # At a pace that takes its time nobody answers for names yet when the server is ready.
            made("wait -n kube-system deployment/coredns --for=condition=Available --timeout=60s")
        yield made
