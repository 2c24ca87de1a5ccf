"""Books: their long documents in reading order, and the short ones named."""

from rag.ingest.draft import Stated
from tests.ingest import fuzz
from tests.ingest.converters.story import read, refused


def test_a_book_gives_its_long_documents_in_reading_order() -> None:
    result = read(fuzz.epub(), "a.epub")
    first, second = result.drafts
    assert (first.part, second.part) == ("O/c2.xhtml", "O/c1.xhtml")  # the spine's order, not the names'
    assert first.fields["title"] == Stated("Article 2", "<h1>")
    assert first.fields["publisher"] == Stated("Example Press", "the book's metadata")
    assert "published" not in first.fields and "2024-01-01" in first.fields["note"].value
    assert fuzz.PARAGRAPHS[3] in first.text.split("\n")
    (short,) = result.skipped
    assert short.part == "O/t.xhtml" and "fewer than 100 words" in short.reason


def test_a_book_with_entities_is_refused() -> None:
    assert "EntitiesForbidden" in refused(fuzz.epub('<!DOCTYPE package [<!ENTITY a "b">]>'), "a.epub")
