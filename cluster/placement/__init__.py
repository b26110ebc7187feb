"""Would this pod fit on this node, if not why not in the scheduler's exact words, and which of several nodes is best.

Pure: the world is the argument. Knows nothing of queues, events or plans; who asks may be the scheduler, a controller
that places one pod a node, or a node that is to run what it was given.
"""
