"""The tables page as the server writes it: every kind with kubectl's columns, without a script."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from cluster.kinds import BUILT_IN
from dashboard.clusters.tables import kind_called
from tests.dashboard.conftest import Browser, signed_in


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("", 200, ["<h1>Pod</h1>", "No pods.", "kubectl get pods -A"]),
        ("?kind=services&namespace=default", 200, [">Cluster-IP<", "headless-svc-stateful", "kubectl get services<"]),
        ("?kind=statefulsets.apps", 200, ["app-stateful", "kubectl get statefulsets -A"]),
        ("?kind=StatefulSet", 200, ["app-stateful"]),
        ("?kind=sts", 200, ["app-stateful"]),
        ("?kind=nodes", 200, ["node-1", "kubectl get nodes<"]),
        ("?kind=cronjobs", 200, ["No cronjobs."]),
        ("?kind=zebras", 404, ["There is no kind zebras in demo."]),
        ("?kind=pods.apps", 404, ["There is no kind pods.apps in demo."]),
    ],
)  # fmt: skip
async def test_a_table(alices: Browser, query: str, status: int, said: list[str]) -> None:
    response = await alices.get(f"/clusters/demo/tables{query}")
    text = response.content.decode()
    assert response.status_code == status, text[:300]
    assert [each for each in said if each not in text] == []


async def test_who_may_not_see_secrets_is_told_so(bob: User) -> None:
    browser = await signed_in(bob)
    response = await browser.get("/clusters/demo/tables?kind=secrets")
    assert response.status_code == 403
    assert "cannot list secrets" in response.content.decode()


def test_every_stored_kind_is_found_by_each_of_its_names() -> None:
    for kind in BUILT_IN.kinds:
        if kind.stored:
            for called in (f"{kind.resource}.{kind.group}" if kind.group else kind.resource, kind.singular):
                found = kind_called(called, BUILT_IN)
                assert found is not None and found.kind == kind.kind, called
