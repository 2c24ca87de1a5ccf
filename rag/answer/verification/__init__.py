"""What a language model wrote, held against the passages; knows nothing of models."""
