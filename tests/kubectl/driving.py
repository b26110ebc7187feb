"""Driving kubectl as a person does: a command line in, what it printed out; watches that are read as they come."""

from __future__ import annotations

import os
import re
import selectors
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import orjson

from tests.kubectl.binaries import kubectl

PATIENCE = 30.0


class Printed(NamedTuple):
    out: str
    err: str
    code: int

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def rows(self) -> list[list[str]]:
        """A printed table's cells, its header first; cells are two or more spaces apart."""
        return [re.split(r"\s{2,}", line.rstrip()) for line in self.lines if line.strip()]

    def column(self, title: str) -> list[str]:
        at = self.rows[0].index(title)
        return [row[at] for row in self.rows[1:]]


class Kubectl:
    """`k("get pods -l app=web")` runs a command that must succeed; `k.fails(…)` one that must not."""

    def __init__(self, version: str, kubeconfig: Path, home: Path) -> None:
        self.version = version
        self.program = kubectl(version)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),  # discovery is kept there: each server has its own
            "KUBECONFIG": str(kubeconfig),
            "KUBECTL_KYAML": "false",
        }

    def run(self, command: str | list[str], stdin: str = "") -> Printed:
        words = shlex.split(command) if isinstance(command, str) else command
        done = subprocess.run(
            [str(self.program), *words],
            input=stdin.encode(),
            capture_output=True,
            env=self.environment,
            timeout=2 * PATIENCE,
            check=False,
        )
        return Printed(done.stdout.decode(), _plain(done.stderr.decode()), done.returncode)

    def __call__(self, command: str | list[str], stdin: str = "") -> Printed:
        printed = self.run(command, stdin)
        assert printed.code == 0, f"kubectl {command}\n{printed.out}{printed.err}"
        return printed

    def fails(self, command: str | list[str], stdin: str = "") -> Printed:
        printed = self.run(command, stdin)
        assert printed.code != 0, f"kubectl {command} did not fail:\n{printed.out}"
        return printed

    def apply(self, manifest: str) -> list[str]:
        return self("apply -f -", manifest).lines

    def object(self, what: str) -> dict[str, object]:
        found: dict[str, object] = orjson.loads(self(f"get {what} -o json").out)
        return found

    def until(self, command: str, holds: Callable[[Printed], bool]) -> Printed:
        """Ask again until it holds."""
        end = time.monotonic() + PATIENCE
        while True:
            printed = self.run(command)
            if holds(printed):
                return printed
            assert time.monotonic() < end, f"kubectl {command} never came to it:\n{printed.out}{printed.err}"

    @contextmanager
    def watching(self, command: str, present: int = 0) -> Iterator[Watch]:
        """A command that stays open, as in a second terminal. The rows of what is `present` are waited for, and are
        not among those that follow."""
        process = subprocess.Popen(
            [str(self.program), *shlex.split(command)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self.environment,
        )
        try:
            watch = Watch(process)
            watch.until(lambda rows: len(rows) >= present)
            watch.text = ""
            yield watch
        finally:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


class Watch:
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        self._out = process.stdout
        os.set_blocking(self._out.fileno(), False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._out, selectors.EVENT_READ)
        self.text = ""

    @property
    def rows(self) -> list[list[str]]:
        """What was printed so far, without the header."""
        complete = self.text[: self.text.rfind("\n") + 1].splitlines()
        return [re.split(r"\s{2,}", line.rstrip()) for line in complete if not line.startswith("NAME ")]

    def until(self, holds: Callable[[list[list[str]]], bool]) -> list[list[str]]:
        end = time.monotonic() + PATIENCE
        while not holds(self.rows):
            left = end - time.monotonic()
            assert left > 0, f"the watch never came to it:\n{self.text}"
            if self._selector.select(left):
                self.text += os.read(self._out.fileno(), 65536).decode()
        return self.rows

    def until_text(self, pattern: str) -> re.Match[str]:
        """What was printed, as soon as it holds that."""
        end = time.monotonic() + PATIENCE
        while (found := re.search(pattern, self.text)) is None:
            left = end - time.monotonic()
            assert left > 0, f"it never printed {pattern}:\n{self.text}"
            if self._selector.select(left):
                self.text += os.read(self._out.fileno(), 65536).decode()
        return found


def _plain(errors: str) -> str:
    """Without what every command of a much newer kubectl says of the difference."""
    return "".join(line for line in errors.splitlines(keepends=True) if "version difference between client" not in line)
