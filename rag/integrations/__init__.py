"""The corpus for other programs: LlamaIndex, and any client of the Model Context Protocol."""
