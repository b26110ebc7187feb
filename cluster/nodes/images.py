"""What is known of an image by its name alone: whether it exists and how large it is. Nothing is fetched.

An image does not exist when its registry's host begins or ends with `invalid` (RFC 2606), when its tag is one of
MISSING_TAGS or one that an official image cannot have (see `tags`), or when the pod is annotated
`kubarium.dev/image-missing: "true"`. Every other name exists.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from cluster import faults
from cluster.machinery.objects import Obj
from cluster.nodes import tags

MISSING_TAGS = frozenset(
    ("broken", "missing", "doesnotexist", "does-not-exist", "no-such-tag", "non-existent", "404", "1.161")
)
"""What people write, Kubernetes' own pages and tests among them, when they want an image that is not there."""

_SMALL = frozenset({"alpine", "busybox", "slim"})


_NAME = re.compile(
    r"(?:[\w.-]+(?::\d+)?/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*"
    r"(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]+)?",
    re.ASCII,
)


@lru_cache(maxsize=1024)
def repository(image: str) -> str:
    """Full name as a registry knows it: nginx -> docker.io/library/nginx; without tag and digest."""
    bare = image.split("@")[0]
    head, _, last = bare.rpartition("/")
    last = last.split(":")[0]
    path = f"{head}/{last}" if head not in ("", "docker.io") else f"library/{last}"
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


@lru_cache(maxsize=1024)
def misnamed(image: str) -> str:
    """Why this cannot be the name of an image, in the runtime's words; "" when it can."""
    if not image or _NAME.fullmatch(image):
        return ""
    full = repository(image)
    lower = f"repository name ({full.removeprefix('docker.io/')}) must be lowercase" if full != full.lower() else ""
    detail = f"invalid reference format{': ' if lower else ''}{lower}"
    return f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": {detail}'


def is_missing(pod: Obj, image: str) -> bool:
    """No registry would have this image."""
    if misnamed(image):
        return True
    if faults.is_on(pod, faults.IMAGE_MISSING):
        return True
    if _is_nowhere(_host(image)) or tag(image) in MISSING_TAGS:
        return True
    return "@" not in image and not tags.is_there(repository(image), tag(image))


def _host(image: str) -> str:
    return repository(image).split("/")[0].split(":")[0]


def _is_nowhere(host: str) -> bool:
    return host.startswith("invalid.") or host.endswith(".invalid")


def unpullable(pod: Obj, image: str) -> str:
    """Why this image of the pod's cannot be pulled, for a person: "nginx:nosuchtag cannot be pulled: nginx has no tag
    nosuchtag." """
    if misnamed(image):
        lower = image != image.lower() and not misnamed(image.lower())
        cause = "a name is written in small letters" if lower else "that is no name of an image"
    elif faults.is_on(pod, faults.IMAGE_MISSING):
        cause = f"{faults.IMAGE_MISSING} is set"
    elif _is_nowhere(host := _host(image)):
        cause = f"there is no host {host}"
    else:
        cause = f"{image.split('@')[0].removesuffix(f':{tag(image)}')} has no tag {tag(image)}"
    return f"{image} cannot be pulled: {cause}."


def pull_trouble(image: str) -> str:
    """What the container runtime says when there is no such image, as a kubelet hears it."""
    full, host = f"{repository(image)}:{tag(image)}", _host(image)
    resolving = f'failed to pull and unpack image "{full}": failed to resolve reference "{full}"'
    if _is_nowhere(host):
        asked = f"https://{host}/v2/{repository(image).partition('/')[2]}/manifests/{tag(image)}"
        said = f'failed to do request: Head "{asked}": dial tcp: lookup {host}: no such host'
        return f"rpc error: code = Unknown desc = {resolving}: {said}"
    return f"rpc error: code = NotFound desc = {resolving}: {full}: not found"


@lru_cache(maxsize=1024)
def pulled(image: str, took: str) -> str:
    """What a kubelet says of a pull that went well."""
    return f'Successfully pulled image "{image}" in {took} ({took} including waiting). Image size: {size(image)} bytes.'


def size(image: str) -> int:
    """Bytes, the same for the same name every time."""
    share = int(hashlib.sha256(image.encode()).hexdigest()[:6], 16) / 0xFFFFFF
    small = any(word in image for word in _SMALL)
    return int((5_000_000 if small else 40_000_000) * (1 + 3 * share))


def program(image: str) -> str:
    """Its last word, "nginx": what the program in it is called."""
    return repository(image).rpartition("/")[2]
