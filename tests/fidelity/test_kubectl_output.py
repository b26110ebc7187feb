"""What the real kubectl prints of the recorded objects and says of the recorded commands.

Ages, and what controllers or nodes would have to do first, are not compared; nor is what kubectl says by itself.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from cluster.machinery.objects import Obj
from cluster.store import written
from cluster.watch import Hub
from tests.api.asking import Client
from tests.api.conftest import cluster, hub
from tests.fidelity import golden
from tests.fidelity.over_http import cluster_of
from tests.fidelity.prompt import Prompt, prompt
from tests.fidelity.wholes import PRINTED as FILE
from tests.fidelity.wholes import TABLES, identity, of_answer, wholes
from tests.kinds.recorded import stable
from tests.kubectl.driving import Printed

MISSING = golden.absent(FILE) or golden.absent(TABLES)
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

__all__ = ["cluster", "hub"]

COMMANDS: list[dict[str, Any]] = (golden.load(FILE) or {"commands": []})["commands"]
BESIDE = "metrics.k8s.io/"
"""Served here too, and by a program of its own in a real cluster: the recorded one was without it."""
ANSI = re.compile(r"\x1b\[[\d;]*m")


def chosen(pattern: str) -> list[dict[str, Any]]:
    """The recorded commands whose words after the namespace begin so."""
    return [each for each in COMMANDS if re.search(rf"^kubectl -n \S+ (?:{pattern})", each["cmd"])]


def present() -> list[Obj]:
    """The objects that were there before the commands, as far as they are known whole."""
    tables = (golden.load(TABLES) or {"tables": {}})["tables"].values()
    rows = [row for table in tables for row in table["body"].get("rows") or () if row["object"] is not None]
    known = {identity(row["object"]): wholes().get(identity(row["object"])) for row in rows}
    return [obj for obj in known.values() if obj is not None]


KINDS = r"(?:po|pod|pods|svc|sts|svc,sts|cm|ns|all)"
"""The words for kinds of which every object is known whole."""


@pytest.fixture
async def k(hub: Hub, cluster: Any, tmp_path: Path) -> AsyncIterator[Prompt]:
    made = await written(cluster_of, "recorded", present())
    async with prompt(Client(made.slug), tmp_path) as asked:
        yield asked


async def differing(
    k: Prompt, commands: list[dict[str, Any]], seen: Callable[[dict[str, Any], Printed], Any]
) -> dict[str, Any]:
    """By command: (found, recorded), where `seen` does not see the same in both."""
    assert commands
    found = {}
    for each in commands:
        printed = await k(each["cmd"], each["stdin"] or "")
        here = seen(each, printed)
        there = seen(each, Printed(each["stdout"], each["stderr"], each["rc"]))
        if here != there:
            found[each["cmd"]] = (here, there)
    return found


def _cells(command: dict[str, Any], printed: Printed) -> Any:
    """Of each printed table its rows of cells, without ages; only tables of kinds known whole."""
    tables = []
    for text in printed.out.strip().split("\n\n"):
        rows = [re.split(r"\s{2,}", line.rstrip()) for line in text.splitlines()]
        if " get all" in command["cmd"] and not re.match(r"(pod|service|statefulset\.apps)/", rows[1][0]):
            continue
        tables.append([[re.sub(r"^(\d+[smhdy])+$", "(age)", cell) for cell in row] for row in rows])
    return tables, printed.err, printed.code


async def test_tables_are_printed_as_recorded(k: Prompt) -> None:
    commands = chosen(rf"get {KINDS}(?!.* -o (?:yaml|json))|get pvc")
    assert await differing(k, commands, _cells) == {}


async def test_objects_are_printed_as_recorded(k: Prompt) -> None:
    def seen(command: dict[str, Any], printed: Printed) -> Any:
        if "jsonpath" in command["cmd"]:
            return printed
        answer = yaml.safe_load(printed.out) if "-o yaml" in command["cmd"] else orjson.loads(printed.out)
        return [stable(obj) for obj in of_answer(answer)], list(answer)

    assert await differing(k, chosen(r"get \S+ \S+ -o |get pods -o jsonpath"), seen) == {}


async def test_descriptions_are_printed_as_recorded(k: Prompt) -> None:
    """Up to the events and without the endpoints, which are not recorded whole."""

    def seen(command: dict[str, Any], printed: Printed) -> Any:
        told = printed.out.partition("\nEvents:")[0]
        return re.sub(r"(?m)^(Endpoints:).*$", r"\1", told), printed.err, printed.code

    assert await differing(k, chosen(r"describe (?:svc|pod|cm|ns) "), seen) == {}


async def test_the_cluster_describes_itself_as_recorded(k: Prompt) -> None:
    def seen(command: dict[str, Any], printed: Printed) -> Any:
        told = re.sub(r"https?://\S+", "URL", ANSI.sub("", printed.out))
        if "version -o json" in command["cmd"]:
            server = orjson.loads(told)["serverVersion"]
            return list(server), server["major"], server["minor"], server["gitVersion"]
        if " version" in command["cmd"]:
            return [line for line in told.splitlines() if line.startswith("Server")]
        told = "\n".join(line.rstrip() for line in told.splitlines() if BESIDE not in line)
        return told.rstrip(), printed.err, printed.code

    assert await differing(k, chosen("api-resources|api-versions|version|cluster-info"), seen) == {}


async def test_changes_are_answered_in_the_recorded_words(k: Prompt) -> None:
    """One after the other, as they were; what was there and is not recorded whole is made first."""
    for name in sorted({found[1] for each in COMMANDS if (found := re.search(r" taint node (\S+)", each["cmd"]))}):
        node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}}
        assert (await k("kubectl create -f -", orjson.dumps(node).decode())).code == 0
    for space, name in sorted(
        {found.groups() for each in COMMANDS if (found := re.search(r"-n (\S+) autoscale deploy (\S+)", each["cmd"]))}
    ):
        image = f"--image={_image(name)}"
        assert (await k(f"kubectl -n {space} create deploy {name} {image}")).code == 0

    def seen(command: dict[str, Any], printed: Printed) -> Any:
        if " diff " in command["cmd"]:
            return [line for line in printed.out.splitlines() if re.match(r"[+-](?![+-])", line)], printed.code
        return printed

    commands = chosen(
        "rollout status|label|patch|scale|autoscale|expose|run|create|set|wait --for=condition|delete|taint|diff|apply"
    )
    # What is let go of is waited for by nobody: a controller would do it.
    at_once = [
        {**each, "cmd": each["cmd"] + " --wait=false" * ("--cascade=orphan" in each["cmd"])} for each in commands
    ]
    assert await differing(k, at_once, seen) == {}


def _image(name: str) -> str:
    return next(
        str(obj["spec"]["containers"][0]["image"])
        for obj in present()
        if obj["kind"] == "Pod" and (obj["metadata"].get("labels") or {}).get("app") == name
    )
