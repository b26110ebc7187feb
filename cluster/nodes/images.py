"""What is known of an image by its name alone: whether it exists, how long a pull takes, what it listens on, how its
process runs and how it ends. Nothing is fetched and no command is executed: a command line is only read.

An image does not exist when its registry's host ends in `.invalid` (RFC 2606), when its tag is one of MISSING_TAGS, or
when the pod is annotated `kubarium.dev/image-missing: "true"`. Every other name exists.
"""

from __future__ import annotations

import hashlib
import math
import re
from functools import lru_cache
from typing import Any, NamedTuple

from cluster.machinery.objects import Obj, meta

IMAGE_MISSING_ANNOTATION = "kubarium.dev/image-missing"
CRASH_ANNOTATION = "kubarium.dev/crash"
MISSING_TAGS = frozenset({"broken", "missing", "doesnotexist", "does-not-exist", "no-such-tag"})

FOREVER = math.inf
CRASH_SECONDS = 1.0
SIGKILL_EXIT = 137

_LISTENS = {
    "nginx": (80,),
    "httpd": (80,),
    "redis": (6379,),
    "postgres": (5432,),
    "mysql": (3306,),
    "mariadb": (3306,),
    "mongo": (27017,),
    "memcached": (11211,),
    "rabbitmq": (5672,),
    "agnhost": (8080,),
}
_SHELLS = frozenset({"busybox", "alpine", "ubuntu", "debian", "centos", "fedora", "bash"})
"""Without a command their shell finds no input and ends at once: the classic completed-then-restarted pod."""
_SMALL = frozenset({"alpine", "busybox", "slim"})
_SLEEP = re.compile(r"\bsleep\s+(infinity|\d+(?:\.\d+)?)")
_EXIT = re.compile(r"\bexit\s+(\d+)")
_ENDLESS = re.compile(r"\b(while|until|tail\s+-[fF]|httpd|nc\s+-l\S*|-m\s+http\.server|nginx|redis-server)")


class Run(NamedTuple):
    """How a container's process goes: it ends by itself after `seconds` (FOREVER: not) with `exit_code`; told to stop
    it takes `stop_seconds` (FOREVER: it ignores the signal and is killed)."""

    seconds: float
    exit_code: int
    stop_seconds: float


@lru_cache(maxsize=1024)
def repository(image: str) -> str:
    """Full name as a registry knows it: nginx -> docker.io/library/nginx; without tag and digest."""
    bare = image.split("@")[0]
    head, _, last = bare.rpartition("/")
    last = last.split(":")[0]
    path = f"{head}/{last}" if head else f"library/{last}"
    host = path.split("/")[0]
    return path if "." in host or ":" in host or host == "localhost" else f"docker.io/{path}"


@lru_cache(maxsize=1024)
def tag(image: str) -> str:
    last = image.split("@")[0].rpartition("/")[2]
    return last.split(":", 1)[1] if ":" in last else "latest"


@lru_cache(maxsize=1024)
def identity(image: str) -> str:
    """The imageID a node reports once it has the image."""
    digest = hashlib.sha256(f"{repository(image)}:{tag(image)}".encode()).hexdigest()
    return f"{repository(image)}:{tag(image)}@sha256:{digest}"


def is_missing(pod: Obj, image: str) -> bool:
    """No registry would have this image."""
    if (meta(pod).get("annotations") or {}).get(IMAGE_MISSING_ANNOTATION) == "true":
        return True
    host = repository(image).split("/")[0].split(":")[0]
    return host.endswith(".invalid") or tag(image) in MISSING_TAGS


def pull_trouble(image: str) -> str:
    """What the container runtime says when there is no such image."""
    full = f"{repository(image)}:{tag(image)}"
    host = repository(image).split("/")[0].split(":")[0]
    if host.endswith(".invalid"):
        return f'failed to pull and unpack image "{full}": failed to resolve reference "{full}": no such host: {host}'
    return f'failed to pull and unpack image "{full}": failed to resolve reference "{full}": {full}: not found'


@lru_cache(maxsize=1024)
def size(image: str) -> int:
    """Bytes, the same for the same name every time."""
    share = int(hashlib.sha256(image.encode()).hexdigest()[:6], 16) / 0xFFFFFF
    small = any(word in image for word in _SMALL)
    return int((5_000_000 if small else 40_000_000) * (1 + 3 * share))


def listens(image: str) -> tuple[int, ...]:
    """Ports the image's own program serves, declared or not."""
    return _LISTENS.get(_program(image), ())


def run(pod: Obj, container: dict[str, Any]) -> Run:
    """How this container's process will go."""
    if (meta(pod).get("annotations") or {}).get(CRASH_ANNOTATION) == "true":
        return Run(CRASH_SECONDS, 1, 0.0)
    words = [str(word) for word in (*(container.get("command") or ()), *(container.get("args") or ()))]
    if not words:
        waits = container.get("stdin") or _program(str(container.get("image") or "")) not in _SHELLS
        return Run(FOREVER, 0, 0.0) if waits else Run(0.0, 0, 0.0)
    program = words[0].rpartition("/")[2]
    line = " ".join(words)
    if program == "sleep" or (program in ("sh", "bash", "ash", "dash") and "-c" in words):
        return _script(line)
    if program in ("true", "echo", "date", "printf"):
        return Run(0.0, 0, 0.0)
    if program == "false":
        return Run(0.0, 1, 0.0)
    return Run(FOREVER, 0, 0.0)


def _script(line: str) -> Run:
    # A shell or sleep as process 1 has no handler for the signal that asks it to stop, so it is killed.
    if _ENDLESS.search(line):
        return Run(FOREVER, 0, FOREVER)
    pauses = _SLEEP.findall(line)
    code = _EXIT.search(line)
    if "infinity" in pauses:
        return Run(FOREVER, 0, FOREVER)
    return Run(sum(map(float, pauses)), int(code[1]) if code else 0, FOREVER)


def _program(image: str) -> str:
    return repository(image).rpartition("/")[2]
