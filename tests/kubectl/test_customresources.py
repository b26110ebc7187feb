"""CustomResourceDefinitions driven by kubectl, as the official task "Extend the Kubernetes API" does."""

from __future__ import annotations

import orjson

from tests.kinds.definitions import GROUP, crontab, definition, version
from tests.kubectl.driving import Kubectl

SPEC = {
    "type": "object",
    "properties": {
        "cronSpec": {"type": "string", "description": "When it runs."},
        "replicas": {"type": "integer", "minimum": 1, "maximum": 10, "default": 1},
    },
}
COLUMNS = [
    {"name": "Spec", "type": "string", "jsonPath": ".spec.cronSpec"},
    {"name": "Replicas", "type": "integer", "jsonPath": ".spec.replicas"},
]
DEFINITION = definition(version({"properties": {"spec": SPEC}}, additionalPrinterColumns=COLUMNS), shortNames=["ct"])


def text(obj: object) -> str:
    return orjson.dumps(obj).decode()


def test_a_kind_of_ones_own(k: Kubectl) -> None:
    assert k.apply(text(DEFINITION)) == [f"customresourcedefinition.apiextensions.k8s.io/crontabs.{GROUP} created"]
    k(f"wait --for condition=established crd/crontabs.{GROUP}")
    assert k.apply(text(crontab(spec={"cronSpec": "* * * * */5"}))) == [f"crontab.{GROUP}/my created"]
    assert k("get ct").rows == [["NAME", "SPEC", "REPLICAS"], ["my", "* * * * */5", "1"]]
    assert "cronSpec\t<string>\n    When it runs." in k("explain crontabs.spec").out
    assert [GROUP in line for line in k("api-resources").lines].count(True) == 1
    refused = k.fails("apply -f -", text(crontab("b", spec={"cronSpec": 1, "replicas": 11})))
    assert refused.err.splitlines() == [
        'The CronTab "b" is invalid: ',
        '* spec.cronSpec: Invalid value: "integer": spec.cronSpec in body must be of type string: "integer"',
        "* spec.replicas: Invalid value: 11: spec.replicas in body should be less than or equal to 10",
    ]
    unknown = k.fails("create --validate=strict -f -", text(crontab("b", spec={"nope": 1})))
    assert 'strict decoding error: unknown field "spec.nope"' in unknown.err
    k(["patch", "ct", "my", "--type=merge", "-p", '{"spec":{"replicas":3}}'])
    assert k("get ct/my -o jsonpath={.spec.replicas}").out == "3"
    k(f"delete crd crontabs.{GROUP}")
    gone = k.until("get ct", lambda printed: printed.code != 0)
    assert "the server could not find the requested resource" in gone.err or "a resource type" in gone.err
