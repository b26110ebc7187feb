from __future__ import annotations

from tests.watch.conftest import cluster

__all__ = ["cluster"]
