"""The language of bash, dash and busybox's ash: read, expanded and run, in simulated containers alone."""
