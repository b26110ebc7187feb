"""Which schemas a definition may have, and what is said of others."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.errors import Invalid
from tests.kinds.definitions import definition, version
from tests.kinds.sandbox import Sandbox

PATH = "spec.versions[0].schema.openAPIV3Schema"
TEXT = {"type": "string"}


def faults(*versions: dict[str, Any], **changes: Any) -> list[str]:
    made = definition(*versions)
    made["spec"] |= changes
    with pytest.raises(Invalid) as refused:
        Sandbox().create(made)
    return [str(cause) for cause in refused.value.causes]


def of_field(schema: dict[str, Any]) -> list[str]:
    return [each.removeprefix(f"{PATH}.properties[f]") for each in faults(version({"properties": {"f": schema}}))]


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({}, ".type: Required value: must not be empty for specified object fields"),
        ({"type": "array"}, ".items: Required value: must be specified"),
        (
            {"type": "array", "items": {}},
            ".items.type: Required value: must not be empty for specified array items",
        ),
        (
            {"type": "float"},
            '.type: Unsupported value: "float": supported values: "array", "boolean", "integer", "number", "object", '
            '"string"',
        ),
        (
            {"type": "string", "x-kubernetes-int-or-string": True},
            '.type: Invalid value: "string": must be empty if x-kubernetes-int-or-string is true',
        ),
        ({**TEXT, "$ref": "#/x"}, ".$ref: Forbidden: $ref is not supported"),
        (
            {**TEXT, "uniqueItems": True},
            ".uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
        ),
        (
            {"type": "object", "properties": {"a": TEXT}, "additionalProperties": TEXT},
            ".additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive",
        ),
        (
            {**TEXT, "pattern": "("},
            '.pattern: Invalid value: "(": must be a valid regular expression, but isn\'t: invalid regular expression: '
            "missing ): (",
        ),
        (
            {"type": "integer", "default": "x"},
            f'.default: Invalid value: "string": {PATH}.properties[f].default in body must be of type integer: '
            '"string"',
        ),
        (
            {"type": "object", "properties": {"a": TEXT}, "default": {"b": "x"}},
            '.default: Invalid value: {"b":"x"}: must not have unknown fields',
        ),
        (
            {"type": "array", "items": {"type": "object"}, "x-kubernetes-list-type": "map"},
            ".x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map",
        ),
        (
            {**TEXT, "oneOf": [{"type": "string"}]},
            ".oneOf[0].type: Forbidden: must be empty to be structural",
        ),
        ({**TEXT, "x-kubernetes-validations": [{"rule": " "}]}, None),
    ],
    ids=lambda each: str(each)[:50],
)
def test_schemas_are_structural(schema: dict[str, Any], said: str | None) -> None:
    assert of_field(schema) == [said or ".x-kubernetes-validations[0].rule: Required value: rule is not specified"]


def test_rules_are_compiled_when_they_are_given() -> None:
    rules = [{"rule": "self == foo"}, {"rule": "1 + 1"}, {"rule": "true", "messageExpression": "1"}]
    found = of_field({**TEXT, "x-kubernetes-validations": rules})
    assert [each.partition(": ")[0] for each in found] == [
        ".x-kubernetes-validations[0].rule",
        ".x-kubernetes-validations[1].rule",
        ".x-kubernetes-validations[2].messageExpression",
    ]
    assert "compilation failed: ERROR: <input>:1:9: undeclared reference to 'foo'" in found[0]
    assert found[1].endswith("cel expression must evaluate to a bool")
    assert found[2].endswith("messageExpression must evaluate to a string")


MANY = {"type": "array", "items": TEXT}


@pytest.mark.parametrize(
    ("schema", "rule", "said"),
    [
        ({"type": "integer"}, "self > '1'", "found no matching overload for '_>_' applied to '(int, string)'"),
        ({"type": "object", "properties": {"a": TEXT}}, "self.b == 'x'", "undefined field 'b'"),
        ({"type": "object", "properties": {"a": TEXT}}, "has(self.a) && self.a > 1", "applied to '(string, int)'"),
        ({"type": "object", "properties": {"a": TEXT}}, "!has(self.a) || self.a.startsWith('self.b')", ""),
        ({"type": "object", "properties": {"namespace": TEXT}}, "self.__namespace__ == 'x'", ""),
        ({"type": "object", "additionalProperties": TEXT}, "self.anything == 'x'", ""),
        ({"x-kubernetes-int-or-string": True}, "self == 1 || self == '1'", ""),
    ],
    ids=str,
)
def test_rules_are_looked_at_with_the_types_of_the_schema(schema: dict[str, Any], rule: str, said: str) -> None:
    ruled = {**schema, "x-kubernetes-validations": [{"rule": rule}]}
    if not said:
        Sandbox().create(definition(version({"properties": {"f": ruled}})))
        return
    (found,) = of_field(ruled)
    assert "compilation failed: ERROR: <input>:1:" in found
    assert said in found


@pytest.mark.parametrize(
    ("schema", "rule", "dear"),
    [
        (MANY, "self.all(x, x == 'a')", False),
        (MANY, "self.all(x, self.all(y, x == y))", True),
        ({**MANY, "maxItems": 100}, "self.all(x, self.all(y, x == y))", False),
        (MANY, "self.all(x, x.contains('a'))", True),
        ({**MANY, "maxItems": 100, "items": {**TEXT, "maxLength": 100}}, "self.all(x, x.contains('a'))", False),
        ({"type": "array", "items": MANY}, "self.all(x, x.all(y, y == 'a'))", True),
        (TEXT, "self.contains('a') && self.matches('^a')", False),
    ],
    ids=str,
)
def test_rules_that_may_cost_too_much_are_refused(schema: dict[str, Any], rule: str, dear: bool) -> None:
    ruled = {**schema, "x-kubernetes-validations": [{"rule": rule}]}
    if not dear:
        Sandbox().create(definition(version({"properties": {"f": ruled}})))
        return
    assert of_field(ruled) == [
        ".x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x "
        "(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings "
        "are declared)"
    ]


def test_the_root_is_an_object() -> None:
    assert faults(version({"type": ""})) == [f"{PATH}.type: Required value: must not be empty at the root"]
    assert faults(version({"type": "array", "items": TEXT})) == [
        f'{PATH}.type: Invalid value: "array": must be object at the root'
    ]


def test_paths_of_columns_and_scale_are_read() -> None:
    columns = [{"name": "A", "type": "string", "jsonPath": "spec.a"}]
    below = {"scale": {"specReplicasPath": ".status.replicas", "statusReplicasPath": ""}}
    assert faults(version(additionalPrinterColumns=columns, subresources=below)) == [
        'spec.versions[0].subresources.scale.specReplicasPath: Invalid value: ".status.replicas": should be a json '
        "path under .spec",
        "spec.versions[0].subresources.scale.statusReplicasPath: Required value",
        'spec.versions[0].additionalPrinterColumns[0].jsonPath: Invalid value: "spec.a": is an invalid JSONPath: a '
        "path begins with a dot: 'spec.a'",
    ]


def test_fields_that_lists_are_selected_by_are_plain_ones_of_the_schema() -> None:
    schema = {"properties": {"spec": {"type": "object", "properties": {"a": TEXT, "b": {"type": "object"}}}}}
    paths = (".spec.a", ".spec.a", ".spec.b", ".spec.c", ".metadata.labels")
    found = faults(version(schema, selectableFields=[{"jsonPath": each} for each in paths]))
    at = "spec.versions[0].selectableFields"
    assert found == [
        f'{at}[1].jsonPath: Duplicate value: ".spec.a"',
        f'{at}[2].jsonPath: Invalid value: ".spec.b": must point to a field of type string, boolean or integer',
        f'{at}[3].jsonPath: Invalid value: ".spec.c": is an invalid path: does not refer to a valid field',
        f'{at}[4].jsonPath: Invalid value: ".metadata.labels": must not point to fields in metadata',
    ]


def test_groups_of_kubernetes_itself_need_its_approval() -> None:
    made = definition()
    made["metadata"]["name"], made["spec"]["group"] = "crontabs.stable.k8s.io", "stable.k8s.io"
    with pytest.raises(Invalid) as refused:
        Sandbox().create(made)
    assert [cause.field for cause in refused.value.causes] == ["metadata.annotations[api-approved.kubernetes.io]"]
    made["metadata"]["annotations"] = {"api-approved.kubernetes.io": "unapproved, for a test"}
    Sandbox().create(made)
