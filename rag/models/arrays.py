"""The shapes of vectors, and the signs by which they are first compared."""

import numpy as np

Vector = np.ndarray[tuple[int], np.dtype[np.float32]]
"""Shape (dimensions,), float32, of length 1."""
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float32]]
"""Shape (texts, dimensions), float32, each row of length 1."""
Signs = np.ndarray[tuple[int, int], np.dtype[np.uint64]]
"""Shape (texts, a word for 64 dimensions): a bit for each dimension, set where it is above 0."""
Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]
"""Shape (passages,): the catalog's numbers of passages, or places among them."""


def signs_of(vectors: Matrix) -> Signs:
    """The signs of vectors' dimensions."""
    short = -vectors.shape[1] % 64
    return np.packbits(np.pad(vectors > 0, ((0, 0), (0, short))), axis=1).view(np.uint64)
