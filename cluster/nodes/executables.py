"""Whether a container can be started with its command: what a runtime looks for in the image and the volumes, and what
it says when it is not there.

Only of official images is it known what they have not. What another image has, and what anybody has put on a volume,
nobody knows: there every command is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from cluster.contents import Place, Tree
from cluster.machinery.objects import Obj, spec
from cluster.nodes import environment, filesystem, imagefiles, images, software, unsimulated
from cluster.world import World

_OFFICIAL = frozenset(("docker.io/library", "public.ecr.aws/docker/library", "mirror.gcr.io/library"))
_ELSEWHERE = frozenset(("registry.k8s.io/pause", "registry.k8s.io/nginx-slim", "registry.k8s.io/busybox"))
_WITHOUT_ENTRYPOINT = frozenset(
    ("alpine", "busybox", "centos", "debian", "fedora", "golang", "perl", "python", "ubuntu")
)
"""What is said by `args` alone is a command to these; the others have a script that is given it."""
_WITH_A_SCRIPT = frozenset(
    (
        "bash",
        "httpd",
        "mariadb",
        "memcached",
        "mongo",
        "mysql",
        "nginx",
        "node",
        "percona",
        "postgres",
        "redis",
        "valkey",
    )
)
_LISTED = _WITHOUT_ENTRYPOINT | _WITH_A_SCRIPT
_FILLED = frozenset(("configMap", "secret", "projected", "downwardAPI"))
"""Volumes of which it is known what they hold."""
_VERSIONED = re.compile(r"(?:python|pip|pydoc|idle|perl)\d[\d.]*(?:-config)?")
_FOLDERS = frozenset(("", *(f"{root}/{last}" for root in ("", "/usr", "/usr/local") for last in ("bin", "sbin"))))
_NOT_IN_PATH = "executable file not found in $PATH"
_TASK = "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
_PROCESS = "unable to start container process: error during container init: "


def trouble(world: World, pod: Obj, container: Obj) -> str:
    """Why the runtime cannot start the container, in its words; "" when it can, or when nobody knows."""
    cause = _cause(world, pod, container)
    return f"{_TASK}{_PROCESS}{cause}: unknown" if cause else ""


def cause(trouble: str) -> str:
    """What is wrong in a trouble, for a person."""
    return trouble.removeprefix(_TASK + _PROCESS).removesuffix(": unknown")


def _cause(world: World, pod: Obj, container: Obj) -> str:
    image = str(container.get("image") or "")
    if not _is_listed(image):
        return ""
    words = container.get("command") or (container.get("args") if _takes_a_command(image) else ())
    if not words:
        return ""
    word = str(words[0])
    own = any(each.get("name") == "PATH" for each in container.get("env") or ())
    path = ""
    if "$(" in word or own:
        variables = environment.environment(world, pod, container)
        word, path = environment.expanded(word, variables), variables["PATH"] if own else ""
    mounts = container.get("volumeMounts")
    if _has(image, word, path) or (mounts and any(_could_hold(pod, container, each) for each in _places(word, path))):
        return ""
    found = _wrong(world, pod, container, word, path) if mounts or word.startswith(".") else _of_image(image, word)
    return f'exec: "{word}": {found}' if found else ""


def _wrong(world: World, pod: Obj, container: Obj, word: str, path: str) -> str:
    tree = filesystem.tree(world, pod, container, lambda: 0.0)
    if "/" not in word:
        found = any(not _at(tree, each) for each in _places(word, path))
        return "" if found else _NOT_IN_PATH
    folder = str(container.get("workingDir") or software.of(str(container.get("image") or "")).folder)
    whole = word if word.startswith("/") else f"{folder.rstrip('/')}/{word}"
    return _at(tree, whole).replace(f"stat {whole}:", f"stat {word}:")


@lru_cache(maxsize=1024)
def _of_image(image: str, word: str) -> str:
    return _at(_tree(image), word) if "/" in word else _NOT_IN_PATH


def _at(tree: Tree, path: str) -> str:
    """What keeps the file there from being run; "" when nothing does."""
    try:
        entry = tree.entry(path)
    except OSError as error:
        return f"stat {path}: {str(error.strerror).lower()}"
    if entry.kind == "directory":
        return "is a directory"
    return "" if entry.mode & 0o111 else "permission denied"


@lru_cache(maxsize=128)
def _tree(image: str) -> Tree:
    return Tree({"": Place((imagefiles.of(image),))}, lambda: 0.0)


@lru_cache(maxsize=1024)
def _is_listed(image: str) -> bool:
    head, _, last = images.repository(image).rpartition("/")
    return (head in _OFFICIAL and last in _LISTED) or f"{head}/{last}" in _ELSEWHERE


def _takes_a_command(image: str) -> bool:
    return images.repository(image).rpartition("/")[2] in _WITHOUT_ENTRYPOINT


@lru_cache(maxsize=2048)
def _has(image: str, word: str, path: str) -> bool:
    """Whether the image itself has the program, simulated or not. Of `path` "": wherever its programs are."""
    found, called = software.of(image), images.repository(image).rpartition("/")[2]
    folder, _, name = word.rpartition("/")
    known = unsimulated.OF_SYSTEM.get(found.system.name, frozenset()) | unsimulated.OF_IMAGE.get(called, frozenset())
    if not word or word.endswith("/"):
        return False
    if name in known or _is_versioned(called, name):
        return not folder or folder in _FOLDERS or name in unsimulated.OF_IMAGE.get(called, ())
    if folder:
        # Its own programs may have other places too: /usr/lib/postgresql/16/bin/postgres.
        elsewhere = folder not in _FOLDERS and name in {*found.programs.values()} - {*found.system.programs.values()}
        return word.startswith("/") and (elsewhere or not _at(_tree(image), word))
    if not path:
        return any(each.rpartition("/")[2] == name for each in found.programs)
    return any(not _at(_tree(image), each) for each in _places(word, path))


def _is_versioned(called: str, name: str) -> bool:
    return called in ("python", "perl") and bool(_VERSIONED.fullmatch(name))


def _places(word: str, path: str) -> Iterator[str]:
    """Absolute paths at which it is looked for."""
    if "/" in word:
        yield word
    else:
        yield from (f"{folder.rstrip('/')}/{word}" for folder in (path or software.PATH).split(":"))


def _could_hold(pod: Obj, container: Obj, path: str) -> bool:
    """On a volume into which anybody may have put anything."""
    volumes = {volume.get("name"): volume for volume in spec(pod).get("volumes") or ()}
    point = ""
    holds = False
    for mount in container.get("volumeMounts") or ():
        at = str(mount.get("mountPath") or "").rstrip("/")
        if len(at) >= len(point) and (path == at or path.startswith(f"{at}/") or not path.startswith("/")):
            point, holds = at, _FILLED.isdisjoint(volumes.get(mount.get("name")) or ())
    return holds
