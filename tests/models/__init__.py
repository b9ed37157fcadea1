"""The models over rows written by hand: given figures, expected rows, and the reason."""
