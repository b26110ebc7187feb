"""What an image's name says."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.nodes import images

PLAIN: dict[str, Any] = {"metadata": {"name": "web-0"}}


@pytest.mark.parametrize(
    ("image", "repository", "tag"),
    [
        ("nginx", "docker.io/library/nginx", "latest"),
        ("nginx:1.27", "docker.io/library/nginx", "1.27"),
        ("bitnami/redis:7", "docker.io/bitnami/redis", "7"),
        ("registry.k8s.io/e2e-test-images/agnhost:2.40", "registry.k8s.io/e2e-test-images/agnhost", "2.40"),
        ("localhost:5000/app", "localhost:5000/app", "latest"),
        ("quay.io/a/b@sha256:00", "quay.io/a/b", "latest"),
    ],
)
def test_names(image: str, repository: str, tag: str) -> None:
    assert (images.repository(image), images.tag(image)) == (repository, tag)


@pytest.mark.parametrize(
    ("image", "missing"),
    [
        ("nginx", False),
        ("nginx:broken", True),
        ("nginx:does-not-exist", True),
        ("registry.invalid/team/app:1", True),
        ("registry.invalid:5000/app", True),
        ("missing/app", False),
    ],
)
def test_which_images_do_not_exist(image: str, missing: bool) -> None:
    assert images.is_missing(PLAIN, image) is missing


def test_an_annotation_takes_any_image_away() -> None:
    pod = {"metadata": {"name": "web-0", "annotations": {"kubarium.dev/image-missing": "true"}}}
    assert images.is_missing(pod, "nginx")


def test_the_identity_of_an_image_is_its_full_name_and_a_digest() -> None:
    identity = images.identity("nginx")
    assert identity.startswith("docker.io/library/nginx:latest@sha256:")
    assert len(identity.rpartition(":")[2]) == 64
    assert identity == images.identity("docker.io/library/nginx:latest")
