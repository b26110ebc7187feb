"""Images with tools to look around with, offered for a container beside a pod's own."""

from __future__ import annotations

IMAGES = ("slongstreet/bind-utils:latest", "busybox:1.36", "curlimages/curl", "debian:12")
