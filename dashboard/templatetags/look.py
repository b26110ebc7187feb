"""Small drawings for templates: icons and the mark. Every icon stands beside a label or under an aria-label."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# 16 x 16, strokes of 1.5 with round ends.
_PATHS = {
    "map": "M8 1.8 13.4 4.9v6.2L8 14.2 2.6 11.1V4.9ZM8 8v6M8 8 2.8 5M8 8l5.2-3",
    "tables": "M2.5 3.5h11v9h-11ZM2.5 6.5h11M2.5 9.5h11M6.2 6.5v6",
    "apply": "M4 2.5h5l3 3v8H4ZM8 12V7.5M6 9.3l2-2 2 2",
    "dns": "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM2.2 8h11.6"
    "M8 2c2 2 2.6 4 2.6 6S10 12 8 14M8 2C6 4 5.4 6 5.4 8S6 12 8 14",
    "request": "M2.5 5.5h9.5M9.3 2.8 12 5.5 9.3 8.2M13.5 11H5M7 8.8 4.8 11 7 13.2",
    "terminal": "M2 3h12v10H2ZM4.5 6l2 2-2 2M8.3 10h3",
    "chevron": "M4.5 6.5 8 10l3.5-3.5",
    "check": "M3.5 8.5 6.5 11.5 12.5 4.8",
    "close": "M4 4l8 8M12 4l-8 8",
    "plus": "M8 3.2v9.6M3.2 8h9.6",
    "book": "M8 4C6.6 3 4.6 2.7 2.5 2.9v9.5c2-.2 4 .1 5.5 1 1.4-.9 3.5-1.2 5.5-1V2.9C11.4 2.7 9.4 3 8 4Zm0 0v9.4",
    "copy": "M6 6h7v7.5H6ZM10 6V2.5H3V10h3",
    "warn": "M8 2.4 14.2 13H1.8ZM8 6.4v3.2M8 11.3v.1",
    "clock": "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.8V8l2.2 1.6",
    "info": "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.3v3.6M8 5v.1",
    "upload": "M8 10.5V3M5 5.8 8 2.8l3 3M2.8 10.5v2.7h10.4v-2.7",
    "sun": "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7"
    "l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9",
    "search": "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.7 10.7 14 14",
    "lessons": "M1.5 6 8 3l6.5 3L8 9ZM4 7.3v3.4c2 1.8 6 1.8 8 0V7.3M14.5 6v4",
    "open": "M8 13.5a5.5 5.5 0 0 0 2.1-.4M12.7 10.9a5.5 5.5 0 0 0 .8-2.1M13.1 5.9a5.5 5.5 0 0 0-1.3-1.8"
    "M9.4 2.7a5.5 5.5 0 0 0-2.3-.1M4.6 3.7a5.5 5.5 0 0 0-1.5 1.7M2.5 7.6a5.5 5.5 0 0 0 .5 2.2"
    "M4.2 12a5.5 5.5 0 0 0 1.9 1.2",
    "reset": "M3 8a5 5 0 1 0 1.6-3.7M3 2.8v2.7h2.7",
    "trash": "M3 4.5h10M6.3 4.5v-2h3.4v2M4.3 4.5l.6 9h6.2l.6-9M6.8 7v4M9.2 7v4",
}


@register.filter
def in_words(time: timedelta) -> str:
    """ "15 minutes": a whole number of minutes, rounded up."""
    minutes = -(-int(time.total_seconds()) // 60)
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    return format_html(
        '<svg class="i" width="{0}" height="{0}" viewBox="0 0 16 16" fill="none" stroke="currentColor" '
        'stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="{1}"/></svg>',
        size,
        _PATHS[name],
    )


@register.simple_tag
def mark(size: int = 24) -> SafeString:
    """The bell jar over its one hexagon."""
    return format_html(
        '<svg class="mark" width="{0}" height="{0}" viewBox="0 0 24 24" fill="none" aria-hidden="true">'
        '<path d="M4.5 20.2V11a7.5 7.5 0 0 1 15 0v9.2" stroke="currentColor" stroke-width="1.7"/>'
        '<path d="M2.6 20.9h18.8M12 3.3V1.7" stroke="currentColor" stroke-width="1.9" stroke-linecap="round"/>'
        '<path class="mark-pod" d="M11.6 9.3q.4-.2.8 0l3.1 1.8q.4.2.4.7v3.5q0 .5-.4.8l-3.1 1.8q-.4.2-.8 0l-3.1-1.8'
        'q-.4-.3-.4-.8v-3.4q0-.5.4-.8Z"/>'
        '<path d="M7 11a5 5 0 0 1 2.3-4.2" stroke="currentColor" stroke-width="1.1" stroke-linecap="round" '
        'opacity=".55"/></svg>',
        size,
    )
