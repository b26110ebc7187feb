"""A real `manage.py up` in its own process, on free ports and in a folder of its own: for browser tests and benches."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from http.cookiejar import CookieJar
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson

ROOT = Path(__file__).resolve().parent.parent
READY = re.compile(r"ready web=(http://\S+) api=(https://\S+) dns=(\S+)")
PATIENCE = 120.0


class Server:
    """`with Server(folder) as server: server.web, server.dns`. Its output is in folder/log."""

    def __init__(self, data: Path, *arguments: str, port: int = 0, dns_port: int = 0, api_port: int = 0) -> None:
        self.data, self.arguments, self.port, self.dns_port = data, arguments, port, dns_port
        self.api_port = api_port
        self.process: subprocess.Popen[bytes] | None = None
        self.web = self.api = self.dns = ""
        self.seconds_to_ready = 0.0

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def environment(self) -> dict[str, str]:
        """Ours, without what would lead it elsewhere, or have it compile all its modules at every start."""
        left_out = ("DATABASE_URL", "REDIS_URL", "DATA_DIR", "PYTHONDONTWRITEBYTECODE")
        kept = {name: value for name, value in os.environ.items() if name not in left_out}
        return {**kept, "DJANGO_SETTINGS_MODULE": "dashboard.settings", "PYTHONUNBUFFERED": "1"}

    def start(self) -> None:
        """Start, and wait for the ready line; a second start takes the ports of the first."""
        self.data.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        command = [sys.executable, "manage.py", "up", "--data", str(self.data)]
        command += ["--port", str(self.port), "--dns-port", str(self.dns_port)]
        command += ["--api-port", str(self.api_port), *self.arguments]
        with (self.data / "log").open("ab") as errors:
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, env=self.environment()
            )
        line = self._line()
        found = READY.search(line)
        if found is None:
            self.kill()
            raise AssertionError(f"not ready: {line!r}\n{(self.data / 'log').read_text()[-3000:]}")
        self.seconds_to_ready = time.monotonic() - began
        self.web, self.api, self.dns = found.groups()
        self.port = int(self.web.rsplit(":", 1)[1])
        self.dns_port = int(self.dns.rsplit(":", 1)[1])
        self.api_port = int(self.api.rsplit(":", 1)[1])

    def _line(self) -> str:
        assert self.process is not None and self.process.stdout is not None
        readable, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        return self.process.stdout.readline().decode() if readable else ""

    def kill(self) -> None:
        """End it as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            if self.process.stdout is not None:
                self.process.stdout.close()

    def stop(self) -> float:
        """End it as an operator would; returns the seconds it took."""
        if self.process is None or self.process.poll() is not None:
            return 0.0
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            if self.process.stdout is not None:
                self.process.stdout.close()
        return time.monotonic() - began

    @property
    def resident_megabytes(self) -> float:
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024

    def manage(self, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run another `manage.py` command on the same data."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment(), "DATA_DIR": str(self.data)},
            input=text,
            capture_output=True,
            text=True,
        )

    def session(self) -> tuple[urllib.request.OpenerDirector, dict[str, str]]:
        """(opener, cookies) of a visitor who has opened the landing page."""
        jar = CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        opener.addheaders = [("Accept", "text/html")]
        with opener.open(f"{self.web}/") as answer:
            answer.read()
        return opener, {cookie.name: cookie.value or "" for cookie in jar}

    def get(self, path: str) -> Any:
        """The JSON at a path, as the near visitor."""
        with urllib.request.urlopen(f"{self.web}{path}") as answer:
            return orjson.loads(answer.read())


def text_of(documents: Sequence[Any]) -> str:
    """Objects as one stream of JSON documents, which is YAML too."""
    return "\n---\n".join(orjson.dumps(document).decode() for document in documents)
