"""Containers as somebody meets them from outside: what they print, and who talks to their main process.

Below are the kubelet, which decides from objects alone when a container runs, and the shell, which carries out what is
typed; here the two come together.
"""
