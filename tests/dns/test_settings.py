"""The Corefile in the cluster decides; the ready ones are what they say they are."""

from __future__ import annotations

import pytest

from cluster.config import ClusterConfig
from cluster.dns import settings
from cluster.dns.settings import CacheRule, Keeping
from cluster.kinds.configmap import KIND
from cluster.machinery import dnsprofiles as profiles
from cluster.machinery.coredns import read
from cluster.machinery.dnsprofiles import COREFILE
from cluster.machinery.objects import Obj
from cluster.store.system import system_objects
from cluster.world import World

CONFIG = ClusterConfig(domain="cluster.local")


def world(text: str | None) -> World:
    made = World()
    if text is not None:
        made.put(COREFILE, {"metadata": {"name": "coredns", "namespace": "kube-system"}, "data": {"Corefile": text}})
    return made


def test_a_new_cluster_has_the_profile_kubeadm() -> None:
    assert profiles.config_map("kubeadm", CONFIG.domain) in system_objects(CONFIG)
    assert profiles.config_map("plain", CONFIG.domain) in system_objects(CONFIG, "plain")


def test_the_profiles_differ_in_how_long_an_answer_lives() -> None:
    kubeadm, old, plain = (read(profiles.corefile(name, "cluster.local")) for name in profiles.PROFILES)
    spared = Keeping(30, excepted=("cluster.local.",))
    assert kubeadm == settings.kubeadm(CONFIG)._replace(cache=CacheRule(spared, spared))
    assert old == kubeadm._replace(cache=CacheRule(Keeping(30), Keeping(30)))
    assert plain == kubeadm._replace(cache=None, ttl=5)


def test_the_corefile_of_the_cluster_is_followed() -> None:
    text = ". {\nkubernetes harbour.test {\nttl 7\n}\n}"
    found = settings.of(world(text), CONFIG)
    assert (found.zones, found.ttl, found.forward) == (("harbour.test.",), 7, ())


@pytest.mark.parametrize("text", [None, "", "nonsense {"])
def test_without_one_that_can_be_followed_it_is_kubeadms(text: str | None) -> None:
    assert settings.of(world(text), CONFIG) == settings.kubeadm(CONFIG)


def _map(text: str, name: str = "coredns", namespace: str = "kube-system") -> Obj:
    return {"metadata": {"name": name, "namespace": namespace}, "data": {"Corefile": text}}


def test_one_that_would_not_be_followed_does_not_get_in() -> None:
    (cause,) = KIND.validate(_map(".:53 {\n    kubernetes cluster.local\n    hosts /etc/hosts\n}"))
    assert cause.field == "data[Corefile]"
    assert cause.message.startswith('Invalid value: "hosts /etc/hosts": line 3: The plugin hosts is not imitated here.')
    for other in (_map("hosts {"), _map("hosts {", "other"), _map("hosts {", namespace="default")):
        assert bool(list(KIND.validate(other))) == (other == _map("hosts {"))
    for profile in profiles.PROFILES:
        assert list(KIND.validate(profiles.config_map(profile, "cluster.local"))) == []
