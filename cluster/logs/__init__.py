"""What containers write: kept by pod, container and start, apart from the cluster's log of changes.

    logs.append(place, "10.244.0.11 - - …", at=mirror.now())        anybody, at once; stored in batches
    lines = await logs.kept(place)                                    with what was appended a moment ago

Knows no pod, no image and no request; who prints what is in `cluster.containers` and with the servers.
"""

from __future__ import annotations

from cluster.logs.book import Book, append, current_book, kept, run, use
from cluster.logs.lines import Line
from cluster.store.logs import Place

__all__ = ["Book", "Line", "Place", "append", "current_book", "kept", "run", "use"]
