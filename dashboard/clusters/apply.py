"""The manifest form: what each document would do, and storing them all or none.

One text is what the form is about: files are put below what stands in it, so that the lines in messages are those the
person sees, with JavaScript or without. The server renders the list of outcomes for both.
"""

from __future__ import annotations

from typing import Any

import orjson
from csp.constants import UNSAFE_INLINE
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cluster.kinds import custom
from cluster.machinery.errors import ApiError, BadRequest, Forbidden
from cluster.machinery.objects import NAMESPACES, Key, name
from cluster.models import Cluster
from cluster.scenarios import FOLDER, scenarios
from cluster.store import written
from cluster.submission import Submission, Texts, look, read, store, tell
from cluster.world import World
from dashboard.access import authorize, may_write
from dashboard.aside import aside
from dashboard.clusters.commands import commands
from dashboard.clusters.joining import joined
from dashboard.clusters.outcome import Outcome
from dashboard.clusters.page import check, find_cluster, frame, mirror_of
from dashboard.clusters.preview import preview
from dashboard.clusters.starters import groups, text_of
from dashboard.errors import wants_page

SOURCE = "manifest"
"""What the form's one text is called in messages."""


_PARTS = {
    "html": "clusters/_outcome.html",
    "foot": "clusters/_apply_foot.html",
    "badges": "clusters/_badges.html",
    "preview": "clusters/_preview.html",
}


def _texts(request: HttpRequest) -> Texts:
    """What a program sent: JSON {"text"}, or form fields and files, each file a source of its own."""
    if request.content_type == "application/json":
        try:
            body = orjson.loads(request.body)
        except orjson.JSONDecodeError as wrong:
            raise BadRequest(f"The body is no JSON: {wrong}.") from wrong
        text = body.get("text") if isinstance(body, dict) else None
        if not isinstance(text, str):
            raise BadRequest('The body is {"text": "…"}.')
        return [(SOURCE, text.encode())]
    texts = [(SOURCE, request.POST.get("text", "").encode())] if request.POST.get("text", "").strip() else []
    return [*texts, *((file.name or "file", file.read()) for file in request.FILES.getlist("files"))]


def _namespace(request: HttpRequest) -> str:
    return (request.POST.get("namespace") or request.GET.get("namespace") or "default").strip()


def _left_out(request: HttpRequest, *, rest: bool = False) -> frozenset[str]:
    """The marks of documents that stay out; with `rest` of those as well that the form saw refused."""
    return frozenset(request.POST.getlist("leave_out") + (request.POST.getlist("refused") if rest else []))


@require_POST
async def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """What would happen. With ?html the list of outcomes is in it too, as the form shows it."""
    cluster = await find_cluster(request, slug, "list")
    submission, world = await _planned(request, cluster, _texts(request), _namespace(request))
    can_write = may_write(await request.auser(), cluster, (await mirror_of(cluster)).world)
    return await aside(_answer, request, cluster, submission, world, can_write=can_write)


def _answer(
    request: HttpRequest, cluster: Cluster, submission: Submission, world: World, *, can_write: bool
) -> HttpResponse:
    told = submission.json()
    if "html" in request.GET:
        outcome = Outcome(submission, text=request.POST.get("text", ""), may=can_write)
        drawn = preview(submission, world)
        context = {
            "outcome": outcome,
            "preview": drawn,
            "cluster": cluster,
            "live": True,
            "can_write": can_write,
        }
        told["kubectl"] = _commands(outcome, request)
        for part, template in _PARTS.items():
            told[part] = render_to_string(template, context, request)
    return _json(told)


def _commands(outcome: Outcome, request: HttpRequest) -> dict[str, str]:
    return commands(outcome.text, _namespace(request), whole=not outcome.left_out)


def _json(told: dict[str, Any], status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(told), content_type="application/json", status=status)


@require_http_methods(["GET", "HEAD", "POST"])
async def apply(request: HttpRequest, slug: str) -> HttpResponse:
    if request.method != "POST":
        cluster = await find_cluster(request, slug, "list")
        return await _page(request, cluster, _begun(request))
    cluster = await find_cluster(request, slug, "list")
    if not wants_page(request):
        await check(request, cluster, "patch")
        return await _apply_texts(request, cluster)
    try:
        files = [(file.name or "file", file.read()) for file in request.FILES.getlist("files")]
        text = joined(request.POST.get("text", "").replace("\r\n", "\n"), files)
    except BadRequest as wrong:
        return await _page(request, cluster, request.POST.get("text", ""), refused=wrong.message, status=422)
    texts: Texts = [(SOURCE, text.encode())]
    if request.POST.get("action") == "check":
        submission, world = await _planned(request, cluster, texts, _namespace(request))
        return await _page(request, cluster, text, submission, world)
    try:
        await check(request, cluster, "patch")
    except Forbidden as denied:
        # What was written stays with whoever wrote it: it may still be copied, or sent once they may.
        return await _page(request, cluster, text, refused=f"{denied.message}.", status=403)
    submission, world = await _submitted(request, cluster, texts)
    return await _page(request, cluster, text, submission, world, tried=True, status=200 if submission.stored else 422)


async def _apply_texts(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    submission, _ = await _submitted(request, cluster, _texts(request))
    return await aside(_applied, submission)


def _applied(submission: Submission) -> HttpResponse:
    told = submission.json()
    if not submission.stored:
        return _json(told, status=422)
    told["applied"] = [
        {"kind": each.kind, "name": each.name, "namespace": each.namespace, "outcome": each.verdict}
        for each in submission.documents
    ]
    return _json(told)


async def _planned(request: HttpRequest, cluster: Cluster, texts: Texts, namespace: str) -> tuple[Submission, World]:
    """What would happen, and the world it would happen in."""
    user = await request.auser()

    def denied(key: Key) -> ApiError | None:
        try:
            where = {"group": key.group, "namespace": key.namespace, "name": key.name}
            authorize(user, cluster, "get", key.resource, world=now, **where)
        except Forbidden as error:
            return error
        return None

    now = (await mirror_of(cluster)).world
    registry = custom.of(now)
    left = _left_out(request)
    reading = await aside(read, texts, namespace=namespace, leave_out=left, denied=denied, registry=registry)
    looked = await written(look, cluster.pk, reading, author=user.get_username())
    return await aside(tell, reading, looked), looked.world


async def _submitted(request: HttpRequest, cluster: Cluster, texts: Texts) -> tuple[Submission, World]:
    await check(request, cluster, "create")
    registry = custom.of((await mirror_of(cluster)).world)
    left = _left_out(request, rest=request.POST.get("action") == "apply-rest")
    reading = await aside(read, texts, namespace=_namespace(request), leave_out=left, registry=registry)
    looked = await written(store, cluster.pk, reading, author=(await request.auser()).get_username())
    return await aside(tell, reading, looked), looked.world


@require_safe
async def starter(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """A template's text, or a whole example's."""
    await find_cluster(request, slug, "list")
    text = text_of(name) or _example(name)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _begun(request: HttpRequest) -> str:
    """The text that an address of the form asks for."""
    if "example" in request.GET:
        return _example(request.GET["example"])
    return _starter(request.GET["starter"]) if "starter" in request.GET else ""


def _starter(name: str) -> str:
    found = text_of(name)
    if found is None:
        raise Http404(f"There is no template {name}.")
    return found


def _example(slug: str) -> str:
    """The manifests of a packaged scenario as one text."""
    if slug not in {each.slug for each in scenarios()}:
        raise Http404(f"There is no example {slug}.")
    return joined("", [(path.name, path.read_bytes()) for path in sorted((FOLDER / slug).glob("*.yaml"))])


async def _page(
    request: HttpRequest,
    cluster: Cluster,
    text: str,
    submission: Submission | None = None,
    world: World | None = None,
    *,
    tried: bool = False,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    mirror = await mirror_of(cluster)
    more: dict[str, Any] = {
        "text": text,
        "refused": refused,
        "namespace": _namespace(request),
        "namespaces": [name(each) for each in mirror.world.list(NAMESPACES)],
        "examples": scenarios(),
        "starters": groups(),
    }
    more["kubectl"] = commands(text, more["namespace"], whole=True)
    context = await frame(request, cluster, mirror, "apply", **more)
    if submission is not None and submission.stored:
        context["revision"] = submission.revision
    page = await aside(_drawn, request, context, submission, world, tried=tried, status=status)
    # Who types over a selection makes Chromium carry its look along as an inline style for a moment.
    vars(page)["_csp_update"] = {"style-src-attr": [UNSAFE_INLINE]}
    return page


def _drawn(
    request: HttpRequest,
    context: dict[str, Any],
    submission: Submission | None,
    world: World | None,
    *,
    tried: bool,
    status: int,
) -> HttpResponse:
    if submission is not None:
        context["outcome"] = Outcome(submission, tried=tried, text=context["text"], may=context["can_write"])
        context["kubectl"] = _commands(context["outcome"], request)
        context["preview"] = preview(submission, world) if world is not None else None
    return render(request, "clusters/apply.html", context, status=status)
