"""What the cluster knows now of a start of a container that somebody has in hand."""

from __future__ import annotations

from cluster.containers import instances
from cluster.containers.instances import Instance
from cluster.machinery import processes
from cluster.machinery.errors import BadRequest
from cluster.machinery.objects import PODS, Obj, key, name, namespace, uid
from cluster.watch import Mirror


def present(mirror: Mirror, instance: Instance) -> Obj | None:
    """The pod as it is now; None when it is gone."""
    pod = mirror.world.get(key(PODS, namespace(instance.pod), name(instance.pod)))
    return pod if pod is not None and uid(pod) == uid(instance.pod) else None


def runs(mirror: Mirror, instance: Instance) -> bool:
    pod = present(mirror, instance)
    now = None if pod is None else instances.running(pod, str(instance.container["name"]))
    return now is not None and now.restart == instance.restart


def ended(mirror: Mirror, instance: Instance) -> Instance | None:
    """How it ended; None while it runs. What nobody knows any more ended just now."""
    if runs(mirror, instance):
        return None
    pod, label = present(mirror, instance), str(instance.container["name"])
    if pod is not None:
        for previous in (False, True):
            try:
                over = instances.logged(processes.real(pod), label, previous=previous)
            except BadRequest:
                continue
            if over.restart == instance.restart and over.ended is not None:
                return over
    return instance._replace(ended=mirror.now())
