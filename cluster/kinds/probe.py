"""Probes and lifecycle handlers of containers: defaults and validation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds.fields import not_negative
from cluster.machinery import names
from cluster.machinery.errors import Cause, forbidden, invalid, not_supported, required

NAMES = ("livenessProbe", "readinessProbe", "startupProbe")

EVENTS = ("postStart", "preStop")
"""What of a container's life a handler can be hung on."""

_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")
_SCHEMES = ("HTTP", "HTTPS")
_NUMBERS = (("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3))
_WHOLE = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")


def default(given: dict[str, Any]) -> None:
    for field, value in _NUMBERS:
        if not given.get(field):
            given[field] = value
    default_handler(given)


def default_handler(given: dict[str, Any]) -> None:
    if (request := given.get("httpGet")) is not None:
        if not request.get("path"):
            request["path"] = "/"
        if not request.get("scheme"):
            request["scheme"] = "HTTP"
    if (call := given.get("grpc")) is not None:
        call.setdefault("service", "")


def validate(path: str, field: str, given: Mapping[str, Any]) -> Iterator[Cause]:
    yield from validate_handler(path, given)
    for number in _WHOLE:
        yield from not_negative(f"{path}.{number}", given.get(number))
    if field != "readinessProbe" and given.get("successThreshold", 1) != 1:
        yield invalid(f"{path}.successThreshold", given["successThreshold"], "must be 1")
    if (grace := given.get("terminationGracePeriodSeconds")) is not None:
        if field == "readinessProbe":
            yield invalid(f"{path}.terminationGracePeriodSeconds", grace, "must not be set for readinessProbes")
        elif grace <= 0:
            yield invalid(f"{path}.terminationGracePeriodSeconds", grace, "must be greater than 0")


def validate_handler(path: str, given: Mapping[str, Any]) -> Iterator[Cause]:
    present = [handler for handler in _HANDLERS if given.get(handler) is not None]
    for extra in present[1:]:
        yield forbidden(f"{path}.{extra}", "may not specify more than 1 handler type")
    if not present:
        yield required(path, "must specify a handler type")
        return
    here, handler = f"{path}.{present[0]}", given[present[0]]
    match present[0]:
        case "exec":
            if not handler.get("command"):
                yield required(f"{here}.command")
        case "httpGet":
            yield from _port(f"{here}.port", handler.get("port", 0))
            if handler.get("scheme") not in _SCHEMES:
                yield not_supported(f"{here}.scheme", handler.get("scheme"), _SCHEMES)
        case "tcpSocket":
            yield from _port(f"{here}.port", handler.get("port", 0))
        case "grpc":
            for message in names.port_number(handler.get("port") or 0):
                yield invalid(f"{here}.port", handler.get("port") or 0, message)


def _port(path: str, port: int | str) -> Iterator[Cause]:
    wrong = names.port_name(port) if isinstance(port, str) else names.port_number(port)
    for message in wrong:
        yield invalid(path, port, message)
