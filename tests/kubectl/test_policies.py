"""A ValidatingAdmissionPolicy met by kubectl, as in the official page about them."""

from __future__ import annotations

import orjson

from tests.kinds.test_policies import binding, deployment, policy
from tests.kubectl.driving import Kubectl, Printed

TEAM = {"expression": "has(object.metadata.labels) && 'team' in object.metadata.labels"}


def applied(k: Kubectl, *objects: object) -> Printed:
    return [k("apply -f -", orjson.dumps(each).decode()) for each in objects][-1]


def test_a_policy_is_bound_and_decides(k: Kubectl) -> None:
    applied(k, policy(), binding(), policy(TEAM, called="team"), binding("Warn", called="team-asked", to="team"))
    refused = k.fails("apply -f -", orjson.dumps(deployment(9)).decode())
    assert refused.err == (
        "The deployments \"web\" is invalid: : ValidatingAdmissionPolicy 'rules' with binding 'rules-here' denied "
        "request: failed expression: object.spec.replicas <= 5\n"
    )
    warned = applied(k, deployment(3))
    assert warned.out == "deployment.apps/web created\n"
    assert warned.err == (
        "Warning: Validation failed for ValidatingAdmissionPolicy 'team' with binding 'team-asked': failed expression: "
        f"{TEAM['expression']}\n"
    )
    k("delete validatingadmissionpolicybinding rules-here team-asked")
    assert applied(k, deployment(9)).err == ""
