"""Texts of lessons in templates: Markdown, whole or a line of it."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from dashboard.lessons import markdown

register = template.Library()


@register.filter
def prose(text: str) -> SafeString:
    return markdown.html(text)


@register.filter
def line(text: str) -> SafeString:
    return markdown.line(text)
