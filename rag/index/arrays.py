"""The shapes of vectors: names for types, nothing else."""

import numpy as np

Vector = np.ndarray[tuple[int], np.dtype[np.float32]]
"""Shape (dimensions,), float32, of length 1."""
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float32]]
"""Shape (texts, dimensions), float32, each row of length 1."""
