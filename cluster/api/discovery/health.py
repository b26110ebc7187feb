"""The health of the API: /healthz, /livez, /readyz, each check below them, and all of them in words."""

from __future__ import annotations

from collections.abc import Sequence

from cluster.api.response import Response, text

_HOOKS = (
    "start-apiserver-admission-initializer",
    "generic-apiserver-start-informers",
    "priority-and-fairness-config-consumer",
    "priority-and-fairness-filter",
    "storage-object-count-tracker-hook",
    "start-apiextensions-informers",
    "start-apiextensions-controllers",
    "crd-informer-synced",
    "start-system-namespaces-controller",
    "start-cluster-authentication-info-controller",
    "start-kube-apiserver-identity-lease-controller",
    "start-kube-apiserver-identity-lease-garbage-collector",
    "start-legacy-token-tracking-controller",
    "start-service-ip-repair-controllers",
    "rbac/bootstrap-roles",
    "scheduling/bootstrap-system-priority-classes",
    "priority-and-fairness-config-producer",
    "bootstrap-controller",
    "aggregator-reload-proxy-client-cert",
    "start-kube-aggregator-informers",
    "apiservice-status-local-available-controller",
    "apiservice-status-remote-available-controller",
    "apiservice-registration-controller",
    "apiservice-wait-for-first-sync",
    "apiservice-discovery-controller",
    "kube-apiserver-autoregistration",
    "",
    "apiservice-openapi-controller",
    "apiservice-openapiv3-controller",
)
_STARTED = tuple(f"poststarthook/{each}" if each else "autoregister-completion" for each in _HOOKS)
CHECKS: dict[str, Sequence[str]] = {
    "healthz": ("ping", "log", "etcd", *_STARTED),
    "livez": ("ping", "log", "etcd", *_STARTED),
    "readyz": ("ping", "log", "informer-sync", *_STARTED, "shutdown"),
}
"""Their names and order are a real server's; all of ours pass once a mirror answers, which is when we are asked."""


def paths() -> list[str]:
    return [f"/{root}{below}" for root, checks in CHECKS.items() for below in ("", *(f"/{each}" for each in checks))]


def answer(path: str, query: Sequence[tuple[str, str]]) -> Response | None:
    """None when the path is none of ours."""
    root, _, check = path.strip("/").partition("/")
    if root not in CHECKS or (check and check not in CHECKS[root]):
        return None
    excluded = [value for key, value in query if key == "exclude"]
    if check or not any(key == "verbose" for key, _ in query):
        return _plain("ok")
    lines = [f"[+]{each} excluded: ok" if each in excluded else f"[+]{each} ok" for each in CHECKS[root]]
    if unknown := sorted(set(excluded) - set(CHECKS[root])):
        listed = ",".join(f'"{each}"' for each in unknown)
        lines.append(f"warn: some health checks cannot be excluded: no matches for {listed}")
    return _plain("\n".join((*lines, f"{root} check passed", "")))


def _plain(words: str) -> Response:
    response = text(words)
    response.headers = (("Cache-Control", "no-cache, private"), ("X-Content-Type-Options", "nosniff"))
    return response
