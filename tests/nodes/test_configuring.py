"""Pods that need ConfigMaps and Secrets which are not there, and images whose names are none."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.change import Change
from cluster.kinds.podcolumns import status_word
from cluster.machinery.objects import CONFIG_MAPS, SECRETS, Obj, is_pod_ready, key
from cluster.nodes import images, kubelet
from tests.nodes.test_kubelet import POD, pod
from tests.nodes.test_lives import Told

ENV = {"name": "A", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "a"}}}
SECRET_ENV = {"name": "A", "valueFrom": {"secretKeyRef": {"name": "login", "key": "password"}}}


def with_volume(volume: Obj) -> Obj:
    made = pod()
    made["spec"]["volumes"] = [{"name": "v", **volume}]
    return made


def found(kind: Any, name: str, **data: str) -> tuple[Any, Obj]:
    obj = {"metadata": {"name": name, "namespace": "default"}, "data": data}
    return key(kind, "default", name), obj


@pytest.mark.parametrize("pace", ["instant", "brisk", "real"])
@pytest.mark.parametrize(
    ("volume", "missing", "words"),
    [
        (
            {"configMap": {"name": "settings"}},
            found(CONFIG_MAPS, "settings"),
            'MountVolume.SetUp failed for volume "v" : configmap "settings" not found',
        ),
        (
            {"secret": {"secretName": "login"}},
            found(SECRETS, "login"),
            'MountVolume.SetUp failed for volume "v" : secret "login" not found',
        ),
    ],
)
def test_a_volume_that_cannot_be_set_up(volume: Obj, missing: tuple[Any, Obj], words: str, pace: Any) -> None:
    life = Told(with_volume(volume), pace)
    life.live()
    assert (status_word(life.pod), life.count("FailedMount")) == ("ContainerCreating", 1)
    assert f"FailedMount: {words}" in life.told
    (reason,) = life.reasons()
    assert reason == f"Its volumes cannot be set up: {words.partition(' : ')[2]}."
    where, obj = missing
    life.world.put(where, obj)
    change = Change(9, "ADDED", where, obj, -1, 0, "", "", 0.0, 0.0)
    assert list(kubelet.keys(change, None, life.world)) == [POD]
    life.live()
    assert is_pod_ready(life.pod)


def test_a_key_that_a_volume_names_has_to_be_there() -> None:
    items = [{"key": "a", "path": "a"}]
    life = Told(with_volume({"configMap": {"name": "settings", "items": items}}))
    life.world.put(*found(CONFIG_MAPS, "settings", b="1"))
    life.live()
    assert 'FailedMount: MountVolume.SetUp failed for volume "v" : references non-existent config key: a' in life.told


@pytest.mark.parametrize("volume", [{"configMap": {"name": "x", "optional": True}}, {"emptyDir": {}}])
def test_what_is_optional_is_not_missed(volume: Obj) -> None:
    life = Told(with_volume(volume))
    life.live()
    assert is_pod_ready(life.pod)


@pytest.mark.parametrize("pace", ["instant", "brisk", "real"])
@pytest.mark.parametrize(
    ("container", "there", "words", "missing"),
    [
        ({"env": [ENV]}, None, 'configmap "settings" not found', found(CONFIG_MAPS, "settings", a="1")),
        (
            {"env": [ENV]},
            found(CONFIG_MAPS, "settings", b="1"),
            "couldn't find key a in ConfigMap default/settings",
            found(CONFIG_MAPS, "settings", a="1"),
        ),
        ({"env": [SECRET_ENV]}, None, 'secret "login" not found', found(SECRETS, "login", password="eA==")),
        (
            {"envFrom": [{"secretRef": {"name": "login"}}]},
            None,
            'secret "login" not found',
            found(SECRETS, "login"),
        ),
    ],
)
def test_a_variable_without_a_value(container: Obj, there: Any, words: str, missing: Any, pace: Any) -> None:
    life = Told(pod(**container), pace)
    if there:
        life.world.put(*there)
    life.live()
    assert status_word(life.pod) == "CreateContainerConfigError"
    assert life.pod["status"]["containerStatuses"][0]["state"]["waiting"]["message"] == words
    assert life.told[-1] == f"Failed: Error: {words}"
    assert life.reasons() == [f"nginx cannot start: {words}."]
    life.world.put(*missing)
    life.live()
    assert is_pod_ready(life.pod)


def test_an_init_container_without_a_value() -> None:
    made = pod()
    made["spec"]["initContainers"] = [{"name": "first", "image": "busybox", "command": ["true"], "env": [ENV]}]
    life = Told(made)
    life.live()
    assert status_word(life.pod) == "Init:CreateContainerConfigError"
    life.world.put(*found(CONFIG_MAPS, "settings", a="1"))
    life.live()
    assert is_pod_ready(life.pod)


@pytest.mark.parametrize(
    "name", ["nginx", "nginx:1.25", "a/b/c_d:v1.0", "localhost:5000/x", "registry.k8s.io/pause:3.9"]
)
def test_names_of_images(name: str) -> None:
    assert images.misnamed(name) == ""
    assert images.misnamed(f"{name}@sha256:{'0' * 64}") == ""


@pytest.mark.parametrize("pace", ["instant", "brisk", "real"])
def test_a_name_that_is_none(pace: Any) -> None:
    life = Told(pod(image="Nginx:latest"), pace)
    life.live()
    assert status_word(life.pod) == "InvalidImageName"
    words = (
        'Failed to apply default image tag "Nginx:latest": couldn\'t parse image name "Nginx:latest": '
        "invalid reference format: repository name (library/Nginx) must be lowercase"
    )
    assert life.told[-2:] == [f"InspectFailed: {words}", "Failed: Error: InvalidImageName"]
    assert life.count("Pulling") == 0
