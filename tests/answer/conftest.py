"""The model server that answers as a test scripts it and the corpus to ask of it, here too."""

from tests.llm.conftest import ask_with, server

__all__ = ["ask_with", "server"]
