"""From notes to Event objects, as client-go's recorder does it: equal ones are counted, many alike are combined, and
a source that floods one object is cut short. Pure but for its own memory; times are arguments.

Counting: same object, reason, message, type and source -> `count` rises on the one Event. Combining: from the tenth
different message of one reason about one object on, each within 10 minutes of the last, one Event "(combined from
similar events): …" counts them and says the newest. Limiting: a burst of 25 a source and object, then one every 5
minutes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from cluster.intents import Create, Intent, Patch
from cluster.machinery.objects import EVENTS, Key, Obj, key, micro_timestamp, name, namespace, timestamp, uid
from cluster.plan import Note

BURST = 25
REFILL_SECONDS = 300.0
SIMILAR = 10
COMBINED = "(combined from similar events): "
SIMILAR_SECONDS = 600.0
REMEMBERED = 4096
"""As many events as client-go keeps in mind; the oldest is forgotten first."""

SCHEDULER = "default-scheduler"


class _Seen(NamedTuple):
    key: Key
    times: int


class _Bucket(NamedTuple):
    tokens: float
    at: float


class _Similar(NamedTuple):
    messages: tuple[str, ...]
    """Fewer than SIMILAR, the oldest first."""
    last: float


class Recorder:
    """Turns notes into intents. One per cluster and worker; what it remembers is lost with it, as with client-go."""

    def __init__(self) -> None:
        self._seen: dict[tuple[Any, ...], _Seen] = {}
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._similar: dict[tuple[Any, ...], _Similar] = {}
        self._made = 0

    def intent(self, note: Note, now: float) -> Intent | None:
        """What to store for a note of cluster time `now`; None when the source is over its limit."""
        if note.component == SCHEDULER:
            return Create(_scheduler_event(note, self._metadata(note, now), now))
        combined = self._is_combined(note, now)
        if not self._allowed(note, now):
            return None
        message = f"{COMBINED}{note.message}" if combined else note.message
        shown = COMBINED if combined else message
        same = (uid(note.regarding), note.component, note.type, note.reason, shown, note.field_path)
        seen = self._seen.pop(same, None)
        if seen is not None:
            times = seen.times + 1
            self._remember(self._seen, same, _Seen(seen.key, times))
            newest = {"message": message} if combined else {}
            return Patch(seen.key, "merge", {"count": times, "lastTimestamp": timestamp(now), **newest})
        event = _event(note, message, self._metadata(note, now), now)
        where = key(EVENTS, event["metadata"]["namespace"], event["metadata"]["name"])
        self._remember(self._seen, same, _Seen(where, 1))
        return Create(event)

    def forget(self, where: Key) -> None:
        """The Event at `where` is no longer there: what it counted is told by a new one."""
        self._seen = {same: seen for same, seen in self._seen.items() if seen.key != where}

    def _is_combined(self, note: Note, now: float) -> bool:
        alike = (uid(note.regarding), note.component, note.type, note.reason)
        similar = self._similar.pop(alike, _Similar((), now))
        before = similar.messages if now - similar.last <= SIMILAR_SECONDS else ()
        messages = before if note.message in before else (*before, note.message)
        many = len(messages) >= SIMILAR
        self._remember(self._similar, alike, _Similar(messages[1:] if many else messages, now))
        return many

    def _allowed(self, note: Note, now: float) -> bool:
        source = (note.component, uid(note.regarding))
        bucket = self._buckets.pop(source, _Bucket(float(BURST), now))
        tokens = min(float(BURST), bucket.tokens + max(0.0, now - bucket.at) / REFILL_SECONDS)
        allowed = tokens >= 1
        self._remember(self._buckets, source, _Bucket(tokens - 1 if allowed else tokens, now))
        return allowed

    def _metadata(self, note: Note, now: float) -> dict[str, str]:
        # The real name's suffix is the time in nanoseconds, in hex; a running number keeps the notes of one plan apart.
        self._made += 1
        stamp = int(now * 1_000_000) * 1000 + self._made % 1000
        return {"name": f"{name(note.regarding)}.{stamp:x}", "namespace": namespace(note.regarding) or "default"}

    @staticmethod
    def _remember(memory: dict[Any, Any], entry: Any, value: Any) -> None:
        memory[entry] = value
        if len(memory) > REMEMBERED:
            del memory[next(iter(memory))]


def _reference(obj: Obj) -> dict[str, Any]:
    reference = {
        "kind": obj.get("kind"),
        "namespace": namespace(obj),
        "name": name(obj),
        "uid": uid(obj),
        "apiVersion": obj.get("apiVersion"),
        "resourceVersion": str((obj.get("metadata") or {}).get("resourceVersion") or ""),
    }
    return {field: value for field, value in reference.items() if value}


def _event(note: Note, message: str, metadata: dict[str, str], now: float) -> Obj:
    involved = _reference(note.regarding)
    if note.field_path:
        involved["fieldPath"] = note.field_path
    source = {"component": note.component}
    if note.host:
        source["host"] = note.host
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": metadata,
        "involvedObject": involved,
        "reason": note.reason,
        "message": message,
        "source": source,
        "firstTimestamp": timestamp(now),
        "lastTimestamp": timestamp(now),
        "count": 1,
        "type": note.type,
        "eventTime": None,
        "reportingComponent": note.component,
        "reportingInstance": note.host,
    }


def _scheduler_event(note: Note, metadata: dict[str, str], now: float) -> Obj:
    """The scheduler reports through events.k8s.io: an event time instead of first, last and count."""
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": metadata,
        "involvedObject": _reference(note.regarding),
        "reason": note.reason,
        "message": note.message,
        "source": {},
        "firstTimestamp": None,
        "lastTimestamp": None,
        "type": note.type,
        "eventTime": micro_timestamp(now),
        "action": "Binding" if note.reason == "Scheduled" else "Scheduling",
        "reportingComponent": SCHEDULER,
        "reportingInstance": f"{SCHEDULER}-kubarium",
    }
