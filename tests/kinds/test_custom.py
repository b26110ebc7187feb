"""Kinds that definitions define: what of an object is kept, filled, refused, and with which words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.kinds import BUILT_IN, custom
from cluster.kinds.admission import check_fields
from cluster.kinds.custom.structural import EMBEDDED, INT_OR_STRING, PRESERVE
from cluster.machinery.errors import BadRequest, Invalid
from cluster.machinery.objects import CUSTOM_DEFINITIONS
from tests.kinds.definitions import GROUP, crontab, definition, established, version
from tests.kinds.sandbox import NOW, Sandbox

TEXT, WHOLE = {"type": "string"}, {"type": "integer"}


def obj(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def serving(**properties: Any) -> Sandbox:
    """A cluster whose CronTabs have a spec of these fields."""
    sandbox = Sandbox()
    established(sandbox, definition(version(obj(spec=obj(**properties), status=obj(count=WHOLE)))))
    return sandbox


def faults(sandbox: Sandbox, **spec: Any) -> list[str]:
    with pytest.raises(Invalid) as refused:
        sandbox.create(crontab(spec=spec))
    return [str(cause) for cause in refused.value.causes]


def test_a_world_without_definitions_has_the_built_in_registry_itself() -> None:
    assert custom.of(Sandbox().world) is BUILT_IN


def test_a_definition_is_served_when_it_is_established_and_until_it_changes() -> None:
    sandbox = Sandbox()
    made = sandbox.create(definition())
    assert custom.of(sandbox.world) is BUILT_IN
    sandbox.delete(made)
    sandbox = serving()
    registry = custom.of(sandbox.world)
    assert registry is custom.of(sandbox.world)
    kind = registry.by_kind(f"{GROUP}/v1", "CronTab")
    assert kind is not None and kind is registry.by_path(f"{GROUP}/v1", "crontabs")
    assert (kind.api_version, kind.resource, kind.namespaced, kind.singular) == (
        f"{GROUP}/v1",
        "crontabs",
        True,
        "crontab",
    )
    assert registry.by_kind("v1", "Pod") is BUILT_IN.by_kind("v1", "Pod")


@pytest.mark.parametrize(
    ("schema", "given", "message"),
    [
        (WHOLE, "x", 'Invalid value: "string": spec.f in body must be of type integer: "string"'),
        (WHOLE, 1.5, 'Invalid value: "number": spec.f in body must be of type integer: "number"'),
        (TEXT, None, 'Invalid value: "null": spec.f in body must be of type string: "null"'),
        (
            {"type": "array", "items": TEXT},
            {},
            'Invalid value: "object": spec.f in body must be of type array: "object"',
        ),
        ({**WHOLE, "minimum": 1}, 0, "Invalid value: 0: spec.f in body should be greater than or equal to 1"),
        ({**WHOLE, "maximum": 3}, 4, "Invalid value: 4: spec.f in body should be less than or equal to 3"),
        (
            {**WHOLE, "minimum": 1, "exclusiveMinimum": True},
            1,
            "Invalid value: 1: spec.f in body should be greater than 1",
        ),
        ({**WHOLE, "multipleOf": 3}, 4, "Invalid value: 4: spec.f in body should be a multiple of 3"),
        ({**TEXT, "minLength": 2}, "a", 'Invalid value: "a": spec.f in body should be at least 2 chars long'),
        ({**TEXT, "maxLength": 2}, "abc", "Too long: may not be more than 2 bytes"),
        ({**TEXT, "pattern": "^a+$"}, "b", "Invalid value: \"b\": spec.f in body should match '^a+$'"),
        ({**TEXT, "enum": ["a", "b"]}, "c", 'Unsupported value: "c": supported values: "a", "b"'),
        ({**TEXT, "format": "date"}, "x", 'Invalid value: "x": spec.f in body must be of type date: "x"'),
        ({**TEXT, "format": "ipv4"}, "::1", 'Invalid value: "::1": spec.f in body must be of type ipv4: "::1"'),
        ({"type": "array", "items": TEXT, "maxItems": 1}, ["a", "b"], "Too many: 2: must have at most 1 items"),
        (
            {"type": "array", "items": TEXT, "x-kubernetes-list-type": "set"},
            ["a", "a"],
            'Duplicate value: "a"',
        ),
        (
            {INT_OR_STRING: True},
            True,
            'Invalid value: "boolean": spec.f in body must be of type integer,string: "boolean"',
        ),
        (
            {**WHOLE, "not": {"enum": [7]}},
            7,
            'Invalid value: 7: "spec.f" must not validate the schema (not)',
        ),
    ],
    ids=lambda each: str(each)[:40],
)
def test_values_are_judged_in_the_api_servers_words(schema: dict[str, Any], given: Any, message: str) -> None:
    found = faults(serving(f=schema), f=given)
    assert [each.partition(": ")[2] for each in found] == [message]
    assert found[0].startswith("spec.f")


@pytest.mark.parametrize(
    ("schema", "given"),
    [
        ({**TEXT, "nullable": True}, None),
        ({INT_OR_STRING: True}, 1),
        ({INT_OR_STRING: True}, "1"),
        ({"type": "number"}, 1),
        (WHOLE, 2.0),
        ({**TEXT, "format": "date-time"}, "2024-02-29T10:00:00.5+01:00"),
        ({**TEXT, "format": "anything-else"}, "x"),
        ({"type": "array", "items": TEXT}, []),
        ({"type": "object", "additionalProperties": WHOLE}, {"a": 1}),
    ],
    ids=str,
)
def test_what_fits_is_kept_as_it_is(schema: dict[str, Any], given: Any) -> None:
    assert serving(f=schema).create(crontab(spec={"f": given}))["spec"] == {"f": given}


def test_what_is_required_is_asked_for() -> None:
    sandbox = Sandbox()
    established(sandbox, definition(version({"properties": {"spec": {**obj(a=TEXT), "required": ["a"]}}})))
    assert faults(sandbox) == ["spec.a: Required value"]


def test_unknown_fields_are_pruned_and_defaults_filled() -> None:
    item = {**obj(name=TEXT, kept={"type": "object", PRESERVE: True}), "required": ["name"]}
    sandbox = serving(
        image={**TEXT, "default": "nginx"},
        deep=obj(inner={**WHOLE, "default": 3}),
        items={"type": "array", "items": item},
        free={"type": "object", "additionalProperties": obj(a=TEXT)},
    )
    given = {
        "image": None,
        "nope": 1,
        "deep": {"nope": 1},
        "items": [{"name": "x", "nope": 1, "kept": {"nope": [1]}}],
        "free": {"k": {"a": "b", "nope": 1}},
    }
    made = sandbox.create(crontab(spec=given, status={"count": 1}, other=1))
    assert made["spec"] == {
        "image": "nginx",
        "deep": {"inner": 3},
        "items": [{"name": "x", "kept": {"nope": [1]}}],
        "free": {"k": {"a": "b"}},
    }
    assert "other" not in made
    told = check_fields(sandbox.kind(made), crontab(spec=given, other=1), "Warn")
    assert told == [
        'unknown field "spec.nope"',
        'unknown field "spec.deep.nope"',
        'unknown field "spec.items[0].nope"',
        'unknown field "spec.free.k.nope"',
        'unknown field "other"',
    ]


def test_strict_reading_names_every_unknown_field() -> None:
    sandbox = serving(template={"type": "object", EMBEDDED: True, "properties": {"spec": obj(a=TEXT)}})
    wrong = crontab(
        spec={
            "template": {"apiVersion": "v1", "kind": "X", "metadata": {"name": "x", "nope": 1}, "spec": {"b": 1}},
        }
    )
    wrong["metadata"]["what"] = "x"
    with pytest.raises(BadRequest) as refused:
        check_fields(sandbox.kind(wrong), wrong, "Strict")
    assert refused.value.message == (
        'CronTab in version "v1" cannot be handled as a CronTab: strict decoding error: unknown field "metadata.what", '
        'unknown field "spec.template.metadata.nope", unknown field "spec.template.spec.b"'
    )


def test_a_root_that_keeps_everything_keeps_everything() -> None:
    sandbox = Sandbox()
    established(sandbox, definition(version({PRESERVE: True})))
    given: dict[str, Any] = {"a": [None, {"b": []}], "c": None}
    made = sandbox.create(crontab(spec=given, more=1))
    assert (made["spec"], made["more"]) == (given, 1)
    assert check_fields(sandbox.kind(made), crontab(spec=given), "Strict") == []


def test_rules_see_the_object_and_what_it_was() -> None:
    rules = [
        {"rule": "self.least <= self.most", "messageExpression": "'%d is over %d'.format([self.least, self.most])"},
        {"rule": "!has(oldSelf.name) || self.name == oldSelf.name", "message": "name is fixed", "fieldPath": ".name"},
        {"rule": "self.most < 100", "reason": "FieldValueForbidden"},
        {"rule": "self.list[3] == 1"},
    ]
    schema = {**obj(least=WHOLE, most=WHOLE, name=TEXT, list={"type": "array", "items": WHOLE})}
    sandbox = Sandbox()
    established(sandbox, definition(version(obj(spec={**schema, "x-kubernetes-validations": rules}))))
    good = {"least": 1, "most": 2, "name": "a", "list": [1, 1, 1, 1]}
    made = sandbox.create(crontab(spec=good))
    with pytest.raises(Invalid) as refused:
        sandbox.update({**made, "spec": {**good, "least": 500, "most": 400, "name": "b", "list": [1]}})
    assert [str(cause) for cause in refused.value.causes] == [
        'spec: Invalid value: "object": 500 is over 400',
        'spec.name: Invalid value: "object": name is fixed',
        "spec: Forbidden: failed rule: self.most < 100",
        'spec: Invalid value: "object": index out of bounds: 3 evaluating rule: self.list[3] == 1',
    ]
    assert faults(sandbox, least=1, most=2, name="a", list=[1]) == [
        'spec: Invalid value: "object": index out of bounds: 3 evaluating rule: self.list[3] == 1'
    ]


def test_a_rule_that_would_go_on_too_long_is_stopped() -> None:
    deep = "self.all(a, self.all(b, self.all(c, self.all(d, a + b + c + d >= 0))))"
    rules = [{"rule": deep}]
    sandbox = serving(l={"type": "array", "items": WHOLE, "maxItems": 50, "x-kubernetes-validations": rules})
    assert faults(sandbox, l=list(range(50))) == [
        "spec.l: Invalid value: \"array\": 'operation cancelled: actual cost limit exceeded': no further validation "
        f"rules will be run due to call cost exceeds limit for rule: {deep}",
        '<nil>: Invalid value: "object": validation failed due to running out of cost budget, no further validation '
        "rules will be run",
    ]


def test_what_did_not_change_is_not_judged_again() -> None:
    sandbox = serving(old=TEXT, new=TEXT)
    made = sandbox.create(crontab(spec={"old": "long text", "new": "a"}))
    stored = sandbox.world.list(CUSTOM_DEFINITIONS)[0]
    short = {**TEXT, "maxLength": 3}
    sandbox.update({**stored, "spec": definition(version(obj(spec=obj(old=short, new=short))))["spec"]})
    changed = sandbox.update({**made, "spec": {"old": "long text", "new": "b"}})
    assert changed["spec"]["new"] == "b"
    with pytest.raises(Invalid):
        sandbox.update({**changed, "spec": {"old": "other text", "new": "b"}})


def test_the_status_is_written_by_itself_where_it_is_a_subresource() -> None:
    sandbox = Sandbox()
    schema = obj(spec=obj(a=WHOLE), status=obj(count=WHOLE))
    established(sandbox, definition(version(schema, subresources={"status": {}})))
    made = sandbox.create(crontab(spec={"a": 1}, status={"count": 5}))
    assert "status" not in made
    assert made["metadata"]["generation"] == 1
    told = sandbox.update({**made, "spec": {"a": 9}, "status": {"count": 5, "nope": 1}}, "status")
    assert (told["spec"], told["status"], told["metadata"]["generation"]) == ({"a": 1}, {"count": 5}, 1)
    changed = sandbox.update({**told, "spec": {"a": 9}, "status": {"count": 7}})
    assert (changed["spec"], changed["status"], changed["metadata"]["generation"]) == ({"a": 9}, {"count": 5}, 2)
    with pytest.raises(Invalid):
        sandbox.update({**changed, "status": {"count": "x"}}, "status")


def test_versions_have_schemas_of_their_own_and_one_object() -> None:
    sandbox = Sandbox()
    one = version(obj(spec=obj(a=TEXT)), "v1", storage=False)
    two = version(obj(spec=obj(a=TEXT, b={**TEXT, "default": "x"})), "v2")
    established(sandbox, definition(one, two))
    kind = custom.of(sandbox.world).by_path(f"{GROUP}/v1", "crontabs")
    assert kind is not None and (kind.api_version, kind.served_versions) == (f"{GROUP}/v2", (f"{GROUP}/v1",))
    made = sandbox.create(crontab(api="v1", spec={"a": "1", "b": "2"}))
    assert (made["apiVersion"], made["spec"]) == (f"{GROUP}/v2", {"a": "1"})
    made = sandbox.create(crontab("other", "v2", spec={"a": "1"}))
    assert made["spec"] == {"a": "1", "b": "x"}


def test_metadata_is_that_of_every_object() -> None:
    sandbox = serving()
    wrong = crontab()
    wrong["metadata"]["labels"] = {"a": 1}
    with pytest.raises(BadRequest):
        sandbox.create(wrong)
    wrong["metadata"]["labels"] = {"a": "?"}
    with pytest.raises(Invalid):
        sandbox.create(wrong)


def test_columns_are_paths_into_the_object() -> None:
    columns = [
        {"name": "Spec", "type": "string", "jsonPath": ".spec.a"},
        {"name": "Ready", "type": "string", "jsonPath": '.status.conditions[?(@.type=="Ready")].status', "priority": 1},
        {"name": "Count", "type": "integer", "jsonPath": ".spec.count"},
        {"name": "Since", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
        {"name": "All", "type": "string", "jsonPath": ".spec"},
    ]
    sandbox = Sandbox()
    established(sandbox, definition(version({PRESERVE: True}, additionalPrinterColumns=columns)))
    made = sandbox.create(
        crontab(spec={"a": "x", "count": 2.0}, status={"conditions": [{"type": "Ready", "status": "True"}]})
    )
    kind = sandbox.kind(made)
    assert [column.cell(made, NOW + 90) for column in kind.columns] == [
        "my",
        "x",
        "True",
        2,
        "90s",
        '{"a":"x","count":2.0}',
    ]
    assert [column.priority for column in kind.columns] == [0, 0, 1, 0, 0, 0]
    empty = {"apiVersion": made["apiVersion"], "kind": "CronTab", "metadata": {"name": "x"}}
    assert [column.cell(empty, NOW) for column in kind.columns] == ["x", None, None, None, None, None]


def test_finalizers_of_custom_objects_may_have_any_name() -> None:
    sandbox = serving()
    wrong = crontab()
    wrong["metadata"]["finalizers"] = ["finalizer.example.com"]
    made = sandbox.create(wrong)
    assert sandbox.delete(made) is not None
    account = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": wrong["metadata"]}
    with pytest.raises(Invalid):
        sandbox.create(account)


def test_a_definition_that_goes_takes_nothing_new() -> None:
    sandbox = serving()
    (stored,) = sandbox.world.list(CUSTOM_DEFINITIONS)
    held = sandbox.delete(stored)
    assert held is not None
    assert held["metadata"]["finalizers"] == ["customresourcecleanup.apiextensions.k8s.io"]
    terminating = held["status"]["conditions"][-1]
    assert (terminating["type"], terminating["reason"]) == ("Terminating", "InstanceDeletionPending")
    assert sandbox.delete(held) == held
    kind = custom.of(sandbox.world).by_kind(f"{GROUP}/v1", "CronTab")
    assert kind is not None and "create" not in kind.verbs and "delete" in kind.verbs


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, ""),
        ({"deprecated": True}, "stable.example.com/v1 CronTab is deprecated"),
        ({"deprecated": True, "deprecationWarning": "use v2"}, "use v2"),
    ],
)
def test_a_version_that_is_going_says_so(given: dict[str, Any], told: str) -> None:
    sandbox = Sandbox()
    established(sandbox, definition(version(**given)))
    kind = custom.of(sandbox.world).by_kind(f"{GROUP}/v1", "CronTab")
    assert kind is not None
    assert kind.deprecated == told
