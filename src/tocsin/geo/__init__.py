"""Countries, areas with their dates, PRIO-GRID, the gazetteer, points in polygons."""
