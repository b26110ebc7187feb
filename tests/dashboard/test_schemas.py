"""What an editor can ask: the kinds of a cluster, its own ones too, and the type of one."""

from __future__ import annotations

import orjson
import pytest

from cluster.intents import Create, Patch
from cluster.machinery.objects import Key
from cluster.models import Cluster
from cluster.store import commit, written
from cluster.watch import current_hub
from tests.dashboard.conftest import Browser, signed_in
from tests.kinds.definitions import GROUP, definition, version


async def test_every_kind_that_can_be_applied_is_told(alices: Browser) -> None:
    kinds = (await alices.get("/clusters/demo/schemas")).json()["kinds"]
    told = {(each["apiVersion"], each["kind"]): each["namespaced"] for each in kinds}
    assert told["v1", "Service"] is True
    assert told["v1", "Namespace"] is False
    assert {"autoscaling/v1", "autoscaling/v2"} <= {version for version, kind in told if "Autoscaler" in kind}
    assert not {"TokenReview", "PodMetrics", "ComponentStatus"} & {kind for _, kind in told}


async def test_the_type_of_a_kind_is_whole(alices: Browser) -> None:
    told = (await alices.get("/clusters/demo/schemas/apps/v1/StatefulSet")).json()
    root = told["components"][told["root"]]
    assert {"apiVersion", "kind", "metadata", "spec"} <= root["properties"].keys()
    ports = told["components"]["io.k8s.api.core.v1.ContainerPort"]
    assert ports["required"] == ["containerPort"]
    assert ports["properties"]["protocol"]["enum"] == ["SCTP", "TCP", "UDP"]
    assert "description" in ports["properties"]["name"]
    text = orjson.dumps(told).decode()
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= told["components"].keys()


@pytest.mark.parametrize("path", ["v1/Nothing", "apps/v2/StatefulSet", "authentication.k8s.io/v1/TokenReview"])
async def test_what_cannot_be_applied_has_none(alices: Browser, path: str) -> None:
    response = await alices.get(f"/clusters/demo/schemas/{path}", headers={"accept": "application/json"})
    assert response.status_code == 404


async def test_a_kind_of_the_clusters_own_is_told_once_it_is_established(alices: Browser, cluster: Cluster) -> None:
    schema = {"properties": {"spec": {"type": "object", "properties": {"colour": {"type": "string", "enum": ["red"]}}}}}
    defined = definition(version(schema))
    await written(commit, cluster.pk, [Create(defined)], author="ada", cause="test")
    address = f"/clusters/demo/schemas/{GROUP}/v1/CronTab"
    assert (await alices.get(address, headers={"accept": "application/json"})).status_code == 404
    conditions = [{"type": "Established", "status": "True"}]
    status = {"acceptedNames": defined["spec"]["names"], "conditions": conditions, "storedVersions": ["v1"]}
    where = Key("apiextensions.k8s.io", "customresourcedefinitions", "", defined["metadata"]["name"])
    change = Patch(where, "merge", {"status": status}, "status")
    done = await written(commit, cluster.pk, [change], author="ada", cause="test")
    mirror = await current_hub().mirror(cluster.pk)
    await mirror.reached(done.revision)
    told = (await alices.get(address)).json()
    spec = told["components"][told["root"]]["properties"]["spec"]
    assert spec["properties"]["colour"]["enum"] == ["red"]


async def test_an_editor_that_knows_it_already_is_told_so(alices: Browser) -> None:
    first = await alices.get("/clusters/demo/schemas/v1/Service")
    again = await alices.get("/clusters/demo/schemas/v1/Service", headers={"if-none-match": first["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


async def test_who_may_look_may_ask_and_a_stranger_may_not(alices: Browser, bob: object) -> None:
    bobs = await signed_in(bob)  # type: ignore[arg-type]
    assert (await bobs.get("/clusters/demo/schemas")).status_code == 200
    assert (await Browser().get("/clusters/demo/schemas")).status_code in (302, 403)
