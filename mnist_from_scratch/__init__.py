"""A feed-forward network in NumPy alone."""
