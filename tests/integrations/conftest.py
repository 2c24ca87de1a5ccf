"""The model server that answers as a test scripts it, here too."""

from tests.llm.conftest import server

__all__ = ["server"]
