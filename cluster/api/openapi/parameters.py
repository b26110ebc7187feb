"""The parameters that operations of the API take, in their own words."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def _query(name: str, sort: str, description: str) -> Json:
    return {"name": name, "in": "query", "description": description, "schema": {"type": sort, "uniqueItems": True}}


def _path(name: str, description: str) -> Json:
    schema = {"type": "string", "uniqueItems": True}
    return {"name": name, "in": "path", "description": description, "required": True, "schema": schema}


PRETTY = _query("pretty", "string", "Ask for an answer that is indented.")
NAMESPACE = _path("namespace", "The namespace that the object is in.")
PATH = _path("path", "The rest of the path, handed on as it is.")

_DRY_RUN = _query(
    "dryRun",
    "string",
    "When set, nothing is stored; the only value is All: every stage of the request is gone through.",
)
_MANAGER = _query(
    "fieldManager",
    "string",
    "The name that owns the fields this request sets: at most 128 printable characters. An apply patch needs one; else "
    "it is the first part of the user agent.",
)
_VALIDATION = _query(
    "fieldValidation",
    "string",
    "What becomes of fields that are unknown or given twice: Ignore drops them, Warn drops them and says so in a "
    "warning (the default), Strict refuses the request and names them all.",
)
_FORCE = _query(
    "force", "boolean", "For apply patches: take fields that others own, instead of answering with a conflict."
)
_SELECTION = [
    _query("labelSelector", "string", "Only objects whose labels match: a=b, a!=b, a in (b,c), a notin (b,c), a, !a."),
    _query("fieldSelector", "string", "Only objects whose fields match, of the few a kind can be selected by."),
    _query("limit", "integer", "At most so many objects; more are got with the token that is in metadata.continue."),
    _query("continue", "string", "The token of the page before, to go on where it ended."),
    _query("resourceVersion", "string", "How new the answer has to be, or the revision a watch starts behind."),
    _query("resourceVersionMatch", "string", "How resourceVersion is meant in a list: NotOlderThan or Exact."),
    _query("sendInitialEvents", "boolean", "For a watch: first tell of every object there is, then send a bookmark."),
    _query("timeoutSeconds", "integer", "How long the call may take, whatever it is doing then."),
]
_WATCHING = [
    _query("watch", "boolean", "Follow the changes, one event a line, instead of listing."),
    _query("allowWatchBookmarks", "boolean", "Send events of type BOOKMARK, which tell the revision, now and then."),
]
_DELETION = [
    _query("gracePeriodSeconds", "integer", "How long the object may take to end; 0 removes it at once."),
    _query("orphanDependents", "boolean", "Old form of propagationPolicy: true leaves dependents behind."),
    _query("propagationPolicy", "string", "What becomes of dependents: Orphan, Background or Foreground."),
]

WRITING = [_DRY_RUN, _MANAGER, _VALIDATION]
PATCHING = [*WRITING, _FORCE]
LISTING = [*_SELECTION, *_WATCHING]
DELETING = [_DRY_RUN, *_DELETION]
CLEARING = [_DRY_RUN, *_DELETION, *_SELECTION]

_STREAMS = [
    _query("container", "string", "Which container; the only one when there is one."),
    _query("stdin", "boolean", "Take input."),
    _query("stdout", "boolean", "Send output."),
    _query("stderr", "boolean", "Send errors."),
    _query("tty", "boolean", "As a terminal."),
]
CONNECTING = {
    "exec": [_query("command", "string", "The command and its arguments, one each."), *_STREAMS],
    "attach": _STREAMS,
    "portforward": [_query("ports", "integer", "The ports to forward; needed with WebSockets.")],
    "proxy": [_query("path", "string", "The path that the request is for.")],
    "log": [
        _query("container", "string", "Which container; the only one when there is one."),
        _query("follow", "boolean", "Keep sending as lines come."),
        _query("previous", "boolean", "Of the container's run before this one."),
        _query("sinceSeconds", "integer", "Only lines of so many seconds."),
        _query("sinceTime", "string", "Only lines from this moment on."),
        _query("tailLines", "integer", "Only so many lines from the end."),
        _query("limitBytes", "integer", "At most so many bytes."),
        _query("timestamps", "boolean", "Each line with its moment before it."),
        _query("insecureSkipTLSVerifyBackend", "boolean", "Do not check the certificate of the node."),
    ],
}


def name(kind: str) -> Json:
    return _path("name", f"The name of the {kind}.")
