"""What an act of a lesson is in the cluster: intents, a question or a request; and the kubectl command for the same.

Pure but for the dice of a request: whoever carries an act out, a page or a rehearsal, stores the intents himself.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from functools import partial

import orjson

from cluster.config import ClusterConfig
from cluster.deeds import Deed
from cluster.dns import root
from cluster.dns.answer import Outside
from cluster.intents import Apply, Delete, Evict, Intent, Patch
from cluster.kinds import by_kind, by_resource, key_of
from cluster.lessons import byhand
from cluster.lessons.naming import NAMESPACE, Named
from cluster.lessons.values import Act, Lesson
from cluster.machinery.objects import PODS, Obj, key, name, namespace
from cluster.manifests import parse
from cluster.questions import ask
from cluster.requests import send
from cluster.scenarios import FOLDER
from cluster.world import World


def applying(file: str) -> Act:
    """To apply one of a lesson's manifests."""
    return Act("apply", {"files": (file,)}, "")


WRITING = frozenset({"begin", "apply", "scale", "delete", "deletePods", "evict", "patch"})


def intents(act: Act, lesson: Lesson, world: World) -> list[Intent]:
    """What an act stores."""
    given = act.given
    match act.kind:
        case "begin":
            return [Apply(each) for each in beginning(lesson) if key_of(each) in given["only"]]
        case "apply":
            return [Apply(each) for each in objects(lesson, given["files"])]
        case "scale":
            return [Patch(given["of"].key, "merge", {"spec": {"replicas": given["replicas"]}})]
        case "delete":
            propagation = given["cascade"].capitalize()
            return [Delete(given["of"].key, propagation=propagation, grace_seconds=0 if given["force"] else None)]
        case "deletePods":
            return [
                Delete(key(PODS, namespace(pod), name(pod))) for pod in given["pods"].find(world)[: given.get("count")]
            ]
        case "evict":
            return [Evict(given["of"].key)]
        case "patch":
            return [Patch(given["of"].key, given["type"], given["body"])]
        case other:
            raise AssertionError(f"{other} stores nothing")


def objects(lesson: Lesson, files: Iterable[str]) -> list[Obj]:
    """The objects of manifests, each in a namespace where its kind has one."""
    found = []
    for manifest in parse([(file, lesson.files[file]) for file in files]):
        obj = manifest.object
        metadata = obj.get("metadata") or {}
        if not metadata.get("namespace") and _is_namespaced(obj):
            obj = {**obj, "metadata": {**metadata, "namespace": NAMESPACE}}
        found.append(obj)
    return found


def beginning(lesson: Lesson) -> list[Obj]:
    """The objects a lesson's cluster starts with, those of the system aside."""
    scenario = lesson.start.scenario
    files = {path.name: path.read_bytes() for path in sorted((FOLDER / scenario).glob("*.yaml"))} if scenario else {}
    packed = objects(lesson._replace(files=files), files) if files else []
    return [*packed, *(objects(lesson, lesson.start.manifests) if lesson.start.manifests else [])]


def _is_namespaced(obj: Obj) -> bool:
    kind = by_kind(str(obj.get("apiVersion")), str(obj.get("kind")))
    return kind is not None and kind.namespaced


def question(
    act: Act, world: World, config: ClusterConfig, now: float, outside: Outside | None = None
) -> tuple[Deed, ...]:
    """A question as it is asked. NotFound, BadRequest."""
    given = act.given
    namespace, _, pod = given["from"].rpartition("/")
    nobody = partial(root.answer, now=now)
    walk = ask(
        world,
        config,
        name=given["name"],
        type=given["type"],
        pod=pod,
        namespace=namespace,
        now=now,
        outside=outside or nobody,
    )
    return asked(walk, given["from"], now)


def asked(walk: dict[str, object], by: str, now: float) -> tuple[Deed, ...]:
    """What a walk through the search list asked, name by name."""
    steps: list[dict[str, object]] = walk["steps"]  # type: ignore[assignment]  # as `questions.ask` tells it
    records: list[dict[str, object]] = walk["records"]  # type: ignore[assignment]
    type_ = str(walk["question"]["type"])  # type: ignore[index]
    data = tuple(str(each["data"]) for each in records if each["type"] == type_)
    put = [each for each in steps if each["asked"]]
    deciding = next((each for each in reversed(put) if each["rcode"] == walk["rcode"] and each["records"]), None)
    return tuple(
        Deed(
            "question",
            by,
            str(each["qname"]),
            type_,
            str(each["rcode"]),
            data if each is deciding else (),
            at=now,
        )
        for each in put
    )


def request(
    act: Act,
    world: World,
    config: ClusterConfig,
    now: float,
    pick: Callable[[int], int],
    outside: Outside | None = None,
) -> tuple[Deed, ...]:
    """A request as it is sent. NotFound, BadRequest."""
    given = act.given
    namespace, _, pod = given["from"].rpartition("/")
    nobody = partial(root.answer, now=now)
    trace = send(
        world,
        config,
        source=pod or "outside",
        namespace=namespace,
        to=given["to"],
        count=given["count"],
        pick=pick,
        now=now,
        outside=outside or nobody,
    ).trace
    return sent(trace, now)


def sent(trace: dict[str, object], now: float) -> tuple[Deed, ...]:
    """What a trace of requests tells, one deed for each outcome."""
    source: dict[str, str] = trace["from"]  # type: ignore[assignment]  # as `requests.send` tells it
    url = str(trace["to"]["url"])  # type: ignore[index]
    by = f"{source['namespace']}/{source['pod']}" if source["pod"] else ""
    outcomes: dict[str, int] = trace["outcomes"]  # type: ignore[assignment]
    spread: list[dict[str, object]] = trace["spread"]  # type: ignore[assignment]
    reached = tuple(str(each["ip"]) for each in spread if each["count"])
    return tuple(Deed("request", by, url, "", code, reached, number, now) for code, number in outcomes.items())


def command(act: Act, world: World) -> str:
    """The kubectl command that does the same in the cluster as it is; "" for what none does."""
    if act.kubectl:
        return act.kubectl
    given = act.given
    match act.kind:
        case "apply" | "begin":
            return "" if not given["files"] else " ".join(["kubectl apply", *(f"-f {file}" for file in given["files"])])
        case "scale":
            return _line("scale", _short(given["of"]), f"--replicas={given['replicas']}", of=given["of"])
        case "delete":
            cascade = [] if given["cascade"] == "background" else [f"--cascade={given['cascade']}"]
            force = ["--grace-period=0", "--force"] if given["force"] else []
            return _line("delete", _short(given["of"]), *cascade, *force, of=given["of"])
        case "deletePods":
            picked = given["pods"]
            place = [] if picked.namespace == NAMESPACE else ["-n", picked.namespace]
            which = list(picked.names) if picked.names else ["-l", str(picked)]
            if given.get("count"):
                first = " ".join(["kubectl get pod", *which, *place, "-o name"])
                return f"kubectl delete {' '.join(place)}{' ' if place else ''}$({first} | head -n {given['count']})"
            return " ".join(["kubectl delete pod", *which, *place])
        case "evict":
            return f"kubectl drain, which evicts {given['of'].key.name}"
        case "patch":
            kind = [] if given["type"] == "strategic" else ["--type", given["type"]]
            body = shlex.quote(orjson.dumps(given["body"]).decode())
            return _line("patch", _short(given["of"]), *kind, "-p", body, of=given["of"])
        case "ask":
            return byhand.question(given, world)
        case "request":
            return byhand.request(given, world)
        case "exec":
            container = ["-c", given["container"]] if given["container"] else []
            return byhand.in_pod(given["in"], ["sh", "-c", shlex.quote(given["script"])], container)
        case _:
            return ""


def _short(of: Named) -> str:
    kind = by_resource(of.key.kind)
    return f"{kind.singular if kind else of.key.resource}/{of.key.name}"


def _line(*words: str, of: Named) -> str:
    place = ["-n", of.key.namespace] if of.key.namespace not in ("", NAMESPACE) else []
    return " ".join(["kubectl", *words, *place])
