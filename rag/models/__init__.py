"""Models that turn texts into vectors or scores: the embedder, the cross-encoder that reorders, the reader."""
