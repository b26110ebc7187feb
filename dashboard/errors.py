"""What went wrong, told to whoever asked: a page for a person, {"message", "details"} for a program."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from cluster.machinery.errors import ApiError
from cluster.watch import NoHub
from dashboard.middleware import Middleware


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


def senseless(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django itself would not look at further."""
    match exception:
        case DisallowedHost():
            name = shown(request.META.get("HTTP_HOST", ""))
            message = f"The site is not reached by the name {name}. Whoever runs it sets ALLOWED_HOSTS or PUBLIC_HOST."
            return answer(request, 400, message)
        case TooManyFieldsSent():
            return answer(request, 400, f"A form has at most {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,} fields.")
        case TooManyFilesSent():
            return answer(request, 400, f"At most {settings.DATA_UPLOAD_MAX_NUMBER_FILES} files are taken at once.")
        case RequestDataTooBig():
            most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024
            return answer(request, 413, f"At most {most} MB are taken at once. Send it in parts.")
    return answer(request, 400, "This request is damaged or made by hand: the site can make nothing of it.")


def shown(text: str) -> str:
    """A stranger's text, for a sentence about it."""
    return repr(text if len(text) <= 80 else f"{text[:80]}…")


def failed(request: HttpRequest) -> HttpResponse:
    return answer(request, 500, "The server met a fault of its own. Its log says more.")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, 403, "The page this came from is too old or from elsewhere. Load it again.", reason)


def not_taken(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Django's 405 is an empty page; here it says what the address takes."""
    if response.status_code != 405 or not isinstance(response, HttpResponse) or response.content:
        return response
    allowed = response.headers.get("Allow", "")
    told = answer(request, 405, f"{request.path} takes {allowed or 'another method'}. This was {request.method}.")
    if allowed:
        told.headers["Allow"] = allowed
    return told


class Told(Middleware):
    """What a view raises by Kubernetes' rules becomes an answer with its code."""

    def answered(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return not_taken(request, response)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ApiError):
            return refused(request, exception)
        if isinstance(exception, NoHub):
            return answer(request, 503, "No cluster runs in this process. `python manage.py up` starts one.")
        if isinstance(exception, Http404):
            return not_found(request, exception)
        return None
