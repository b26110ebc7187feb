"""The page with a shell in a pod. It chooses and explains; the stream itself is the API's exec and attach."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cluster.machinery.objects import NAMESPACES, PODS, Obj, is_terminating, name, spec, status
from cluster.watch import Mirror
from cluster.watch.moments import revision_of
from dashboard.aside import aside
from dashboard.clusters.page import find_cluster, frame, mirror_of

MOST_PODS = 500
IMAGES = ("slongstreet/bind-utils:latest", "busybox:1.36", "curlimages/curl", "debian:12")


@require_safe
async def page(request: HttpRequest, slug: str) -> HttpResponse:
    """`?namespace=&pod=&container=`, and `&image=` for a container of its own beside the pod's. Of the past there is no
    shell: an address with `at` is told so. BadRequest for what is no revision."""
    was = revision_of(request.GET["at"]) if request.GET.get("at") else None
    cluster = await find_cluster(request, slug, "create", "pods", subresource="exec")
    mirror = await mirror_of(cluster)
    given = {field: request.GET.get(field, "").strip() for field in ("namespace", "pod", "container", "image")}
    chosen = choice(mirror, given)
    context = await frame(request, cluster, mirror, "terminal", images=IMAGES, was=was, **chosen)
    return await aside(render, request, "clusters/terminal.html", context, status=404 if chosen["refused"] else 200)


def choice(mirror: Mirror, given: dict[str, str]) -> dict[str, Any]:
    """What there is to choose from, what is chosen, and why it cannot be, in a sentence."""
    namespace, called = given.get("namespace") or "default", given.get("pod", "")
    world = mirror.world
    running = [pod for _, pod in sorted(world.bucket(PODS, namespace).items()) if runs(pod)]
    found = world.find(PODS, namespace, called) if called else None
    containers = [str(each.get("name")) for each in spec(found or {}).get("containers") or ()]
    container, image = given.get("container", ""), given.get("image", "")
    refused = ""
    if called and found is None:
        refused = f"There is no pod {called} in {namespace}."
    elif found is not None and not runs(found):
        refused = f"{called} does not run: it is {status(found).get('phase', 'Pending')}."
    elif container and container not in containers:
        refused = f"{called} has no container {container}, only {', '.join(containers)}."
    return {
        "namespaces": sorted(name(each) for each in world.bucket(NAMESPACES).values()),
        "namespace": namespace,
        "pods": [name(pod) for pod in running[:MOST_PODS]],
        "pod": called,
        "containers": containers,
        "container": container or (containers[0] if containers else ""),
        "image": image,
        "refused": refused,
        "command": _command(namespace, called, container, image),
    }


def runs(pod: Obj) -> bool:
    return status(pod).get("phase") == "Running" and not is_terminating(pod)


def _command(namespace: str, pod: str, container: str, image: str) -> str:
    """What kubectl would be told for the same."""
    where = "" if namespace == "default" else f" -n {namespace}"
    if image:
        return f"kubectl debug -it {pod}{where} --image={image} -- sh"
    return f"kubectl exec -it {pod}{where}{f' -c {container}' if container else ''} -- sh"
