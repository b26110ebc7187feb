"""`make bench-browser`: how fast a real browser draws the map, moves it and follows changes; and, beside it, a page
that draws the same pods, Services and links at the same places with cytoscape."""
