"""Files of a data folder that several processes may write at one moment: nobody reads half of one, and what belongs
together, such as a key and its certificate, is written by one process. What the files hold is not known here.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path


def put(path: Path, content: bytes, mode: int) -> None:
    """Written aside and put in place, with these rights. OSError when the folder cannot be written."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One at a time, of all processes and threads, while the block runs; the folder is made, for its owner alone, when
    it is not there. The lock goes with the process, however it ends. Not to be taken twice by one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)
