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


@pytest.mark.parametrize(
    ("container", "seconds", "exit_code", "heeds_signals"),
    [
        ({"image": "nginx"}, images.FOREVER, 0, True),
        ({"image": "busybox"}, 0.0, 0, True),
        ({"image": "busybox", "stdin": True}, images.FOREVER, 0, True),
        ({"image": "busybox", "command": ["sleep", "3600"]}, 3600.0, 0, False),
        ({"image": "busybox", "command": ["sleep", "infinity"]}, images.FOREVER, 0, False),
        ({"image": "busybox", "command": ["/bin/sh", "-c", "sleep 2; exit 3"]}, 2.0, 3, False),
        (
            {"image": "busybox", "command": ["sh", "-c"], "args": ["while true; do sleep 1; done"]},
            images.FOREVER,
            0,
            False,
        ),
        ({"image": "alpine", "command": ["sh", "-c", "echo hi"]}, 0.0, 0, False),
        ({"image": "alpine", "command": ["false"]}, 0.0, 1, True),
        ({"image": "team/app", "args": ["--port=8080"]}, images.FOREVER, 0, True),
    ],
)
def test_how_a_process_goes(container: dict[str, Any], seconds: float, exit_code: int, heeds_signals: bool) -> None:
    run = images.run(PLAIN, {"name": "c", **container})
    assert (run.seconds, run.exit_code) == (seconds, exit_code)
    assert (run.stop_seconds < images.FOREVER) is heeds_signals


def test_the_identity_of_an_image_is_its_full_name_and_a_digest() -> None:
    identity = images.identity("nginx")
    assert identity.startswith("docker.io/library/nginx:latest@sha256:")
    assert len(identity.rpartition(":")[2]) == 64
    assert identity == images.identity("docker.io/library/nginx:latest")
