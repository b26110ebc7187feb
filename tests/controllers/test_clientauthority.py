"""Who may be trusted, as ConfigMaps tell it."""

from __future__ import annotations

from cluster.config import ClusterConfig
from cluster.controllers import clientauthority
from cluster.intents import Delete, Update
from cluster.machinery.objects import CONFIG_MAPS, key
from tests.controllers.street import Street
from tests.controllers.test_serviceaccounts import Trusted

AUTHENTICATION = key(CONFIG_MAPS, "kube-system", "extension-apiserver-authentication")
INFO = key(CONFIG_MAPS, "kube-public", "cluster-info")


def street(authority: str) -> Street:
    made = Street(clientauthority.CONTROLLER)
    made.config = ClusterConfig(pace="instant", trust=Trusted(authority))
    for name in ("kube-system", "kube-public"):
        made.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    for where in clientauthority.CONTROLLER.every(made.world):
        made.look(where)
    made.rest()
    return made


def test_both_are_there_once_there_is_an_authority() -> None:
    made = street("PEM\n")
    assert (made.world.get(AUTHENTICATION) or {})["data"] == {"client-ca-file": "PEM\n"}
    assert "certificate-authority-data: UEVNCg==" in (made.world.get(INFO) or {})["data"]["kubeconfig"]
    assert street("").world.get(AUTHENTICATION) is None


def test_what_the_server_keeps_comes_back_and_what_an_installer_left_does_not() -> None:
    made = street("PEM\n")
    for where in (AUTHENTICATION, INFO):
        made.do(Delete(where))
    made.rest()
    assert made.world.get(AUTHENTICATION) is not None
    assert made.world.get(INFO) is None


def test_what_somebody_adds_stays() -> None:
    made = street("PEM\n")
    found = made.world.get(AUTHENTICATION)
    assert found is not None
    made.do(Update({**found, "data": {"more": "x", "client-ca-file": "OLD"}}))
    made.rest()
    assert (made.world.get(AUTHENTICATION) or {})["data"] == {"more": "x", "client-ca-file": "PEM\n"}
