from __future__ import annotations

from tests.watch.conftest import cluster, hub

__all__ = ["cluster", "hub"]
