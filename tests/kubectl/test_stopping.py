"""A server that is told to stop while all sorts of streams are open: soon, and without a complaint."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.kubectl.driving import Kubectl
from tests.kubectl.test_streams import WEB, forwarded
from tests.server import Server

STREAMS = ("get pods -w", "logs -f web", "exec -i web -- cat", "exec web -- sleep 1000", "attach web")
SECONDS = 8.0
"""Four times what is promised: other tests run beside this one."""


def test_open_streams_do_not_hold_it(tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--no-demo", "--pace", "instant") as server:
        k = Kubectl("newest", server.data / "kubeconfig", tmp_path / "home")
        k.apply(WEB)
        k("wait --for=condition=Ready pod/web --timeout=30s")
        quiet = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        clients = [
            subprocess.Popen([str(k.program), *command.split()], env=k.environment, **quiet)  # type: ignore[call-overload]
            for command in STREAMS
        ]
        try:
            with forwarded(k, "pod/web :80"):
                for printing in clients[:2]:
                    assert printing.stdout.readline()
                clients[2].stdin.write(b"there and back\n")
                clients[2].stdin.flush()
                assert clients[2].stdout.readline() == b"there and back\n"
                took = server.stop()
        finally:
            for client in clients:
                client.kill()
                client.communicate()
    assert took < SECONDS
    said = (server.data / "log").read_text()
    assert "Traceback" not in said and "error" not in said, said
