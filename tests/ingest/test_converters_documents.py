"""PDF, DOCX, RTF and EPUB, made with the libraries that write them."""

import importlib.util
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from rag.errors import UnreadableError
from rag.ingest.converters import read_drafts
from rag.ingest.converters.pdf_lines import Line, paragraphs, without_running_heads
from rag.ingest.draft import Removed, Stated

_spec = importlib.util.spec_from_file_location("fuzz", Path(__file__).parent / "fuzz.py")
assert _spec and _spec.loader
fuzz: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fuzz)


def drawn(*texts: tuple[float, float, str], size: int = 12) -> bytes:
    """A PDF of a page with texts at places."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.setFont("Helvetica", size)
    for x, y, text in texts:
        canvas.drawString(x, y, text)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_a_pdf_is_its_paragraphs_without_the_running_foot() -> None:
    (draft,) = read_drafts(fuzz.pdf(3), "a.pdf").drafts
    assert draft.text.split("\n") == [fuzz.TITLE, *fuzz.PARAGRAPHS * 3]
    assert draft.fields == {"title": Stated(fuzz.TITLE, "PDF metadata"), "author": Stated("Jane Doe", "PDF metadata")}
    assert draft.removed == tuple(Removed(f"The Example, page {n}", "running head") for n in (1, 2))


def test_a_pdf_under_another_name_is_read() -> None:
    assert read_drafts(fuzz.pdf(), "a.txt").drafts == read_drafts(fuzz.pdf(), "a.pdf").drafts


def test_the_foot_of_a_single_page_stays_for_the_cleaning() -> None:
    assert "The Example, page 1" in read_drafts(fuzz.pdf(), "a.pdf").drafts[0].text


def test_columns_are_read_one_after_the_other() -> None:
    left = [(60, 700 - 14 * i, f"left line {i} goes on and") for i in range(8)]
    right = [(320, 700 - 14 * i, f"right line {i} goes on and") for i in range(8)]
    text = read_drafts(drawn(*left, *right), "a.pdf").drafts[0].text
    assert text.index("left line 7") < text.index("right line 0")


def test_a_pdf_that_is_encrypted_a_picture_or_damaged_is_refused() -> None:
    with pytest.raises(UnreadableError, match="encrypted: save it without a password"):
        read_drafts(fuzz.pdf(encrypted=True), "a.pdf")
    with pytest.raises(UnreadableError, match="pictures only: install Tesseract"):
        read_drafts(drawn(), "a.pdf")
    with pytest.raises(UnreadableError, match="damaged PDF"):
        read_drafts(b"%PDF-1.4\nnothing", "a.pdf")


def line(text: str, row: int, right: float = 0.6, height: float = 0.015, left: float = 0.1) -> Line:
    top = 0.8 - row * 0.02
    return Line(text=text, left=left, right=right, bottom=top - height, top=top)


def test_a_hyphen_at_a_line_end_is_the_words_own_or_the_lines() -> None:
    # 'government' and 'long-term' stand elsewhere in the text
    page = [
        line("the government and the long-term plan of the govern-", 0),
        line("ment which it calls a long-", 1),
        line("term plan.", 2, right=0.2),
    ]
    ((text,), _) = paragraphs([page])
    assert text.endswith("plan of the government which it calls a long-term plan.")


def test_a_document_whose_words_at_line_ends_are_compounds_keeps_its_hyphens() -> None:
    page = [line("a short-term loan, a short-", 0), line("term house and a semi-", 1), line("automatic gun", 2)]
    assert paragraphs([page])[0] == ["a short-term loan, a short-term house and a semi-automatic gun"]


def test_a_document_that_divides_words_joins_them() -> None:
    page = [line("and the suppo-", i) if i % 2 == 0 else line(f"sition{i} was", i) for i in range(12)]
    page.append(line("no supposition7", 12))  # one of its words is seen whole
    assert paragraphs([page])[0][0].startswith("and the supposition1 was and the supposition3")


def test_paragraphs_end_at_gaps_other_letters_and_short_lines() -> None:
    page = [
        line("A headline", 0, height=0.03),
        line("First line of a text that runs on", 2),
        line("and ends early.", 3, right=0.25),
        line("Another one that runs to the edge", 4),
        line("and is over.", 5, right=0.3),
        line("After a gap it goes on", 8),
    ]
    assert [p[:9] for p in paragraphs([page])[0]] == ["A headlin", "First lin", "Another o", "After a g"]


def test_a_sentence_runs_on_over_pages_and_page_numbers_go() -> None:
    pages = [
        [line("a sentence that is not", 0), Line(text="1", left=0.3, right=0.31, bottom=0.03, top=0.045)],
        [line("over yet.", 0), Line(text="2", left=0.3, right=0.31, bottom=0.03, top=0.045)],
    ]
    assert paragraphs(without_running_heads(pages)[0])[0] == ["a sentence that is not over yet."]


def test_lines_of_japanese_are_joined_without_a_space() -> None:
    assert paragraphs([[line("国防省は水曜日、", 0), line("否定した。", 1)]])[0] == ["国防省は水曜日、否定した。"]


def test_a_docx_is_its_paragraphs_tables_too() -> None:
    (draft,) = read_drafts(fuzz.docx(), "a.docx").drafts
    assert draft.text.split("\n") == [fuzz.TITLE, *fuzz.PARAGRAPHS, "A cell of a table."]
    assert draft.fields["title"] == Stated(fuzz.TITLE, "document properties")
    assert draft.fields["author"].value == "Jane Doe"
    assert "published" not in draft.fields


def test_a_docx_keeps_what_was_inserted_and_drops_what_was_deleted() -> None:
    with zipfile.ZipFile(io.BytesIO(fuzz.docx())) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    tracked = (
        b"<w:p><w:ins><w:r><w:t>He denied it</w:t></w:r></w:ins>"
        b"<w:del><w:r><w:delText>twice</w:delText></w:r></w:del></w:p>"
    )
    members["word/document.xml"] = members["word/document.xml"].replace(b"<w:body>", b"<w:body>" + tracked)
    text = read_drafts(fuzz.packed(members), "a.docx").drafts[0].text
    assert text.startswith("He denied it\n") and "twice" not in text


def test_other_office_files_and_open_documents_are_refused() -> None:
    with pytest.raises(UnreadableError, match="no text document"):
        read_drafts(fuzz.packed({"[Content_Types].xml": b"", "visio/document.xml": b""}), "a.vsdx")
    with pytest.raises(UnreadableError, match="OpenDocument file: save it as DOCX"):
        read_drafts(fuzz.packed({"content.xml": b"", "META-INF/manifest.xml": b""}), "a.odt")


def test_rtf() -> None:
    (draft,) = read_drafts(fuzz.rtf(), "a.rtf").drafts
    assert draft.text.split("\n") == [fuzz.TITLE, *fuzz.PARAGRAPHS]
    assert draft.fields["title"].value == fuzz.TITLE and draft.fields["author"].value == "Jane Doe"


def test_rtf_of_another_code_page() -> None:
    text = (
        read_drafts(b"{\\rtf1\\ansi\\ansicpg1251 \\'cf\\'f0\\'e8\\'e2\\'e5\\'f2 \\u8222?x\\u8220?}", "a.rtf")
        .drafts[0]
        .text
    )
    assert text == "Привет „x“"


def test_an_epub_gives_its_long_documents_in_reading_order() -> None:
    first, second = read_drafts(fuzz.epub(), "a.epub").drafts
    assert (first.part, second.part) == ("O/c2.xhtml", "O/c1.xhtml")  # the spine's order, not the names'
    assert first.fields["title"] == Stated("Article 2", "<h1>")
    assert first.fields["publisher"] == Stated("Example Press", "the book's metadata")
    assert "published" not in first.fields and "2024-01-01" in first.fields["note"].value
    assert fuzz.PARAGRAPHS[3] in first.text.split("\n")


def test_an_epub_with_entities_is_refused() -> None:
    with pytest.raises(UnreadableError, match="EntitiesForbidden"):
        read_drafts(fuzz.epub('<!DOCTYPE package [<!ENTITY a "b">]>'), "a.epub")
