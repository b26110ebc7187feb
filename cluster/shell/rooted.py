"""A machine whose files begin at a folder of another's, as chroot(2) makes it: everything else is that other's."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from cluster.nodes.hostpaths import NODE_IMAGE
from cluster.shell.files import TreeFiles
from cluster.shell.images import Installed
from cluster.shell.process import Machine, Program

if TYPE_CHECKING:
    from cluster.contents import Place

_NODE = "node/"


class Rooted:
    """See `cluster.shell.process.Machine`. `root`: a folder of `machine`; OSError when it is none."""

    def __init__(self, machine: Machine, root: str, path: str) -> None:
        files = cast("TreeFiles", machine.files)
        self._machine, self._root = machine, files.realpath(root).rstrip("/")
        if files.stat(root).kind != "directory":
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), root)
        self.programs: Mapping[str, Program] = Installed(lambda: self.files, path)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._machine, name)

    @property
    def image(self) -> str:
        """Whose words programs print: a node's own, in its files."""
        return NODE_IMAGE if self.files.places[""].key.startswith(_NODE) else self._machine.image

    @property
    def files(self) -> TreeFiles:
        outer = cast("TreeFiles", self._machine.files)
        point, place = outer.place(self._root)
        places: dict[str, Place] = {"": place._replace(within=place.within + self._root[len(point) :])}
        places |= {
            each[len(self._root) :]: found for each, found in outer.places.items() if each.startswith(f"{self._root}/")
        }
        return TreeFiles(places, self._machine.now, self._machine.world.contents, self._machine.who)
