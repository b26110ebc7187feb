"""Which tags of official images are there."""

from __future__ import annotations

import pytest

from cluster.nodes import images

# image: tags that are there | tags that are not
TABLE = """
nginx: latest 1 1.7.9 1.14.2 1.16.1 1.25 1.27.3-alpine 1.27-alpine3.20-slim 1.29.3-trixie-perl alpine stable
    stable-alpine mainline-otel bookworm 1.33 1.31.0 2 9 | nosuchtag 1.999 1.161 1.27.999 v1 lates lts2 27 1.27-nope
    1,27 alpine-nope 1.2.3.4.5 1.27. -
busybox: latest 1 1.28 1.36.1 1.37-glibc stable-musl uclibc | 1.99 nosuch 0.1
alpine: 3 3.19 3.20.3 edge 20250108 | 4.20.30.40.50 nope 99
debian: 12 12.9 bookworm bookworm-slim 12-slim bookworm-20250113-slim sid stable-backports trixie | potato-slim 99 6000
ubuntu: 24.04 22.04 noble jammy-20250127 rolling | 24.99 wily 99.04
centos: 7 centos7 7.9.2009 8 centos7.9.2009 | 7.9.1999 77
redis: 7 7.4.2-alpine 6.2.14-bookworm 8.0-alpine3.21 | 7.99 99-alpine
mysql: 5.7 5.7.44 8.0.41 8.4 lts innovation 8.4.3-oraclelinux9 | 5.99 eight
mariadb: 11.4.5-noble 10.6 lts | 10.99
postgres: 16 16.4 17beta1 17-alpine3.21 9.6 16-bookworm | 16.404 96
python: 3 3.12-slim 3.12.4-slim-bookworm 3.14rc1 2.7 3.13-alpine | 3.99 py3
node: 20 20-alpine lts lts-alpine 22.11.0-bookworm-slim iron current-slim | 20.99 99
golang: 1.22 1.24rc1 1.23.4-alpine3.21 | 2.300 go1.22
httpd: 2.4 2.4.62-alpine | 2.99
mongo: 7.0.14-jammy 8 4.4 | 7.77
registry.k8s.io/pause: 3.9 3.10 latest | 3.99 4.99.100 nope
registry.k8s.io/nginx-slim: 0.8 0.24 | 0.99
"""
ROWS = [line.partition(": ") for line in TABLE.replace("\n    ", " ").strip().splitlines()]
CASES = [
    (f"{image}:{tag}", there)
    for image, _, tags in ROWS
    for there, part in zip((True, False), tags.split("|"), strict=True)
    for tag in part.split()
    if tag != "-"
]
OTHERS = [
    ("acme/nginx:nosuchtag", True),  # nobody knows its tags
    ("quay.io/team/nginx:feature-x", True),
    ("docker.io/library/nginx:nosuchtag", False),
    ("docker.io/nginx:nosuchtag", False),
    ("public.ecr.aws/docker/library/nginx:nosuchtag", False),
    ("nginx@sha256:00", True),
    ("nginx:nosuchtag@sha256:00", True),
    ("wordpress:whatever", True),
]


@pytest.mark.parametrize(("image", "there"), [*CASES, *OTHERS])
def test_which_tags_are_there(image: str, there: bool) -> None:
    assert images.is_missing({"metadata": {}}, image) is not there


WORDS = [
    (
        "nginx:nosuchtag",
        "rpc error: code = NotFound desc = failed to pull and unpack image"
        ' "docker.io/library/nginx:nosuchtag": failed to resolve reference "docker.io/library/nginx:nosuchtag":'
        " docker.io/library/nginx:nosuchtag: not found",
    ),
    (
        "registry.invalid/team/app:1",
        'rpc error: code = Unknown desc = failed to pull and unpack image "registry.invalid/team/app:1":'
        ' failed to resolve reference "registry.invalid/team/app:1": failed to do request:'
        ' Head "https://registry.invalid/v2/team/app/manifests/1": dial tcp: lookup registry.invalid: no such host',
    ),
]


@pytest.mark.parametrize(("image", "words"), WORDS)
def test_what_the_runtime_says(image: str, words: str) -> None:
    assert images.pull_trouble(image) == words


@pytest.mark.parametrize(
    ("image", "annotations", "why"),
    [
        ("nginx:nosuchtag", {}, "nginx has no tag nosuchtag"),
        ("docker.io/library/nginx:nosuchtag", {}, "docker.io/library/nginx has no tag nosuchtag"),
        ("registry.invalid/team/app:1", {}, "there is no host registry.invalid"),
        ("nginx:1.27", {"kubarium.dev/image-missing": "true"}, "kubarium.dev/image-missing is set"),
        ("Nginx", {}, "a name is written in small letters"),
        ("nginx:", {}, "that is no name of an image"),
    ],
)
def test_a_person_is_told_why_there_is_no_such_image(image: str, annotations: dict[str, str], why: str) -> None:
    pod = {"metadata": {"annotations": annotations}}
    assert images.is_missing(pod, image)
    assert images.unpullable(pod, image) == f"{image} cannot be pulled: {why}."
