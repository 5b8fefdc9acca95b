"""Which traffic can get from where to where: the graph, its paths, and the declared tiers."""
