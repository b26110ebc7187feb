"""Django's admin over the stored objects: look at them, change their manifest, delete them; all through the store."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import orjson
from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest

from cluster.intents import Create, Delete, Intent, Update
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import Key, Obj
from cluster.manifests import ManifestErrors, parse
from cluster.models import KINDS, Change, Cluster, Resource
from cluster.store import CommitRefused, commit, create_cluster, delete_cluster, survey
from cluster.yamltext import dump

# Django's own classes take no type arguments at run time; the type checker's do.
if TYPE_CHECKING:
    ResourceForm = forms.ModelForm[Resource]
    ResourceOptions = admin.ModelAdmin[Resource]
    ChangeOptions = admin.ModelAdmin[Change]
    ClusterOptions = admin.ModelAdmin[Cluster]
else:
    ResourceForm = forms.ModelForm
    ResourceOptions = ChangeOptions = ClusterOptions = admin.ModelAdmin


class ManifestForm(ResourceForm):
    """One object as YAML. Refused, it says why at the field; the store has admitted it before it is saved."""

    manifest = forms.CharField(widget=forms.Textarea(attrs={"rows": 40, "cols": 100, "spellcheck": "false"}))

    class Meta:
        model = Resource
        fields = ("cluster",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["manifest"].initial = dump(self.instance.object)
            self.fields["cluster"].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "manifest" not in cleaned or "cluster" not in cleaned:
            return cleaned
        self.intent = self._intent(cleaned["manifest"])
        if self.intent is None:
            return cleaned
        result = survey(cleaned["cluster"].pk, [self.intent], author="admin").results[0]
        if result.error is not None:
            self.add_error("manifest", result.error.message)
        return cleaned

    def _intent(self, text: str) -> Intent | None:
        try:
            manifests = parse([("manifest", text)])
        except ManifestErrors as errors:
            for error in errors.errors:
                self.add_error("manifest", f"line {error.line}: {error.message}")
            return None
        if len(manifests) != 1:
            self.add_error("manifest", f"One object is edited here. This text holds {len(manifests)}.")
            return None
        obj: Obj = manifests[0].object
        return Update(obj) if self.instance.pk else Create(obj)


class ResourceAdmin(ResourceOptions):
    form = ManifestForm
    list_display = ("name", "namespace", "cluster", "revision")
    list_filter = ("cluster", "namespace")
    search_fields = ("name", "namespace")
    list_select_related = ("cluster",)
    ordering = ("cluster", "namespace", "name")

    def save_model(self, request: HttpRequest, obj: Resource, form: ManifestForm, change: bool) -> None:
        intent = form.intent
        assert intent is not None  # a form without one is not valid
        try:
            outcome = commit(obj.cluster_id, [intent], author=request.user.get_username(), cause="admin")
        except CommitRefused as refused:
            # Somebody was quicker between the check and now.
            self.message_user(request, refused.error.message, messages.ERROR)
            return
        stored = outcome.results[0].object
        if stored is not None:
            obj.pk = Resource.objects.get(cluster_id=obj.cluster_id, uid=stored["metadata"]["uid"]).pk
            obj.name, obj.namespace = stored["metadata"]["name"], stored["metadata"].get("namespace", "")

    def delete_model(self, request: HttpRequest, obj: Resource) -> None:
        self.delete_queryset(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: Iterable[Resource]) -> None:
        for row in queryset:
            key = Key(row.group, row.resource, row.namespace, row.name)
            try:
                commit(
                    row.cluster_id,
                    [Delete(key, uid=row.uid, propagation="Background")],
                    author=request.user.get_username(),
                    cause="admin",
                )
            except CommitRefused as refused:
                self.message_user(request, refused.error.message, messages.ERROR)


class ChangeAdmin(ChangeOptions):
    """The log, to read."""

    list_display = ("revision", "type", "resource", "namespace", "name", "author", "cause", "cluster")
    list_filter = ("cluster", "type", "resource", "author")
    search_fields = ("name",)
    ordering = ("-cluster", "-revision")
    fields = ("revision", "type", "author", "cause", "previous", "object_text")
    readonly_fields = fields
    show_full_result_count = False

    @admin.display(description="object")
    def object_text(self, change: Change) -> str:
        return dump(orjson.loads(bytes(change.body)))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ClusterAdmin(ClusterOptions):
    list_display = ("slug", "title", "owner", "pace", "clock_speed", "created")
    fields = ("slug", "title", "owner", "pace", "gates")

    def get_readonly_fields(self, request: HttpRequest, obj: Cluster | None = None) -> tuple[str, ...]:
        return ("slug",) if obj is not None else ()  # its name is in everybody's kubeconfig and bookmarks

    def save_model(self, request: HttpRequest, obj: Cluster, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        try:
            made = create_cluster(
                obj.slug,
                author=request.user.get_username(),
                title=obj.title,
                owner=obj.owner,
                pace=obj.pace,
                gates=obj.gates,
            )
        except ApiError as error:
            self.message_user(request, error.message, messages.ERROR)
            return
        obj.pk = made.pk

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Not the admin's own walk over every object and change: a cluster goes as a whole."""
        return [f"{cluster} with all its objects and history" for cluster in objs], {}, set(), []

    def delete_model(self, request: HttpRequest, obj: Cluster) -> None:
        delete_cluster(obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Cluster]) -> None:
        for cluster in queryset:
            delete_cluster(cluster)


admin.site.register(Cluster, ClusterAdmin)
admin.site.register(Change, ChangeAdmin)
for _kind in KINDS:
    admin.site.register(_kind, ResourceAdmin)
