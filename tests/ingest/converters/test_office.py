"""Word documents, rich text, presentations and workbooks, made with the libraries that write them."""

import io
import zipfile
from datetime import date
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from pptx.util import Inches

from rag.ingest.draft import Stated
from tests.ingest import fuzz
from tests.ingest.converters.story import SENTENCES, TITLE, draft, lines, read, refused


def saved(made: Any) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


# Word documents


def test_a_document_is_its_paragraphs_and_states_its_properties() -> None:
    found = draft(fuzz.docx(), "a.docx")
    assert found.text.split("\n") == [fuzz.TITLE, *fuzz.PARAGRAPHS, "A cell of a table."]
    assert found.fields["title"] == Stated(fuzz.TITLE, "document properties")
    assert found.fields["author"].value == "Jane Doe"
    assert "published" not in found.fields


@pytest.mark.parametrize("place", [0, 2, 3])
def test_a_table_of_a_document_is_its_rows(place: int) -> None:
    rows = [["Bidder", "Offer"], ["Fjord Stay", "9 million"], ["Union", ""]]
    made: Any = docx.Document()
    for n in range(len(SENTENCES) + 1):
        if n == place:
            table = made.add_table(3, 2)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    table.cell(i, j).text = cell
        if n < len(SENTENCES):
            made.add_paragraph(SENTENCES[n])
    told = ["Bidder | Offer", "Fjord Stay | 9 million", "Union"]
    assert lines(saved(made), "a.docx") == [*SENTENCES[:place], *told, *SENTENCES[place:]]


def test_a_document_keeps_what_was_inserted_and_drops_what_was_deleted() -> None:
    with zipfile.ZipFile(io.BytesIO(fuzz.docx())) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    tracked = (
        b"<w:p><w:ins><w:r><w:t>He denied it</w:t></w:r></w:ins>"
        b"<w:del><w:r><w:delText>twice</w:delText></w:r></w:del></w:p>"
    )
    members["word/document.xml"] = members["word/document.xml"].replace(b"<w:body>", b"<w:body>" + tracked)
    text = draft(fuzz.packed(members), "a.docx").text
    assert text.startswith("He denied it\n") and "twice" not in text


def test_other_office_files_and_open_documents_are_refused() -> None:
    drawing = fuzz.packed({"[Content_Types].xml": b"", "visio/document.xml": b""})
    assert "no text document" in refused(drawing, "a.vsdx")
    open_document = fuzz.packed({"content.xml": b"", "META-INF/manifest.xml": b""})
    assert "OpenDocument file: save it as DOCX" in refused(open_document, "a.odt")


# Rich text


def test_rich_text() -> None:
    found = draft(fuzz.rtf(), "a.rtf")
    assert found.text.split("\n") == [fuzz.TITLE, *fuzz.PARAGRAPHS]
    assert found.fields["title"].value == fuzz.TITLE and found.fields["author"].value == "Jane Doe"


def test_rich_text_of_another_code_page() -> None:
    data = b"{\\rtf1\\ansi\\ansicpg1251 \\'cf\\'f0\\'e8\\'e2\\'e5\\'f2 \\u8222?x\\u8220?}"
    assert draft(data, "a.rtf").text == "Привет „x“"


# Presentations


def test_a_presentation_is_its_slides_tables_and_notes() -> None:
    made: Any = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = TITLE
    slide.placeholders[1].text = "\n".join(SENTENCES[:2])
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(4), Inches(4), Inches(1)).table
    for row, column, text in ((0, 0, "Year"), (0, 1, "Passengers"), (1, 0, "2023"), (1, 1, "41,200")):
        table.cell(row, column).text = text
    slide.notes_slide.notes_text_frame.text = SENTENCES[2]
    made.core_properties.author = "Oda Rein"
    found = draft(saved(made), "a.pptx")
    expected = [TITLE, *SENTENCES[:2], "Year | Passengers", "2023 | 41,200", SENTENCES[2]]
    assert found.text.split("\n") == expected
    assert found.fields["author"].value == "Oda Rein"


# Workbooks


def workbook(*rows: list[Any], before: str = "") -> bytes:
    """A workbook of rows, on its second sheet where something stands on the first."""
    made: Any = openpyxl.Workbook()
    sheet = made.active
    if before:
        sheet.append([before])
        sheet = made.create_sheet()
    for row in rows:
        sheet.append(row)
    return saved(made)


@pytest.mark.parametrize("before", ["", "Exported by the library"])
def test_a_workbook_is_an_article_a_row(before: str) -> None:
    data = workbook(
        ["Headline", "Published", "Body", "Pages"], ["Ferry withdrawn", date(2024, 9, 2), SENTENCES[0], 3], [],
        ["Second", "3 September 2024", SENTENCES[1], None], ["Third", None, None, 4], before=before,
    )  # fmt: skip
    result = read(data, "a.xlsx")
    assert [d.text for d in result.drafts] == SENTENCES[:2]
    assert [d.part for d in result.drafts] == ["#2", "#4"]
    assert str(result.drafts[0].fields["published"].value).startswith("2024-09-02")
    assert [f.part for f in result.failures] == ["#5"] and "“Pages”" in result.skipped[0].reason


def test_a_workbook_without_known_names_says_so() -> None:
    assert "no first row with names that are known" in refused(workbook(["a", "b"], ["c", "d"]), "a.xlsx")
