"""A terminal between a client and a container's programs: line discipline, keys, line editing, prompts."""
