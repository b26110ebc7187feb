"""Who else may change a cluster: what its owner gives and takes, as bindings that kubectl shows and can make, too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cluster.intents import Create, Delete, Intent
from cluster.machinery.objects import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, Key, Obj, name
from cluster.models import Cluster
from cluster.store import CommitRefused, commit, written
from cluster.world import World
from dashboard.access import owns
from dashboard.clusters.page import find_owned, mirror_of

ROLE = "cluster-admin"


class Person(forms.Form):
    """A name and what they may."""

    person = forms.CharField(max_length=150, error_messages={"required": "Write a person's name."})
    may = forms.ChoiceField(choices=(("look", "may look"), ("change", "may change")))


class Given(NamedTuple):
    """Somebody who may change everything, and by which binding."""

    person: str
    binding: str
    take: str
    """The kubectl command that takes it."""


def given(world: World) -> list[Given]:
    """Everybody to whom the cluster's bindings give everything, in order of their names."""
    return sorted(Given(person, name(each), _take(name(each))) for each, person in _bound(world))


def _bound(world: World) -> Iterator[tuple[Obj, str]]:
    for each in world.list(CLUSTER_ROLE_BINDINGS):
        if (each.get("roleRef") or {}).get("name") == ROLE:
            for subject in each.get("subjects") or ():
                if subject.get("kind") == "User":
                    yield each, str(subject.get("name"))


def binding_for(person: str) -> str:
    """What the binding is called that this page makes for them."""
    return f"{person}:{ROLE}"


def give_command(person: str) -> str:
    return f"kubectl create clusterrolebinding {binding_for(person)} --clusterrole={ROLE} --user={person}"


def _take(binding: str) -> str:
    return f"kubectl delete clusterrolebinding {binding}"


@require_POST
async def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Give somebody all rights in the cluster, or take them. What is wrong is said on the settings' page."""
    cluster = await find_owned(request, slug)
    form = Person(request.POST)
    refused = await _changed(request, cluster, form) if form.is_valid() else _first(form)
    if refused:
        messages.error(request, refused)
    return redirect("settings", slug)


def _first(form: Person) -> str:
    return next((str(text) for texts in form.errors.values() for text in texts), "")


async def _changed(request: HttpRequest, cluster: Cluster, form: Person) -> str:
    """ "", or why nothing was changed."""
    called, may = form.cleaned_data["person"].strip(), form.cleaned_data["may"]
    person = await User.objects.filter(username=called, is_active=True).afirst()
    if person is None:
        return f"There is nobody called {called} here. Staff make people in /admin/."
    if owns(person, cluster):
        return (
            f"{called} may do everything in {cluster.slug} already, as {'staff' if person.is_staff else 'its owner'}."
        )
    held = [each.binding for each in given((await mirror_of(cluster)).world) if each.person == called]
    if may == "change":
        if held:
            return f"{called} may change {cluster.slug} already, by the ClusterRoleBinding {held[0]}."
        intent: Intent = Create(_binding(called))
        said, command = "may change", give_command(called)
    else:
        if not held:
            return f"{called} may look at {cluster.slug} already, as everybody who is signed in."
        if held != [binding_for(called)]:
            other = next(each for each in held if each != binding_for(called))
            return f"The ClusterRoleBinding {other} gives it to {called}. Take it with: {_take(other)}"
        intent = Delete(Key(CLUSTER_ROLE_BINDINGS.group, CLUSTER_ROLE_BINDINGS.resource, "", held[0]))
        said, command = "may only look at", _take(held[0])
    try:
        author = (await request.auser()).get_username()
        await written(commit, cluster.pk, [intent], author=author, cause="settings")
    except CommitRefused as refused:
        return f"{refused.error.message}."
    messages.success(request, f"{called} {said} {cluster.slug} now. The same in kubectl: {command}")
    return ""


def _binding(person: str) -> Obj:
    group = CLUSTER_ROLES.group
    return {
        "apiVersion": f"{group}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": binding_for(person)},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": ROLE},
        "subjects": [{"apiGroup": group, "kind": "User", "name": person}],
    }
