"""busybox's vi, but for its screen and its files: a text, what keys do to it, and what the screen shows. Pure."""
