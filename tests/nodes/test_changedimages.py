"""A running pod's image that is changed, or gone when its container is started again."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.config import Pace
from cluster.kinds.podcolumns import status_word
from cluster.machinery.objects import copy, is_pod_ready
from tests.nodes.test_kubelet import POD, START, pod
from tests.nodes.test_lives import Told


def lives(pace: Pace, **container: Any) -> Told:
    life = Told(pod(**container), pace)
    life.live()
    assert is_pod_ready(life.pod)
    return life


def changed(life: Told, image: str = "", **annotations: str) -> None:
    """A person changes the pod's image, or annotates it."""
    found = copy(life.pod)
    if image:
        found["spec"]["containers"][0]["image"] = image
    found["metadata"].setdefault("annotations", {}).update(annotations)
    life.world.put(POD, found)
    life.told.clear()
    life.words.clear()


@pytest.mark.parametrize("pace", ["instant", "brisk", "real"])
def test_another_image_is_started_at_once_in_place_of_the_first(pace: Pace) -> None:
    life = lives(pace)
    changed(life, "nginx:1.26")
    life.live(until=life.now + 5)
    [current] = life.pod["status"]["containerStatuses"]
    assert (current["image"], current["restartCount"]) == ("nginx:1.26", 1)
    assert "nginx:1.26" in current["imageID"]
    assert current["lastState"]["terminated"]["exitCode"] == 0
    assert is_pod_ready(life.pod)
    assert life.told[0] == "Killing: Container nginx definition changed, will be restarted"
    assert [each.partition(":")[0] for each in life.told[1:]] == ["Pulling", "Pulled", "Created", "Started"]
    changed(life, "nginx:1.27")
    life.live(until=life.now + 5)
    assert life.pod["status"]["containerStatuses"][0]["restartCount"] == 2
    assert "CrashLoopBackOff" not in life.words


@pytest.mark.parametrize("policy", ["Never", "OnFailure"])
def test_the_restart_policy_is_not_asked_then(policy: str) -> None:
    first = pod()
    first["spec"]["restartPolicy"] = policy
    life = Told(first)
    life.live()
    changed(life, "nginx:1.26")
    life.live(until=life.now + 5)
    assert life.pod["status"]["containerStatuses"][0]["restartCount"] == 1
    assert is_pod_ready(life.pod)


@pytest.mark.parametrize("pace", ["instant", "brisk", "real"])
def test_an_image_that_is_not_there_is_asked_for_again_and_one_that_is_starts_at_once(pace: Pace) -> None:
    life = lives(pace)
    changed(life, "nginx:broken")
    life.live(until=life.now + 45)
    [current] = life.pod["status"]["containerStatuses"]
    assert current["state"]["waiting"]["reason"] == status_word(life.pod) == "ImagePullBackOff"
    assert (current["restartCount"], current["image"]) == (0, "nginx:broken")
    assert life.words == ["ErrImagePull", "ImagePullBackOff"] * 3
    assert life.count("Pulling") == 3 and life.count("BackOff") == 3
    assert life.reasons() == ["nginx:broken cannot be pulled: nginx has no tag broken."]
    assert life.pod["status"]["phase"] == "Running" and not is_pod_ready(life.pod)
    changed(life, "nginx:1.26")
    life.live(until=life.now + 5)
    assert is_pod_ready(life.pod)
    assert life.pod["status"]["containerStatuses"][0]["restartCount"] == 1


def test_what_is_no_name_of_an_image_is_not_asked_for() -> None:
    life = lives("brisk")
    changed(life, "Nginx")
    life.live(until=life.now + 100)
    assert status_word(life.pod) == "InvalidImageName"
    assert life.count("InspectFailed") == 1 and not life.count("Pulling")
    changed(life, "nginx")
    life.live(until=life.now + 5)
    assert is_pod_ready(life.pod)


def test_a_container_that_is_held_back_starts_at_once_with_another_image() -> None:
    life = Told(pod(image="busybox"))
    life.live(until=life.now + 100)
    assert status_word(life.pod) == "CrashLoopBackOff"
    before = life.pod["status"]["containerStatuses"][0]["restartCount"]
    changed(life, "nginx")
    life.live(until=life.now + 2)
    assert is_pod_ready(life.pod)
    assert life.pod["status"]["containerStatuses"][0]["restartCount"] == before + 1


def test_the_fault_acts_at_the_next_start_until_it_is_taken_away() -> None:
    life = Told(pod(command=["sh", "-c", "sleep 20; exit 1"], image="busybox"), "brisk")
    life.live(until=START + 10)
    changed(life, **{"kubarium.dev/image-missing": "true"})
    assert is_pod_ready(life.pod)
    life.live(until=life.now + 60)
    assert status_word(life.pod) == "ImagePullBackOff"
    assert life.reasons() == ["busybox cannot be pulled: kubarium.dev/image-missing is set."]
    changed(life, **{"kubarium.dev/image-missing": "false"})
    life.live(until=life.now + 60)
    assert life.pod["status"]["containerStatuses"][0]["restartCount"] > 0
