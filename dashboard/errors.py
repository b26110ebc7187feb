"""What went wrong, told to whoever asked: a page for a person, {"message", "details"} for a program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from cluster.machinery.errors import ApiError
from cluster.watch import NoHub


def wants_page(request: HttpRequest) -> bool:
    return "text/html" in request.headers.get("Accept", "")


def answer(request: HttpRequest, status: int, message: str, details: object = None) -> HttpResponse:
    if wants_page(request):
        return render(request, "error.html", {"message": message, "status": status}, status=status)
    return JsonResponse({"message": message, "details": details}, status=status)


def refused(request: HttpRequest, error: ApiError) -> HttpResponse:
    """An ApiError as the site answers it, with the API's own code."""
    return answer(request, error.code, error.message, error.details)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    said = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    return answer(request, 404, said or f"There is no page at {request.path}.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 403, str(exception) or "This is not open to you.")


def failed(request: HttpRequest) -> HttpResponse:
    return answer(request, 500, "The server met a fault of its own. Its log says more.")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, 403, "The page this came from is too old or from elsewhere. Load it again.", reason)


class Told:
    """Middleware: what a view raises by Kubernetes' rules becomes an answer with its code."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ApiError):
            return refused(request, exception)
        if isinstance(exception, NoHub):
            return answer(request, 503, "No cluster runs in this process. `python manage.py up` starts one.")
        if isinstance(exception, Http404):
            return not_found(request, exception)
        return None
