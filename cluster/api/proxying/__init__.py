"""The `proxy` subresource: an HTTP request passed on to a port of a pod, a Service or a node, and its answer back.

Where it goes (`destinations`) and what is changed in a page (`rewriting`) is pure. What a pod answers is somebody's own
page: it is shown without the rights of the site it is shown on.
"""

from __future__ import annotations

from cluster.api.proxying.passing import proxy

__all__ = ["proxy"]
