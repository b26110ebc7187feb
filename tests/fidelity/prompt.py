"""The real kubectl at a cluster in which nothing moves: the API over HTTP, without controllers and nodes behind it.

So what the recorded objects look like is all that decides what it prints.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import uvicorn

from tests.api.asking import Client
from tests.kubectl.binaries import kubectl
from tests.kubectl.driving import Printed

_WORD = re.compile(r"(?:\{[^{}]*\}|\S)+")
_SELECTOR = re.compile(r" -l (.*?)(?= --?\w|$)")


def words(command: str) -> list[str]:
    """A recorded command line's words, which were joined without quotes: a selector or a template may hold blanks."""
    selector = _SELECTOR.search(command)
    found = _WORD.findall(_SELECTOR.sub("", command))[1:]
    return [*found, "-l", selector[1]] if selector else found


class Prompt:
    """`await prompt("kubectl get pods")`."""

    def __init__(self, server: str, home: Path) -> None:
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(home), "KUBECONFIG": str(home / "kubeconfig")}
        home.mkdir()
        (home / "kubeconfig").write_text(
            "apiVersion: v1\nkind: Config\ncurrent-context: here\nusers: [{name: me, user: {}}]\n"
            f'clusters: [{{name: here, cluster: {{server: "{server}"}}}}]\n'
            "contexts: [{name: here, context: {cluster: here, user: me}}]\n"
        )

    async def __call__(self, command: str, stdin: str = "") -> Printed:
        running = await asyncio.create_subprocess_exec(
            str(kubectl("1.32")),
            *words(command),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._environment,
        )
        try:
            async with asyncio.timeout(30):
                out, err = await running.communicate(stdin.encode())
        finally:
            if running.returncode is None:
                running.kill()
                await running.wait()
        return Printed(out.decode(), err.decode(), running.returncode or 0)


class _Server(uvicorn.Server):
    """Leaves the signals to the tests."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def prompt(client: Client, folder: Path) -> AsyncIterator[Prompt]:
    """One at the cluster that the client asks."""
    listening = socket.create_server(("127.0.0.1", 0))
    settings: dict[str, Any] = {"lifespan": "off", "log_config": None, "ws": "none", "timeout_graceful_shutdown": 1}
    server = _Server(uvicorn.Config(client.application, **settings))
    running = asyncio.create_task(server.serve([listening]))
    home = folder / "home"
    try:
        yield Prompt(f"http://127.0.0.1:{listening.getsockname()[1]}/k8s/{client.slug}", home)
    finally:
        server.should_exit = True
        await running
        listening.close()
        shutil.rmtree(home)
