"""Whose the fields of an object are after somebody wrote or applied it.

`written` follows a plain write: what it added or changed becomes the writer's and nobody else's, what it removed is
nobody's. `applied` is server-side apply: it makes the new object, too. Times are given; nothing given is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cluster.machinery.objects import Obj
from cluster.machinery.ownership.conflicts import ApplyConflict, clashes_of
from cluster.machinery.ownership.fieldsets import FieldSet, difference, intersection, union, without_all
from cluster.machinery.ownership.managers import Managed, Owned, Owner, capped
from cluster.machinery.ownership.merging import merged, with_named, without
from cluster.machinery.ownership.walking import Comparison, compare, fields_of
from cluster.machinery.shapes import Field

NEVER_OWNED: FieldSet = {
    "f:apiVersion": {},
    "f:kind": {},
    "f:metadata": {
        ".": {},
        **{
            f"f:{name}": {}
            for name in (
                "name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation",
                "managedFields", "resourceVersion",
            )
        },
    },
}  # fmt: skip


@dataclass(frozen=True)
class View:
    """One type in one of its versions: in whose terms a write speaks."""

    api_version: str
    place: Field
    others: Mapping[str, Field] = field(default_factory=dict)
    """The other versions that are served."""
    converted: Callable[[Obj, str], Obj] = lambda obj, api_version: obj
    """An object in another version."""
    left_out: FieldSet = field(default_factory=dict)
    """What a write through this endpoint does not reach: the status of the main resource, the rest of its status."""

    def place_in(self, api_version: str) -> Field | None:
        """None: that version is served no more."""
        return self.place if api_version == self.api_version else self.others.get(api_version)


def written(old: Obj, new: Obj, managed: Managed, writer: Owner, view: View, now: str) -> Managed:
    """The owners once `writer` made `new` of `old`. Neither object has managed fields of its own here."""
    comparison = compare(old, new, view.place).besides(view.left_out)
    kept, _ = _yielded(old, new, managed, None, comparison, view)
    mine = difference(comparison.written, NEVER_OWNED)
    if mine:
        before = kept[writer].fields if writer in kept else {}
        kept[writer] = Owned(union(mine, before), view.api_version, now)
    return capped(kept)


class Applied(NamedTuple):
    object: Obj | None
    """None: it is as it was."""
    managed: Managed


def applied(
    live: Obj, config: Obj, managed: Managed, applier: Owner, view: View, now: str, *, force: bool = False
) -> Applied:
    """The object with the configuration applied to it, and its owners then. Raises ApplyConflict unless `force`."""
    mine = without_all(fields_of(config, view.place), view.left_out)
    last = managed.get(applier)
    owners = {**managed, applier: Owned(mine, view.api_version, last.time if last else None)}
    new = merged(live, config, view.place)
    if last is not None and last.fields:
        new = _pruned(new, owners, last, view)
    comparison = compare(live, new, view.place).besides(view.left_out)
    kept, taken = _yielded(live, new, owners, applier, comparison, view)
    if taken and not force:
        raise ApplyConflict(clashes_of(taken))
    own = difference(kept[applier].fields, NEVER_OWNED) if applier in kept else {}
    kept.pop(applier, None)
    changed = new != live
    if own:
        kept[applier] = owners[applier]._replace(fields=own, time=now if changed else owners[applier].time)
    return Applied(new if changed else None, kept)


def _yielded(
    old: Obj, new: Obj, managed: Managed, spared: Owner | None, comparison: Comparison, view: View
) -> tuple[Managed, Managed]:
    """The owners without what is no longer theirs, and what was taken from whom by giving it another value."""
    kept: Managed = {}
    taken: Managed = {}
    seen: dict[str, Comparison] = {view.api_version: comparison}
    for owner, owned in managed.items():
        place = view.place_in(owned.api_version)
        if place is None:
            continue
        if owner == spared:
            kept[owner] = owned
            continue
        if owned.api_version not in seen:
            before, after = (view.converted(each, owned.api_version) for each in (old, new))
            seen[owned.api_version] = compare(before, after, place).besides(view.left_out)
        _, _, removed = difference_here = seen[owned.api_version]
        lost = intersection(owned.fields, difference_here.written)
        if lost:
            taken[owner] = owned._replace(fields=lost)
        left = difference(difference(owned.fields, lost), removed)
        if left:
            kept[owner] = owned if left == owned.fields else owned._replace(fields=left)
    return kept, taken


def _pruned(new: Any, owners: Managed, last: Owned, view: View) -> Any:
    """Without what the applier applied last time and this time does not, unless somebody owns it all the same."""
    place = view.place_in(last.api_version)
    if place is None:
        return new
    whole = view.converted(new, last.api_version) if last.api_version != view.api_version else new
    applied_last = with_named(last.fields, place)
    pruned = without(whole, applied_last, place)
    for version in sorted({owned.api_version for owned in owners.values()}, key=lambda each: each != last.api_version):
        pruned = _given_back(whole, pruned, version, last.api_version, owners, view)
    there, left = (with_named(fields_of(each, place), place) for each in (whole, pruned))
    pruned = without(whole, intersection(difference(there, left), applied_last), place)
    return view.converted(pruned, view.api_version) if last.api_version != view.api_version else pruned


def _given_back(whole: Any, pruned: Any, version: str, spoken: str, owners: Managed, view: View) -> Any:
    """`pruned` with what the owners in one version still own of `whole`; both are in version `spoken`."""
    place = view.place_in(version)
    if place is None:
        return pruned
    if version != spoken:
        whole, pruned = view.converted(whole, version), view.converted(pruned, version)
    owned: FieldSet = {}
    for each in owners.values():
        if each.api_version == version:
            owned = union(owned, each.fields)
    there, left = (with_named(fields_of(each, place), place) for each in (whole, pruned))
    made = without(whole, difference(there, union(left, with_named(owned, place))), place)
    return view.converted(made, spoken) if version != spoken else made
