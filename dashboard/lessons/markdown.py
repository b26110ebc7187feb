"""Markdown of lessons as HTML. HTML in it is shown as text: lessons come from folders of others too."""

from __future__ import annotations

from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_READER = MarkdownIt("js-default", {"html": False, "linkify": False})


@lru_cache(maxsize=1024)
def html(text: str) -> SafeString:
    """Paragraphs, lists, code, tables, links."""
    return mark_safe(str(_READER.render(text)))


@lru_cache(maxsize=1024)
def line(text: str) -> SafeString:
    """One line of it: emphasis, code, links."""
    return mark_safe(str(_READER.renderInline(text)))
