"""A MySQL of the few statements that tutorials put, over its own protocol; its tables are files of its container."""

from cluster.shell.network.mysql.role import speaks
from cluster.shell.network.mysql.server import serve

__all__ = ["serve", "speaks"]
