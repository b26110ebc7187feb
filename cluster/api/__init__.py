"""The Kubernetes API of each simulated cluster, over HTTP: what kubectl and the client libraries speak."""
