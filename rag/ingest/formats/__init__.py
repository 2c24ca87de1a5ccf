"""Bytes and a file name in, drafts out: every format of article file that is read.

Pure: no file system, no network, no state. Knows nothing of where the bytes come from, of cleaning or of the catalog.
Third-party parsers run in here on whatever is in the bytes, so call it through `rag.ingest.sandbox`.
"""

from rag.ingest.formats.dispatch import read_drafts
from rag.ingest.formats.model import Failure, ReadOptions, ReadResult
from rag.ingest.formats.sniff import SUFFIXES

__all__ = ["SUFFIXES", "Failure", "ReadOptions", "ReadResult", "read_drafts"]
