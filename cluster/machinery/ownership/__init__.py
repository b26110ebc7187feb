"""Field ownership: who set which field of an object, and what server-side apply makes of it.

    managed = decode(obj["metadata"].get("managedFields"))
    managed = written(old, new, managed, updater("kubectl-edit", "v1"), view, now)
    made = applied(live, config, managed, applier("one"), view, now)         ApplyConflict, unless force
    obj["metadata"]["managedFields"] = encode(managed)

The rules are those of Kubernetes' structured-merge-diff and field managers. Knows types (`shapes`), and no kind.
"""
