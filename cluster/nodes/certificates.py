"""The certificate that a server in a container shows: the pair that a volume brings. Pure."""

from __future__ import annotations

from cluster.machinery.objects import Obj
from cluster.nodes.messages import Content


def pair(container: Obj, content: Content) -> tuple[bytes, bytes] | None:
    """PEM of certificate and key; None: no volume has one, and the server makes its own."""
    for mount in container.get("volumeMounts") or ():
        folder = str(mount.get("mountPath") or "").rstrip("/")
        certificate, key = content.file(f"{folder}/tls.crt"), content.file(f"{folder}/tls.key")
        if certificate and key:
            return certificate, key
    return None
