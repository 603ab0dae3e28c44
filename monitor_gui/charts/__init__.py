"""Charts: what is drawn of a curve, axes, the crosshair and the pictures that are saved. pyqtgraph lives here."""
