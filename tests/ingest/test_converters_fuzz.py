"""Broken files of every format: each gives drafts or a reason, and nothing else happens."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from rag.errors import UnreadableError
from rag.ingest.sandbox import Limits, Sandbox

_spec = importlib.util.spec_from_file_location("fuzz", Path(__file__).parent / "fuzz.py")
assert _spec and _spec.loader
fuzz: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fuzz)


@pytest.mark.parametrize("name", sorted(fuzz.VALID))
def test_the_files_that_are_broken_were_whole(name: str) -> None:
    with Sandbox() as sandbox:
        result = sandbox.read(fuzz.VALID[name](), name)
    assert result.drafts and not result.failures
    for draft in result.drafts:
        assert fuzz.SENTENCES[1] in " ".join(draft.text.split())


def test_broken_files_give_drafts_or_a_reason() -> None:
    with Sandbox(Limits(seconds=10)) as sandbox:
        for what, name, data in fuzz.broken(seed=7, count=50):
            try:
                result = sandbox.read(data, name)
            except UnreadableError as e:
                assert "crashed" not in str(e) and "took more" not in str(e), (what, name, str(e))
                assert len(str(e)) < 600
            else:
                assert result.drafts or result.failures or result.skipped, (what, name)


@pytest.mark.parametrize(
    "what", ["gzip of 2 GB", "ZIP of 240 MB of zeros", "YAML aliases", "XML entities in a DOCX", "deep JSON"]
)
def test_bombs_are_defused(what: str) -> None:
    name, make = fuzz.BOMBS[what]
    with Sandbox() as sandbox:
        try:
            result = sandbox.read(make(), name)
        except UnreadableError as e:
            assert "needed more" not in str(e) and "took more" not in str(e)
        else:
            assert not result.drafts and result.failures
