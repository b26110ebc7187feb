"""A cluster in a test's hand: objects go in through admission and stay in a World, as they do in the store."""

from __future__ import annotations

from itertools import count
from typing import Any

from cluster.config import ClusterConfig
from cluster.kinds import custom
from cluster.kinds.admission import admit_create, admit_update, begin_delete
from cluster.kinds.kind import Admission, Dice, Kind
from cluster.machinery.objects import Key, Obj, copy
from cluster.world import World

NOW = 1_795_411_141.0


class Sandbox:
    """Deterministic: uids count up, suffixes too, and `pick` always takes the first."""

    def __init__(self, *namespaces: str, config: ClusterConfig | None = None) -> None:
        self.world = World()
        uids, suffixes = count(1), count(1)
        dice = Dice(
            uid=lambda: f"00000000-0000-4000-8000-{next(uids):012}",
            suffix=lambda: f"{next(suffixes):05}",
            pick=lambda size: 0,
        )
        self.admission = Admission(self.world, NOW, dice, config or ClusterConfig(), memo={})
        for name in namespaces or ("default",):
            self.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})

    def at(self, now: float) -> None:
        self.admission = self.admission._replace(now=now)

    def kind(self, obj: Obj) -> Kind:
        found = custom.of(self.world).by_kind(obj["apiVersion"], obj["kind"])
        assert found is not None
        return found

    def create(self, obj: Obj, **options: Any) -> Obj:
        kind = self.kind(obj)
        return self._store(kind, admit_create(kind, obj, self.admission, **options))

    def stored(self, obj: Obj) -> Obj:
        key = self.kind(obj).key(obj)
        found = self.world.get(
            key if key.namespace or not self.kind(obj).namespaced else key._replace(namespace="default")
        )
        assert found is not None
        return found

    def update(self, new: Obj, subresource: str = "", **options: Any) -> Obj:
        kind = self.kind(new)
        old = self.stored(new)
        admitted = admit_update(kind, new, old, self.admission, subresource, **options)
        return old if admitted is old else self._store(kind, admitted)

    def change(self, obj: Obj, subresource: str = "", **parts: Any) -> Obj:
        """Update with some top-level parts merged one level deep: change(svc, spec={"type": "NodePort"})."""
        new = copy(self.stored(obj))
        for part, values in parts.items():
            new[part] = {**(new.get(part) or {}), **values}
        return self.update(new, subresource)

    def delete(self, obj: Obj, **options: Any) -> Obj | None:
        """What is stored afterwards, None when it is gone."""
        kind, old = self.kind(obj), self.stored(obj)
        new = begin_delete(kind, old, self.admission, **options)
        if new is None:
            self.world.drop(kind.key(old))
            return None
        return old if new is old else self._store(kind, new)

    def get(self, key: Key) -> Obj | None:
        return self.world.get(key)

    def _store(self, kind: Kind, obj: Obj) -> Obj:
        self.world.revision += 1
        stored = {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(self.world.revision)}}
        self.world.put(kind.key(stored), stored)
        return stored
