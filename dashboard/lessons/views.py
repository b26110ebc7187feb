"""The pages of lessons: the list, one lesson beside its cluster's picture, and what one presses there.

Whole without JavaScript; with it, static/js/lesson.js keeps the checks up to date and changes the column in place.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

import orjson
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from cluster.lessons import Lesson
from cluster.machinery.errors import ApiError, BadRequest, NotFound
from cluster.scenarios import ScenarioRefused
from dashboard.aside import aside
from dashboard.clusters import page as pages
from dashboard.errors import wants_page
from dashboard.lessons import moving, starting, telling
from dashboard.lessons.cards import cards
from dashboard.lessons.shelf import lesson_named, lessons
from dashboard.lessons.standing import Standing, attempt_of, standing_of


async def _person(request: HttpRequest) -> User:
    """Who asks; everybody here is signed in."""
    return cast("User", await request.auser())


@require_safe
async def index(request: HttpRequest) -> HttpResponse:
    """All lessons, and how far one has come in each."""
    user = await _person(request)
    found = await lessons()
    flaws = found.flaws if user.is_staff else ()
    context = {"tab": "lessons", "cards": await cards(user.pk, found.lessons), "flaws": flaws}
    return await aside(render, request, "lessons/index.html", context)


@require_safe
async def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The lesson where one stands in it; before it is begun, what it is about and a button."""
    user = await _person(request)
    lesson = await lesson_named(slug)
    standing = await standing_of(user.pk, lesson)
    if standing is None:
        return await _cover(request, lesson)
    return await _page(request, standing)


async def _cover(request: HttpRequest, lesson: Lesson, error: str = "", status: int = 200) -> HttpResponse:
    user = await _person(request)
    attempt = await attempt_of(user.pk, lesson.slug)
    context = {
        "tab": "lessons",
        "lesson": lesson,
        "bars": telling.bars(lesson, attempt),
        "progress": telling.progress(lesson, attempt),
        "error": error,
    }
    return await aside(render, request, "lessons/cover.html", context, status=status)


async def _page(
    request: HttpRequest,
    standing: Standing,
    error: str = "",
    status: int = 200,
    stands: moving.InTheWay | None = None,
) -> HttpResponse:
    framed = await pages.frame(request, standing.cluster, standing.mirror, "lessons")
    context = {**framed, **await _column(standing, error, stands)}
    return await aside(render, request, "lessons/lesson.html", context, status=status)


async def _column(standing: Standing, error: str = "", stands: moving.InTheWay | None = None) -> dict[str, Any]:
    """The column's context; once all is done, with the lesson that comes next."""
    context = {**telling.column(standing, error), "stands": stands}
    if standing.step is None:
        listed = (await lessons()).lessons
        places = [each.slug for each in listed]
        at = places.index(standing.lesson.slug) + 1 if standing.lesson.slug in places else len(places)
        context["next"] = listed[at] if at < len(listed) else None
    return context


@require_POST
async def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Make the person's cluster, or make it anew (`again`), and open the lesson."""
    user = await _person(request)
    lesson = await lesson_named(slug)
    try:
        await starting.begin(lesson, user, again="again" in request.POST)
    except BadRequest as error:
        return await _cover(request, lesson, error.message, 422)
    except ScenarioRefused as error:
        return await _cover(request, lesson, f"What it starts from is refused: {error}", 422)
    return redirect("lesson", slug)


@require_POST
async def end(request: HttpRequest, slug: str) -> HttpResponse:
    """Delete the lesson's cluster; progress is kept."""
    user = await _person(request)
    lesson = await lesson_named(slug)
    attempt = await attempt_of(user.pk, lesson.slug)
    if attempt is not None:
        await starting.put_away(attempt)
        messages.success(request, f"The cluster of {lesson.title} is deleted. How far you came is kept.")
    return redirect("lessons")


@require_POST
async def go_on(request: HttpRequest, slug: str) -> HttpResponse:
    return await _moved(request, slug, moving.advance)


@require_POST
async def help_out(request: HttpRequest, slug: str) -> HttpResponse:
    author = (await _person(request)).get_username()
    return await _moved(request, slug, lambda standing: moving.help_out(standing, author), asks=True)


@require_POST
async def apply(request: HttpRequest, slug: str) -> HttpResponse:
    author, file = (await _person(request)).get_username(), request.POST.get("file", "")
    anew = "anew" in request.POST
    return await _moved(request, slug, lambda standing: moving.apply(standing, file, author, anew=anew))


@require_POST
async def choose(request: HttpRequest, slug: str) -> HttpResponse:
    check, _, value = request.POST.get("choice", "").partition("=")
    return await _moved(request, slug, lambda standing: moving.choose(standing, check, value))


async def _moved(
    request: HttpRequest, slug: str, move: Callable[[Standing], Awaitable[None]], *, asks: bool = False
) -> HttpResponse:
    """Do it, and show where one stands then: the column for the page's script, the page for everybody else. `asks`: the
    script is told what was asked, and shows the answers beside the picture."""
    user = await _person(request)
    lesson = await lesson_named(slug)
    standing = await standing_of(user.pk, lesson)
    if standing is None:
        raise NotFound("lessons", slug)
    error, stands, asked = "", None, telling.questions(standing) if asks else []
    try:
        await move(standing)
    except ApiError as refused:
        error = refused.message
    except moving.InTheWay as found:
        error, stands = str(found), found
    standing = await standing_of(user.pk, lesson) or standing
    status = 422 if error else 200
    if wants_page(request):
        return await _page(request, standing, error, status, stands) if error else redirect("lesson", slug)
    context = await _column(standing, error, stands)
    html = await aside(render_to_string, "lessons/_column.html", context, request)
    told = {"html": html, "step": standing.number, "message": error, "asked": asked if not error else []}
    return HttpResponse(orjson.dumps(told), content_type="application/json", status=status)
