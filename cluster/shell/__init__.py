"""Shells and programs of simulated containers. None reaches the machine it runs on: no process, no file, no socket."""
