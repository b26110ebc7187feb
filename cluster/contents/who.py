"""Who looks at files and writes them: what a kernel asks before it lets a process at an entry. Pure."""

from __future__ import annotations

from typing import NamedTuple

from cluster.contents.entry import Entry

READ, WRITE, SEARCH = 4, 2, 1
_STICKY = 0o1000


class Who(NamedTuple):
    """A process's user, its group, and all groups it is in."""

    user: int = 0
    group: int = 0
    groups: frozenset[int] = frozenset((0,))

    def may(self, entry: Entry, wanted: int) -> bool:
        """Whether all of these bits are granted: by the owner's, the group's or the others', the first that fits."""
        if not self.user:
            return True
        shift = 6 if entry.owner == self.user else 3 if entry.group in self.groups else 0
        return entry.mode >> shift & wanted == wanted

    def owns(self, entry: Entry) -> bool:
        return self.user in (0, entry.owner)

    def may_remove(self, entry: Entry, folder: Entry) -> bool:
        """In a folder like /tmp only whose it is, or whose the folder is, may do so."""
        return not folder.mode & _STICKY or self.owns(entry) or self.owns(folder)


ROOT = Who()
