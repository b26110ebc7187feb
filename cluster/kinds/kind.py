"""What a kind is to the store: identity, defaults, validation, allocation. See `cluster.kinds`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from cluster.config import ClusterConfig
from cluster.machinery.errors import Cause
from cluster.machinery.objects import GroupResource, Key, Obj, name, namespace
from cluster.world import World

if TYPE_CHECKING:
    from cluster.kinds.scale import Paths
    from cluster.kinds.webhooks.calling import Answer, Call

    Caller = Callable[[World, ClusterConfig, float, Call], Answer]


class Dice(NamedTuple):
    """Randomness, given by the caller: tests hand in fixed ones."""

    uid: Callable[[], str]
    suffix: Callable[[], str]
    """Five characters of Kubernetes' safe alphabet, for generateName."""
    pick: Callable[[int], int]
    """pick(n) -> 0..n-1, for addresses and ports."""


class Asker(NamedTuple):
    """Who asks for a write, as policies see somebody."""

    name: str = ""
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: Mapping[str, tuple[str, ...]] = {}
    owner: bool = False
    """May do everything, whatever the roles say."""


class Admission(NamedTuple):
    """What an object is admitted into: the world as this commit has it so far, time, dice, settings."""

    world: World
    now: float
    """Cluster time, Unix seconds."""
    dice: Dice
    config: ClusterConfig
    memo: dict[tuple[str, ...], Any] | None = None
    """What one commit need not count twice; it ends with the commit."""
    asker: Asker = Asker()
    dry_run: bool = False
    """Nothing of the commit will be stored."""
    caller: Caller | None = None
    """Who carries calls to webhooks."""

    def noted(self, about: str) -> list[Any]:
        """What was noted about something in this commit, to be added to."""
        return [] if self.memo is None else self.memo.setdefault((about,), [])


def _no_change(obj: Obj) -> None:
    return None


def _no_conditions(obj: Obj) -> list[dict[str, str]]:
    return []


def _no_causes(*_: Any) -> Iterator[Cause]:
    return iter(())


def _no_allocation(obj: Obj, old: Obj | None, admission: Admission) -> Iterable[Cause]:
    return ()


@dataclass(frozen=True)
class Column:
    """A printed column: `cell(obj, now)` gives the value; priority 0 is always shown, 1 with -o wide."""

    name: str
    cell: Callable[[Obj, float], Any]
    type: str = "string"
    format: str = ""
    priority: int = 0
    description: str = ""


EVERY_VERB = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
CREATE_ONLY = ("create",)
READ_ONLY = ("get", "list")


class Subresource(NamedTuple):
    """A path below an object: `pods/exec`. `kind` is what it takes or gives, as (group, version, kind)."""

    name: str
    verbs: tuple[str, ...]
    kind: tuple[str, str, str] | None = None
    """None: the object's own."""


CHANGING = ("get", "patch", "update")
PROXYING = ("create", "delete", "get", "patch", "update")
CONNECTING = ("create", "get")
SCALE = Subresource("scale", CHANGING, ("autoscaling", "v1", "Scale"))


class Part(NamedTuple):
    """How a subresource changes one part of an object."""

    taken: Callable[[Obj, Obj], Obj]
    """(new, old) -> the old object with that part of the new one."""
    validate_update: Callable[[Obj, Obj], Iterable[Cause]] = _no_causes
    """(new, old), in the place of the kind's own."""
    with_metadata: bool = False
    """Labels and annotations may be changed along with it."""


class Stricter(NamedTuple):
    """What a newer version of a kind minds besides, in writes that come in it."""

    validate_create: Callable[[Obj], Iterable[Cause]] = _no_causes
    validate_update: Callable[[Obj, Obj], Iterable[Cause]] = _no_causes
    """(new, old), as they are stored."""


@dataclass(frozen=True, eq=False)
class Custom:
    """What a kind has besides in one of its versions when a CustomResourceDefinition defines it."""

    schema: Mapping[str, Any]
    """Structural: openAPIV3Schema."""
    versions: Mapping[str, Kind]
    """apiVersion -> the kind as that version has it; they differ in schema, columns and subresources."""
    definition: str
    """The definition's uid."""
    scale: Paths | None = None
    list_kind: str = ""
    selectable: tuple[str, ...] = ()
    """Paths of fields that lists can be selected by."""
    revision: int = 0
    """Of the definition."""
    by_webhook: bool = False
    """Its versions differ in more than their names, and a webhook converts them."""


@dataclass(frozen=True)
class Kind:
    group: str
    version: str
    kind: str
    resource: str
    """Plural, lower case, as in paths."""
    singular: str
    namespaced: bool = True
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    served_versions: tuple[str, ...] = ()
    """Other versions (full apiVersions) the same stored object is served as; `conversion` knows how."""
    default: Callable[[Obj], None] = _no_change
    """Fill defaults in place, as the API server does before validation (runs on create and on update)."""
    default_status: Callable[[Obj], None] = _no_change
    """The same for a status that is written at its own path, by another status in the place of the one given."""
    prepare: Callable[[Obj, Obj | None, Admission], None] = lambda obj, old, admission: None
    """Strategy's PrepareForCreate/Update, in place: drop or keep status, derive fields. old None = create. A part
    that is the old object's own (the same dict) has not changed and must not be written to."""
    validate: Callable[[Obj], Iterable[Cause]] = _no_causes
    validate_update: Callable[[Obj, Obj], Iterable[Cause]] = _no_causes
    """(new, old), in addition to `validate`: what may not change."""
    stricter: Mapping[str, Stricter] = field(default_factory=dict, compare=False)
    """By full apiVersion."""
    parts: Mapping[str, Part] = field(default_factory=dict, compare=False)
    """Subresources through which one part of the stored object is changed, and only that."""
    allocate: Callable[[Obj, Obj | None, Admission], Iterable[Cause]] = _no_allocation
    """Take addresses and ports in place after validation; causes when what was asked for is not to be had."""
    name_rule: Callable[[str], Sequence[str]] | None = None
    """Name -> messages of what is wrong; None = DNS-1123 subdomain."""
    has_status: bool = True
    """Has a status subresource: plain writes keep the old status, status writes keep the rest."""
    has_generation: bool = False
    """metadata.generation counts changes of anything but metadata and status."""
    annotations_count: bool = False
    """A change of annotations raises the generation, too (a Deployment's do)."""
    orphans_by_default: bool = False
    """A delete that says nothing of dependents leaves them behind (a Job's pods; kubectl always says something)."""
    columns: tuple[Column, ...] = field(default=(), compare=False)
    row_conditions: Callable[[Obj], list[dict[str, str]]] = field(default=_no_conditions, compare=False)
    """What a table's row says of its object beside the cells: that it has come to its end."""
    verbs: tuple[str, ...] = EVERY_VERB
    """What the API lets one do with it; `CREATE_ONLY` for questions that are answered and not stored (reviews)."""
    deprecated: str = ""
    """Told as a warning to whoever asks for it in this version: that it is going."""
    computed: bool = False
    """Worked out when it is read, and never stored."""
    subresources: tuple[Subresource, ...] = ()
    """Those besides `status`, which `has_status` says."""

    custom: Custom | None = None
    """None: built in."""

    @property
    def list_kind(self) -> str:
        """What a list of them is called."""
        return (self.custom.list_kind if self.custom else "") or f"{self.kind}List"

    @property
    def loose_finalizers(self) -> bool:
        """Only the API's own objects insist on a domain before a finalizer's name."""
        return self.custom is not None or self.group == "apiextensions.k8s.io"

    @property
    def every_version(self) -> tuple[str, ...]:
        """Full apiVersions, the stored one first."""
        return (self.api_version, *self.served_versions)

    def alone_in(self, api_version: str) -> Kind:
        """A custom kind as if that were the version it is stored in, to be converted afterwards."""
        assert self.custom is not None
        others = tuple(each for each in self.every_version if each != api_version)
        custom = replace(self.custom, versions={}, by_webhook=False)
        return replace(self, version=api_version.rpartition("/")[2], served_versions=others, custom=custom)

    def written_in(self, api_version: object) -> Kind:
        """The kind as that version has it: itself, but for custom ones."""
        return self.custom.versions.get(str(api_version), self) if self.custom else self

    @property
    def all_subresources(self) -> tuple[Subresource, ...]:
        state = (Subresource("status", CHANGING),) if self.has_status else ()
        return tuple(sorted((*self.subresources, *state)))

    @property
    def stored(self) -> bool:
        return "get" in self.verbs and not self.computed

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def group_resource(self) -> GroupResource:
        return GroupResource(self.group, self.resource)

    def key(self, obj: Obj) -> Key:
        return Key(self.group, self.resource, namespace(obj) if self.namespaced else "", name(obj))
