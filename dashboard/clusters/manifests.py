"""A cluster's objects as one file of manifests, of the present or of a moment of the past."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cluster import yamltext
from cluster.exporting import written
from cluster.machinery.errors import Forbidden
from cluster.machinery.objects import name, namespace
from cluster.store.system import system_objects
from dashboard.aside import aside
from dashboard.clusters.moment import spoken_of
from dashboard.clusters.page import check, find_cluster


@require_safe
async def manifests(request: HttpRequest, slug: str) -> HttpResponse:
    """What somebody wrote, ready to be applied elsewhere. Secrets are in it for who may read them; `at` a revision."""
    cluster = await find_cluster(request, slug, "list")
    try:
        await check(request, cluster, "get", "secrets")
        secrets = True
    except Forbidden:
        secrets = False
    async with spoken_of(request, cluster) as source:
        began = {(each["kind"], namespace(each), name(each)) for each in system_objects(source.config)}
        objects = written(source.world, began, with_secrets=secrets)
        head = f"# {slug} at revision {source.revision}" + ("" if secrets else ", without its Secrets")
        text = await aside(_text, head, objects)
        revision = source.revision
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{slug}-r{revision}.yaml"'
    return answer


def _text(head: str, objects: list[dict[str, object]]) -> str:
    return "---\n".join([f"{head}\n", *(yamltext.dump(each) for each in objects)])
