"""Signing in and out, and setting a password: Django's own views with this site's templates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods


@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; who has none yet (the first run's admin) sets one and ends the first run with it."""
    user = request.user
    assert isinstance(user, User)
    has_one = user.has_usable_password()
    form_class: Any = PasswordChangeForm if has_one else SetPasswordForm
    form = form_class(user, request.POST or None)
    form.fields["new_password1"].help_text = " ".join(password_validators_help_texts())  # not Django's list
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, user)
        messages.success(request, f"{user.get_username()} signs in with the new password from now on.")
        return redirect("landing")
    return render(request, "accounts/password.html", {"form": form, "has_one": has_one})
