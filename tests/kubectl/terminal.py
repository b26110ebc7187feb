"""kubectl at a terminal: what is typed, and what the screen shows."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.kubectl.driving import PATIENCE, Kubectl

_CONTROL = re.compile(r"\x1b\[\?2004l\r|\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\x07")
"""The first is what bash sends before a command runs: the end of brackets around pastes, at a line's beginning."""


class Terminal:
    """`type` a line, wait for a text with `shows`; `text` is all that was shown, without control sequences."""

    def __init__(self, master: int, process: subprocess.Popen[bytes]) -> None:
        self._master, self.process = master, process
        self._raw = b""
        self._from = 0

    @property
    def text(self) -> str:
        return _CONTROL.sub("", self._raw.decode(errors="replace")).replace("\r\n", "\n")

    def type(self, line: str, end: str = "\r") -> None:
        self._from = len(self.text)
        os.write(self._master, (line + end).encode())

    def shows(self, pattern: str) -> str:
        """What was shown since the last line was typed, once it matches."""
        deadline = time.monotonic() + PATIENCE
        while not re.search(pattern, self.text[self._from :]):
            left = deadline - time.monotonic()
            assert left > 0, f"never showed {pattern!r}:\n{self.text}"
            if not self._read(left):
                assert re.search(pattern, self.text[self._from :]), f"ended without {pattern!r}:\n{self.text}"
        return self.text[self._from :]

    def ends(self) -> int:
        """Until the program has ended; its exit status."""
        deadline = time.monotonic() + PATIENCE
        while self._read(max(deadline - time.monotonic(), 0.0)):
            assert time.monotonic() < deadline, f"never ended:\n{self.text}"
        return self.process.wait(timeout=PATIENCE)

    def _read(self, patience: float) -> bool:
        """More of the screen, if there is any in time; False at the end."""
        if not select.select([self._master], [], [], patience)[0]:
            return True
        try:
            data = os.read(self._master, 65536)
        except OSError:  # how Linux says that nobody holds the other side any more
            return False
        self._raw += data
        return bool(data)


@contextmanager
def terminal(k: Kubectl, words: list[str], columns: int = 100, rows: int = 30) -> Iterator[Terminal]:
    """kubectl with these arguments at a terminal of that size."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    process = subprocess.Popen(
        [str(k.program), *words],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**k.environment, "TERM": "xterm"},
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield Terminal(master, process)
    finally:
        process.kill()
        process.wait()
        os.close(master)
