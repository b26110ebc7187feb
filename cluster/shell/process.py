"""A program running in a simulated container: what it is given, and what it can reach through it.

This is the contract between the interpreter, the programs, and those who start them (exec, attach, the page's
terminal). A program is a coroutine function that takes a `Process` and returns its exit status; an interrupt is its
task's cancellation. It reaches nothing but what its process holds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, Protocol

from cluster.config import ClusterConfig
from cluster.contents import Who
from cluster.machinery.objects import Obj
from cluster.shell.processes import Processes
from cluster.world import World


class Reader(Protocol):
    async def read(self, most: int = 65_536) -> bytes:
        """What is there, at most so many bytes; waits while nothing is. b"" at the end."""
        ...


class Writer(Protocol):
    async def write(self, data: bytes) -> None:
        """BrokenPipeError when nobody reads it any more; waits while the reader is behind."""
        ...


class Stat(NamedTuple):
    kind: Literal["file", "directory", "link", "device"]
    size: int
    mode: int
    """Permission bits alone."""
    modified: float
    """Cluster time, Unix seconds."""
    owner: int = 0
    group: int = 0
    links: int = 1


class Files(Protocol):
    """A container's file system. Paths are absolute and need not be normal; failures are the OSErrors that Python's
    own calls raise (FileNotFoundError, NotADirectoryError, PermissionError for read-only places, OSError with ENOSPC
    over the quota …), so `error.strerror` is what a program prints."""

    def stat(self, path: str) -> Stat: ...
    def lstat(self, path: str) -> Stat: ...
    def realpath(self, path: str) -> str: ...
    def listdir(self, path: str) -> list[str]: ...
    def read(self, path: str) -> bytes: ...
    def write(self, path: str, data: bytes, *, append: bool = False, mode: int = 0o644) -> None: ...
    def mkdir(self, path: str, mode: int = 0o755) -> None: ...
    def rmdir(self, path: str) -> None: ...
    def unlink(self, path: str) -> None: ...
    def rename(self, source: str, target: str) -> None: ...
    def symlink(self, target: str, path: str) -> None: ...
    def readlink(self, path: str) -> str: ...
    def chmod(self, path: str, mode: int) -> None: ...
    def touch(self, path: str, modified: float | None = None) -> None: ...
    def opened(self, path: str) -> Reader:
        """For reading piece by piece; devices (/dev/zero, /dev/urandom) only so."""
        ...

    def created(self, path: str, *, append: bool = False) -> Writer:
        """For writing piece by piece; /dev/null takes all, the rest is stored at each write."""
        ...


class Machine(Protocol):
    """One container of a pod, and the cluster it stands in."""

    @property
    def world(self) -> World:
        """The cluster as it is now: do not hold it across an await."""
        ...

    @property
    def config(self) -> ClusterConfig: ...

    @property
    def pod(self) -> Obj:
        """The pod as it is now; as it was last when it is gone."""
        ...

    @property
    def container(self) -> str: ...

    @property
    def image(self) -> str: ...

    @property
    def files(self) -> Files: ...

    @property
    def who(self) -> Who:
        """Whose its processes are, with all groups."""
        ...

    @property
    def template(self) -> Obj:
        """The container as its pod's spec has it."""
        ...

    @property
    def interfaces(self) -> dict[str, bool]:
        """What was added to its pod's network, by name, and whether it is up."""
        ...

    @property
    def programs(self) -> Mapping[str, Program]:
        """What this image has, by absolute path ("/usr/bin/nslookup"); each path is in `files` too."""
        ...

    @property
    def processes(self) -> Processes:
        """What runs in the container now, for ps and kill."""
        ...

    def now(self) -> float:
        """Cluster time, Unix seconds."""
        ...

    async def sleep(self, seconds: float) -> None:
        """So long by the cluster's clock."""
        ...

    def pick(self, n: int) -> int:
        """0..n-1, by the dice."""
        ...

    async def exchange(self, server: str, port: int, packet: bytes, *, tcp: bool = False) -> bytes | None:
        """One DNS message to a server and what came back; None, at once, when nothing ever does: how long it is waited
        for is the program's own. ConnectionRefusedError, OSError (ENETUNREACH)."""
        ...

    async def connect(self, address: str, port: int, *, udp: bool = False) -> Connection:
        """To an address as this pod reaches it, by the proxy's rules. ConnectionRefusedError; TimeoutError, at once,
        where nothing would ever come; OSError (EHOSTUNREACH, ENETUNREACH)."""
        ...

    def listen(self, port: int, *, udp: bool = False, local: bool = False) -> Listener:
        """Take what comes to a port of this pod; `local`: from the pod itself. OSError (EADDRINUSE) when somebody does
        already."""
        ...


class Connection(Protocol):
    """A stream to what listens there (or, with UDP, datagrams)."""

    @property
    def peer(self) -> tuple[str, int]:
        """Whom it was asked for: a virtual address stays one."""
        ...

    async def read(self, most: int = 65_536) -> bytes: ...
    async def write(self, data: bytes) -> None: ...
    async def end(self) -> None:
        """Nothing more will be written."""
        ...

    async def close(self) -> None: ...


class Listener(Protocol):
    """A port of a pod that a program holds open."""

    async def accept(self) -> Connection:
        """The next one that comes; waits for it."""
        ...

    async def close(self) -> None: ...


@dataclass
class Window:
    """A terminal's size; whoever reads it later sees the present one."""

    columns: int = 80
    rows: int = 24


@dataclass
class Process:
    argv: list[str]
    machine: Machine
    stdin: Reader
    stdout: Writer
    stderr: Writer
    env: dict[str, str] = field(default_factory=dict)
    """What is exported."""
    cwd: str = "/"
    tty: Window | None = None
    """The terminal behind stdin and stdout; None when there is none."""
    user: int = 0
    pid: int = 1
    """Its number within the container."""
    parent: int = 0
    """That of the process that started it; 0: it came from outside."""
    path: str = ""
    """Which program it runs, where that does not follow from its name and PATH."""
    signals: list[int] = field(default_factory=list)
    """Signals it was sent, newest last: each is a cancellation of its task too."""
    controlled: bool = False
    """A shell at a terminal started it: that is its own too, whatever its input and output are."""

    @property
    def files(self) -> Files:
        return self.machine.files

    def child(self, argv: list[str], **changes: object) -> Process:
        """The process this one starts: all its own, but `changes`; its environment is a copy."""
        made = replace(self, argv=argv, env=dict(self.env), parent=self.pid, path="", signals=[])
        for name, value in changes.items():
            setattr(made, name, value)
        return made


Program = Callable[[Process], Awaitable[int]]
