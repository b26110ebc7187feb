"""ValidatingAdmissionPolicies: which requests they are asked about, and what becomes of those they do not like."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.controllers import admissionpolicies
from cluster.intents import Create, Delete, Patch, Update
from cluster.kinds.kind import Admission, Asker
from cluster.kinds.policies import BINDINGS, POLICIES, Denied
from cluster.machinery.errors import ApiError, Invalid
from cluster.machinery.objects import DEPLOYMENTS, NAMESPACES, GroupResource, Obj, key, status
from cluster.store.effects import effect_of
from tests.controllers.street import Street

WEB = key(DEPLOYMENTS, "default", "web")
API = "admissionregistration.k8s.io/v1"
RULE = {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["deployments"]}
FIVE = {"expression": "object.spec.replicas <= 5"}
N = {"name": "n", "expression": "object.spec.replicas"}
LIMITS = {"apiVersion": "v1", "kind": "ConfigMap"}


def policy(*validations: dict[str, Any], called: str = "rules", rule: dict[str, Any] | None = None, **more: Any) -> Obj:
    constraints = more.pop("matchConstraints", {})
    given = {
        "matchConstraints": {"resourceRules": [{**RULE, **(rule or {})}], **constraints},
        "validations": list(validations) or [FIVE],
        **more,
    }
    return {"apiVersion": API, "kind": "ValidatingAdmissionPolicy", "metadata": {"name": called}, "spec": given}


def binding(*actions: str, called: str = "rules-here", to: str = "rules", **more: Any) -> Obj:
    given = {"policyName": to, "validationActions": list(actions) or ["Deny"], **more}
    return {"apiVersion": API, "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": called}, "spec": given}


def deployment(replicas: int = 9, name: str = "web", namespace: str = "default", **labels: str) -> Obj:
    chosen = {"app": "web"}
    template = {"metadata": {"labels": chosen}, "spec": {"containers": [{"name": "c", "image": "nginx:1"}]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"replicas": replicas, "selector": {"matchLabels": chosen}, "template": template},
    }


def street(*objects: Obj) -> Street:
    made = Street()
    spaces = ({"name": "default"}, {"name": "test", "labels": {"environment": "test"}})
    made.create(*({"apiVersion": "v1", "kind": "Namespace", "metadata": each} for each in spaces), *objects)
    return made


def denied(made: Street, intent: Any) -> Denied:
    with pytest.raises(Denied) as refused:
        made.do(intent)
    return refused.value


def test_what_a_policy_denies_is_refused_in_the_api_servers_words() -> None:
    made = street(policy(), binding())
    refused = denied(made, Create(deployment()))
    said = (
        "ValidatingAdmissionPolicy 'rules' with binding 'rules-here' denied request: failed expression: "
        "object.spec.replicas <= 5"
    )
    assert refused.status() == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": f'deployments.apps "web" is forbidden: {said}',
        "reason": "Invalid",
        "details": {"name": "web", "group": "apps", "kind": "deployments", "causes": [{"message": said}]},
        "code": 422,
    }
    assert made.world.get(WEB) is None
    made.do(Create(deployment(5)))
    denied(made, Patch(WEB, "merge", {"spec": {"replicas": 6}}))
    made.do(Delete(WEB))


@pytest.mark.parametrize(
    ("validation", "code", "reason", "message"),
    [
        ({**FIVE, "message": " no more than five "}, 422, "Invalid", "no more than five"),
        (
            {**FIVE, "messageExpression": "'%d are too many'.format([object.spec.replicas])", "reason": "Forbidden"},
            403,
            "Forbidden",
            "9 are too many",
        ),
        ({**FIVE, "messageExpression": "object.spec.nope", "reason": "Unauthorized"}, 401, "Unauthorized", None),
        (
            {"expression": "object.spec.nope > 1"},
            422,
            "Invalid",
            "expression 'object.spec.nope > 1' resulted in error: no such key: nope",
        ),
    ],
)
def test_messages_and_reasons(validation: dict[str, Any], code: int, reason: str, message: str | None) -> None:
    refused = denied(street(policy(validation), binding()), Create(deployment()))
    assert (refused.code, refused.reason) == (code, reason)
    expected = message or f"failed expression: {FIVE['expression']}"
    assert refused.message.endswith(f" denied request: {expected}")


@pytest.mark.parametrize(
    "fields",
    [
        {"rule": {"operations": ["DELETE"]}},
        {"rule": {"resources": ["deployments/scale"]}},
        {"rule": {"apiGroups": ["batch"]}},
        {"rule": {"resourceNames": ["other"]}},
        {"rule": {"scope": "Cluster"}},
        {"matchConstraints": {"excludeResourceRules": [{**RULE, "resourceNames": ["web"]}]}},
        {"matchConstraints": {"objectSelector": {"matchLabels": {"a": "b"}}}},
        {"matchConstraints": {"namespaceSelector": {"matchLabels": {"environment": "test"}}}},
        {"matchConditions": [{"name": "not-web", "expression": "object.metadata.name != 'web'"}]},
        {"failurePolicy": "Ignore", "matchConditions": [{"name": "broken", "expression": "object.nope == 1"}]},
        {"failurePolicy": "Ignore", "validations": [{"expression": "object.nope == 1"}]},
    ],
    ids=str,
)
def test_what_a_policy_is_not_about_passes(fields: dict[str, Any]) -> None:
    made = street(policy(**fields), binding())
    assert made.do(Create(deployment())) is not None


@pytest.mark.parametrize(
    "fields",
    [
        {"rule": {"operations": ["*"], "apiGroups": ["*"], "apiVersions": ["*"], "resources": ["*"]}},
        {"rule": {"resources": ["*/*"]}},
        {"rule": {"resourceNames": ["web"], "scope": "Namespaced"}},
        {"matchConstraints": {"objectSelector": {"matchLabels": {"tier": "front"}}}},
        {"matchConstraints": {"namespaceSelector": {"matchLabels": {"environment": "test"}}}},
        {"matchConditions": [{"name": "web", "expression": "object.metadata.name == 'web'"}]},
        {
            "variables": [{"name": "n", "expression": "object.spec.replicas"}],
            "validations": [{"expression": "variables.n < 3"}],
        },
        {"validations": [{"expression": "namespaceObject.metadata.labels.environment != 'test'"}]},
        {"validations": [{"expression": "request.operation != 'CREATE' || oldObject != null"}]},
        {"validations": [{"expression": "request.userInfo.username == 'eve' && 'x' in request.userInfo.groups"}]},
        {"validations": [{"expression": "object.spec.template.spec.containers.all(c, c.image.endsWith(':2'))"}]},
    ],
    ids=str,
)
def test_what_a_policy_is_about_is_denied(fields: dict[str, Any]) -> None:
    made = street(policy(**fields), binding())
    denied(made, Create(deployment(9, namespace="test", tier="front")))


def test_a_binding_narrows_and_decides_what_a_denial_means() -> None:
    narrow = {"namespaceSelector": {"matchLabels": {"environment": "test"}}}
    made = street(policy(), binding(matchResources=narrow), binding("Warn", "Audit", called="warned"))
    effect = effect_of(Create(deployment()), Admission(made.world, made.now, made.dice(), made.config))
    assert effect.warnings == (
        "Validation failed for ValidatingAdmissionPolicy 'rules' with binding 'warned': failed expression: "
        "object.spec.replicas <= 5",
    )
    denied(made, Create(deployment(namespace="test")))
    made.do(Create(deployment()))


def test_parameters_come_from_objects() -> None:
    takes = policy(
        {"expression": "object.spec.replicas <= int(params.data.most)"},
        paramKind={"apiVersion": "v1", "kind": "ConfigMap"},
    )
    reference = {"name": "limits", "namespace": "default", "parameterNotFoundAction": "Deny"}
    made = street(takes, binding(paramRef=reference))
    assert denied(made, Create(deployment())).message.endswith(
        "denied request: failed to configure binding: no params found for policy binding with `Deny` "
        "parameterNotFoundAction"
    )
    limits = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "limits", "namespace": "default"}}
    made.create({**limits, "data": {"most": "3"}})
    denied(made, Create(deployment(4)))
    made.do(Create(deployment(3)))


def test_parameters_that_are_selected_are_all_asked() -> None:
    takes = policy(
        {"expression": "object.spec.replicas <= int(params.data.most)"},
        paramKind={"apiVersion": "v1", "kind": "ConfigMap"},
    )
    reference = {"selector": {"matchLabels": {"limits": "yes"}}, "parameterNotFoundAction": "Allow"}
    made = street(takes, binding(paramRef=reference))
    made.do(Create(deployment(9, "free")))
    for name, most in (("a", "9"), ("b", "3")):
        metadata = {"name": name, "namespace": "default", "labels": {"limits": "yes"}}
        made.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"most": most}})
    denied(made, Create(deployment(4)))


def test_deletions_and_other_parts_have_rules_of_their_own() -> None:
    deletion = policy(
        {"expression": "oldObject.metadata.name != 'web' && object == null"}, rule={"operations": ["DELETE"]}
    )
    state = policy({"expression": "false"}, called="state", rule={"resources": ["deployments/status"]})
    made = street(deletion, binding(), state, binding(called="state-here", to="state"))
    stored = made.do(Create(deployment()))
    assert stored is not None
    denied(made, Delete(WEB))
    denied(made, Update({**stored, "status": {"replicas": 1}}, "status"))
    made.do(Patch(WEB, "merge", {"spec": {"replicas": 2}}))


def test_other_versions_of_a_resource_are_matched_as_its_own() -> None:
    rule = {"apiGroups": ["autoscaling"], "apiVersions": ["v1"], "resources": ["horizontalpodautoscalers"]}
    seen = {"expression": "object.apiVersion == 'autoscaling/v1' && object.spec.targetCPUUtilizationPercentage < 50"}
    made = street(policy(seen, rule=rule), binding())
    usage: dict[str, Any] = {"type": "Utilization", "averageUtilization": 80}
    metric = {"type": "Resource", "resource": {"name": "cpu", "target": usage}}
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    autoscaler = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"scaleTargetRef": target, "maxReplicas": 3, "metrics": [metric]},
    }
    denied(made, Create(autoscaler))
    usage["averageUtilization"] = 40
    made.do(Create(autoscaler))


def test_who_asks_is_told() -> None:
    seen = {"expression": "request.userInfo.username == 'ada' && 'staff' in request.userInfo.groups"}
    made = street(policy(seen), binding())
    ada = Asker("ada", ("staff",))
    admission = Admission(made.world, made.now, made.dice(), made.config, asker=ada)
    assert effect_of(Create(deployment()), admission).new is not None
    with pytest.raises(Denied):
        effect_of(Create(deployment()), admission._replace(asker=ada._replace(groups=())))


def test_a_dry_run_is_told_from_what_is_meant() -> None:
    made = street(policy({"expression": "request.dryRun"}), binding())
    admission = Admission(made.world, made.now, made.dice(), made.config)
    assert effect_of(Create(deployment()), admission._replace(dry_run=True)).new is not None
    with pytest.raises(Denied):
        effect_of(Create(deployment()), admission)


CREATE = ".namespace('default').check('create').allowed()"


@pytest.mark.parametrize(
    ("expression", "may"),
    [
        ("authorizer.group('apps').resource('deployments').namespace('default').check('create').allowed()", True),
        ("authorizer.requestResource.check('create').allowed()", True),
        ("authorizer.requestResource.check('delete').allowed()", False),
        ("authorizer.group('').resource('pods').subresource('log').check('get').allowed()", False),
        ("authorizer.path('/healthz').check('get').allowed()", False),
        ("authorizer.serviceAccount('default', 'robot').group('apps').resource('deployments')" + CREATE, False),
        ("authorizer.serviceAccount('default', 'robot').path('/healthz').check('get').reason() == ''", True),
    ],
)
def test_the_authorizer_can_be_asked(expression: str, may: bool) -> None:
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "r", "namespace": "default"},
        "rules": [{"verbs": ["create"], "apiGroups": ["apps"], "resources": ["deployments"]}],
    }
    bound = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "b", "namespace": "default"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"},
        "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "ada"}],
    }
    made = street(role, bound, policy({"expression": expression}), binding())
    admission = Admission(made.world, made.now, made.dice(), made.config, asker=Asker("ada"))
    if may:
        assert effect_of(Create(deployment()), admission).new is not None
    else:
        with pytest.raises(Denied):
            effect_of(Create(deployment()), admission)


def test_policies_never_stand_in_the_way_of_mending_them() -> None:
    everything = {"operations": ["*"], "apiGroups": ["*"], "apiVersions": ["*"], "resources": ["*/*"]}
    made = street(policy({"expression": "false"}, rule=everything), binding())
    denied(made, Create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "x"}}))
    denied(made, Delete(key(NAMESPACES, "", "test")))
    made.do(Delete(key(BINDINGS, "", "rules-here")))
    made.do(Delete(key(NAMESPACES, "", "test")))


def test_what_goes_on_too_long_is_denied() -> None:
    deep = "[1,2,3,4,5,6,7,8,9,10]"
    source = f"{deep}.all(a, {deep}.all(b, {deep}.all(c, {deep}.all(d, {deep}.all(e, a + b + c + d + e > 0)))))"
    refused = denied(street(policy({"expression": source}), binding()), Create(deployment()))
    assert "operation cancelled: actual cost limit exceeded" in refused.message


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"validations": [{"expression": "object.x +"}]}, "spec.validations[0].expression", "Syntax error"),
        ({"validations": [{"expression": "1"}]}, "spec.validations[0].expression", "must evaluate to bool"),
        (
            {"validations": [{"expression": "true", "messageExpression": "1"}]},
            "spec.validations[0].messageExpression",
            "must evaluate to string",
        ),
        ({"variables": [{"name": "a", "expression": "foo"}]}, "spec.variables[0].expression", "undeclared reference"),
        (
            {"matchConditions": [{"name": "a", "expression": "foo"}]},
            "spec.matchConditions[0].expression",
            "undeclared reference",
        ),
    ],
)
def test_expressions_are_compiled_when_they_are_given(fields: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        street(policy(**fields))
    assert [(cause.field, said in cause.message) for cause in refused.value.causes] == [(field, True)]


def test_types_are_looked_at_and_told_in_the_status() -> None:
    made = Street(admissionpolicies.CONTROLLER)
    validations = [
        {"expression": "object.spec.replicas > '1'"},
        {"expression": "object.spec.replicsa > 1"},
        {"expression": "object.metadata.labels.app == 'web' && has(object.spec.paused)"},
    ]
    made.create(policy(*validations), policy(called="fine"))
    made.rest()
    told = made.world.get(key(POLICIES, "", "rules")) or {}
    assert status(told)["observedGeneration"] == 1
    warned = status(told)["typeChecking"]["expressionWarnings"]
    assert [each["fieldRef"] for each in warned] == ["spec.validations[0].expression", "spec.validations[1].expression"]
    assert warned[0]["warning"].startswith(
        "apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_>_' applied to '(int, string)'"
    )
    assert warned[1]["warning"] == (
        "apps/v1, Kind=Deployment: ERROR: <input>:1:12: undefined field 'replicsa'\n"
        " | object.spec.replicsa > 1\n | ...........^"
    )
    assert status(made.world.get(key(POLICIES, "", "fine")) or {})["typeChecking"] == {}


def test_a_world_without_bindings_asks_nobody() -> None:
    made = street(policy())
    made.do(Create(deployment()))
    assert made.world.count(GroupResource("apps", "deployments")) == 1
    with pytest.raises(ApiError):
        street(policy(), binding()).do(Create(deployment()))
