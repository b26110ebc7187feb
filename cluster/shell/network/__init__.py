"""The network as a program in a pod meets it: connections to whoever listens, and the servers at their other end."""

from cluster.shell.network.network import Network
from cluster.shell.network.surroundings import Surroundings

__all__ = ["Network", "Surroundings"]
