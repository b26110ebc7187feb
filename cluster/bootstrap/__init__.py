"""Objects that the API server and an installer leave in every cluster: what stands in them, not who keeps them."""
