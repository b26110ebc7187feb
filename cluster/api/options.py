"""What a query says about a list or a watch: selectors, resourceVersion rules, pages. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from cluster.api.fieldlabels import predicate
from cluster.api.refusals import NoRevision, OptionsInvalid
from cluster.api.request import Request
from cluster.api.routing import Target
from cluster.machinery import selectors
from cluster.machinery.errors import BadRequest, Cause, forbidden, not_supported
from cluster.machinery.objects import Obj
from cluster.machinery.selectors import EVERYTHING, FieldSelector, Selector, SelectorError

_MOST = 2**64


class Selection(NamedTuple):
    """Which objects of a collection are asked for."""

    labels: Selector
    fields: FieldSelector
    has_fields: Callable[[Obj], bool] | None
    name: str = ""
    """The one name that can match; "": any."""

    @property
    def everything(self) -> bool:
        return not self.labels.requirements and not self.labels.nothing and self.has_fields is None

    def matches(self, obj: Obj) -> bool:
        if self.has_fields is not None and not self.has_fields(obj):
            return False
        return not self.labels.requirements or self.labels.matches(obj["metadata"].get("labels"))


ALL = Selection(EVERYTHING, FieldSelector(), None)


class ListOptions(NamedTuple):
    selection: Selection
    revision: int | None
    """The resourceVersion asked for; None: none was."""
    match: str
    limit: int
    token: str
    watch: bool
    bookmarks: bool
    initial_events: bool
    timeout: int | None


def selection(request: Request, target: Target) -> Selection:
    """BadRequest for a selector that is none."""
    try:
        labels = selectors.parse(request.first("labelSelector"))
        fields = selectors.parse_field(request.first("fieldSelector"))
    except SelectorError as error:
        raise BadRequest(str(error)) from error
    if target.name:
        only = selectors.FieldRequirement("metadata.name", "=", target.name)
        fields = FieldSelector((*fields.requirements, only))
    name = next(
        (each.value for each in fields.requirements if each.field == "metadata.name" and each.operator == "="), ""
    )
    return Selection(labels, fields, predicate(fields, target.resource), name)


def read(request: Request, target: Target) -> ListOptions:
    """Of a list or watch. BadRequest, NoRevision or OptionsInvalid."""
    watch = target.watch or request.flag("watch")
    text, match = request.first("resourceVersion"), request.first("resourceVersionMatch")
    token, limit = request.first("continue"), _whole(request, "limit") or 0
    initial = any(key == "sendInitialEvents" for key, _ in request.query)
    _refuse(
        list(_mismatches(watch, text, match, token, initial=initial, bookmarks=request.flag("allowWatchBookmarks")))
    )
    return ListOptions(
        selection(request, target),
        revision(text) if text else None,
        match,
        max(limit, 0),
        token,
        watch,
        request.flag("allowWatchBookmarks"),
        initial and request.flag("sendInitialEvents"),
        _whole(request, "timeoutSeconds"),
    )


def revision(text: str) -> int:
    """A resourceVersion as a number. NoRevision."""
    if not text.isascii() or not text.isdigit() or int(text) >= _MOST:
        raise NoRevision(text)
    return int(text)


def _whole(request: Request, name: str) -> int | None:
    text = request.first(name)
    if not text:
        return None
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        raise BadRequest(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    return int(text)


def _mismatches(watch: bool, text: str, match: str, token: str, *, initial: bool, bookmarks: bool) -> Iterator[Cause]:
    """ValidateListOptions of apimachinery's metainternalversion."""
    if match:
        if watch and not initial:
            yield forbidden(
                "resourceVersionMatch",
                "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
            )
        elif not watch and not text:
            yield forbidden(
                "resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"
            )
        if not watch and token:
            yield forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided")
        if not watch and match not in ("Exact", "NotOlderThan"):
            yield not_supported("resourceVersionMatch", match, ("Exact", "NotOlderThan", ""))
        if not watch and match == "Exact" and text == "0":
            yield forbidden("resourceVersionMatch", 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')
    if initial and not watch:
        yield forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list")
    if initial and watch:
        if match != "NotOlderThan":
            yield forbidden(
                "resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
            )
        if not bookmarks:
            yield forbidden("sendInitialEvents", "sendInitialEvents requires allowWatchBookmarks")


def _refuse(causes: list[Cause]) -> None:
    if causes:
        raise OptionsInvalid("ListOptions", causes)
