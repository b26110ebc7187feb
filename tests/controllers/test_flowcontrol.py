"""The API server's own FlowSchemas and levels, and what every schema tells of its level."""

from __future__ import annotations

from cluster.bootstrap.flowcontrol import flow_control
from cluster.controllers import flowcontrol
from cluster.intents import Delete, Patch
from cluster.machinery.objects import FLOW_SCHEMAS, PRIORITY_LEVELS, Obj, condition, key, spec
from tests.controllers.street import Street

SCHEMA: Obj = {
    "apiVersion": "flowcontrol.apiserver.k8s.io/v1",
    "kind": "FlowSchema",
    "metadata": {"name": "mine"},
    "spec": {"priorityLevelConfiguration": {"name": "gold"}},
}
LEVEL: Obj = {
    "apiVersion": "flowcontrol.apiserver.k8s.io/v1",
    "kind": "PriorityLevelConfiguration",
    "metadata": {"name": "gold"},
    "spec": {"type": "Limited", "limited": {"limitResponse": {"type": "Reject"}}},
}


def street(*objects: Obj) -> Street:
    made = Street(flowcontrol.CONTROLLER)
    made.create(*flow_control(), *objects)
    made.rest()
    return made


def dangling(made: Street, name: str) -> tuple[str, str, str]:
    found = condition(made.world.find(FLOW_SCHEMAS, "", name) or {}, "Dangling")
    assert found is not None
    return found["status"], found["reason"], found["message"]


def test_a_new_cluster_has_thirteen_schemas_and_eight_levels_that_need_no_mending() -> None:
    made = street()
    assert (made.world.count(FLOW_SCHEMAS), made.world.count(PRIORITY_LEVELS)) == (13, 8)
    for schema in made.world.bucket(FLOW_SCHEMAS, "").values():
        assert dangling(made, schema["metadata"]["name"])[0] == "False"
        assert schema["metadata"]["generation"] == 1
    planned = made.planned
    made.rest()
    assert made.planned == planned


def test_a_schema_whose_level_is_missing_dangles_until_it_is_there() -> None:
    made = street(SCHEMA)
    about = 'This FlowSchema references the PriorityLevelConfiguration object named "gold"'
    assert dangling(made, "mine") == ("True", "NotFound", f"{about} but there is no such object")
    made.create(LEVEL)
    made.rest()
    assert dangling(made, "mine") == ("False", "Found", f"{about} and it exists")
    made.do(Delete(key(PRIORITY_LEVELS, "", "gold")))
    made.rest()
    assert dangling(made, "mine")[0] == "True"


def test_what_is_deleted_comes_back_and_what_is_changed_is_put_right_unless_taken_over() -> None:
    made = street()
    for where in (key(FLOW_SCHEMAS, "", "catch-all"), key(PRIORITY_LEVELS, "", "workload-low")):
        made.do(Delete(where))
        made.rest()
        assert made.world.get(where) is not None
    own, level = key(FLOW_SCHEMAS, "", "service-accounts"), {"spec": {"matchingPrecedence": 77}}
    made.do(Patch(own, "merge", level))
    made.rest()
    assert spec(made.world.get(own) or {})["matchingPrecedence"] == 9000
    taken = {"metadata": {"annotations": {"apf.kubernetes.io/autoupdate-spec": "false"}}, **level}
    made.do(Patch(own, "merge", taken))
    made.rest()
    assert spec(made.world.get(own) or {})["matchingPrecedence"] == 77
