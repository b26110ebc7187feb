"""Every page wants somebody signed in, unless its view says otherwise. A program gets 401 and a sentence, no form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase


class SignInRequired(LoginRequiredMiddleware):
    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        redirect: HttpResponseBase | None = super().process_view(request, view_func, view_args, view_kwargs)
        if redirect is None or "text/html" in request.headers.get("Accept", ""):
            return redirect
        return JsonResponse({"message": "Nobody is signed in.", "details": {"login": "/accounts/login/"}}, status=401)
