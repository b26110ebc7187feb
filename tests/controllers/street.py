"""The cluster in memory that tests of controllers walk; see `cluster.worker.street`."""

from __future__ import annotations

from cluster.worker.street import RETRY, Street, Written

__all__ = ["RETRY", "Street", "Written"]
