"""What lies at one mount point: sources over one another, and where changes go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cluster.contents.entry import DIRECTORY, Entry
from cluster.contents.layer import Source


class Place(NamedTuple):
    """`sources` from the lowest up: what was written last counts, and of the same moment what lies higher."""

    sources: Sequence[Source] = ()
    key: str = ""
    """The layer that takes the changes; "": nobody may write here."""
    within: str = ""
    """The folder of the layer that is mounted, "" or "/data": a subPath."""
    read_only: bool = False
    root: Entry = DIRECTORY
    """What the mount point is where no source says it."""
    called: str = "overlay"
    """As df and mount name what is mounted."""

    def at(self, path: str, moment: float) -> Entry | None:
        """What is there, `path` being "" or beginning with a slash; None: nothing."""
        found: Entry | None = None
        for source in self.sources:
            entry = source.at(self.within + path, moment)
            if entry is not None and (found is None or entry.since >= found.since):
                found = entry
        if found is not None and found.kind != "absent":
            return found
        return None if path else self.root

    def names(self, folder: str, moment: float) -> list[str]:
        known = dict.fromkeys(name for source in self.sources for name in source.names(self.within + folder))
        return [name for name in known if self.at(f"{folder}/{name}", moment) is not None]
