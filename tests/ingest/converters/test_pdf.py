"""PDFs of columns, of pages and of pictures, drawn with reportlab."""

import io
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from bidi import get_display
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from rag.ingest.draft import Removed, Stated
from rag.ingest.sandbox import Sandbox
from tests.ingest import fuzz
from tests.ingest.converters.story import draft, refused

LEFT = [
    "The mill at Orrestad has stood empty",
    "since its owner left for the coast. The",
    "parish wants to buy it and let rooms",
    "to weavers, its clerk said on Friday.",
]
RIGHT = [
    "A builder from the valley offers twice",
    "as much and would pull it down. He did",
    "not answer questions. The county has to",
    "decide between them before winter.",
]
COLUMNS = [" ".join(LEFT), " ".join(RIGHT)]
Piece = tuple[float, float, str]


def drawn(*pages: list[Piece]) -> bytes:
    """A PDF of texts at their places, drawn in the order given."""
    out = io.BytesIO()
    canvas: Any = Canvas(out, pagesize=A4, invariant=1)
    for page in pages:
        canvas.setFont("Helvetica", 11)
        for x, y, text in page:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def column(texts: list[str], x: float = 60, top: float = 700) -> list[Piece]:
    return [(x, top - 14 * n, text) for n, text in enumerate(texts)]


def row_by_row(gutter: float) -> list[Piece]:
    """Both columns as many programs draw them."""
    return [piece for row in zip(column(LEFT), column(RIGHT, gutter), strict=True) for piece in row]


def lines(data: bytes) -> list[str]:
    return draft(data, "a.pdf").text.split("\n")


def test_a_pdf_is_its_paragraphs_without_the_running_foot() -> None:
    found = draft(fuzz.pdf(3), "a.txt")  # known by its content
    assert found.text.split("\n") == [fuzz.TITLE, *fuzz.PARAGRAPHS * 3]
    assert found.fields == {"title": Stated(fuzz.TITLE, "PDF metadata"), "author": Stated("Jane Doe", "PDF metadata")}
    assert found.removed == tuple(Removed(f"The Example, page {n}", "running head") for n in (1, 2))


def test_the_foot_of_a_single_page_stays_for_the_cleaning() -> None:
    assert "The Example, page 1" in draft(fuzz.pdf(), "a.pdf").text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (fuzz.pdf(encrypted=True), "encrypted: save it without a password"),
        (drawn([]), "PDF without text: page 1"),
        (b"%PDF-1.4\nnothing", "damaged PDF"),
    ],
    ids=["encrypted", "empty", "damaged"],
)
def test_a_pdf_that_cannot_be_read(data: bytes, said: str) -> None:
    assert said in refused(data, "a.pdf")


# Where the text stands


@pytest.mark.parametrize(
    "pieces",
    [row_by_row(300), row_by_row(350), column(LEFT) + column(RIGHT, 300)],
    ids=["row by row", "far apart", "one after the other"],
)
def test_columns_are_read_one_after_the_other(pieces: list[Piece]) -> None:
    assert lines(drawn(pieces)) == COLUMNS


def test_columns_under_a_headline_and_over_a_line() -> None:
    head = "A mill between two buyers, and a county that has to choose one of them now"
    last = "This report was made with the help of the parish archive, which has kept its letters since 1871."
    pieces = [(60, 740, head), *row_by_row(300), (60, 700 - 14 * 5, last)]
    assert lines(drawn(pieces)) == [head, *COLUMNS, last]


def test_a_large_first_letter_and_a_raised_number_are_of_their_line() -> None:
    out = io.BytesIO()
    canvas: Any = Canvas(out, pagesize=A4, invariant=1)
    canvas.setFont("Helvetica", 40)
    canvas.drawString(60, 672, "T")
    x = 60 + canvas.stringWidth("T", "Helvetica", 40)
    second = "since its owner left: it measures 35 m"
    raised = x + canvas.stringWidth(second, "Helvetica", 11)
    for size, left, y, text in (
        (11, x, 700, "he mill at Orrestad has stood empty"),
        (11, x, 686, second),
        (7, raised, 691, "2"),
        (11, raised + 7, 686, "and is three floors high."),
        (11, 60, 672, "The parish wants to buy it."),
    ):
        canvas.setFont("Helvetica", size)
        canvas.drawString(left, y, text)
    canvas.save()
    told = "The mill at Orrestad has stood empty since its owner left: it measures 35 m2 and is three floors high."
    assert " ".join(lines(out.getvalue())) == f"{told} The parish wants to buy it."


def test_rows_of_a_table_stay_rows() -> None:
    rows = [("Buyer", "Offer", "Until"), ("Parish", "1.2 million", "October"), ("Builder", "2.4 million", "November")]
    pieces = [
        (x, 700 - 14 * n, cell) for n, row in enumerate(rows) for x, cell in zip((60, 200, 300), row, strict=True)
    ]
    found = " ".join(lines(drawn(pieces)))
    assert "Parish 1.2 million October" in found and "Builder 2.4 million November" in found


def test_where_each_page_begins() -> None:
    second = [(60.0, 700.0, LEFT[3]), *column(RIGHT[:2], top=672)]
    found = draft(drawn(column(LEFT[:3]), second, column(RIGHT[2:])), "a.pdf")
    assert [found.text[start:][:20] for start in found.pages] == [LEFT[0][:20], LEFT[3][:20], RIGHT[2][:20]]


HEBREW = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
FIRST = [
    "מועצת הנמל של לינדוויק החליטה ביום שני",
    "למכור את אולם הדגים הישן לחברת מלונות",
    "תמורת תשעה מיליון כתרים לא כולל מס.",
]
SECOND = [
    "איגוד הדייגים הכחיש שהסכים למכירה הזאת",
    "וביקש מן המחוז לעצור אותה עד החורף, לפי",
    "מכתב שנשלח אל העיתון בתחילת השבוע.",
]


@pytest.mark.skipif(not HEBREW.exists(), reason="needs the font DejaVu Sans")
@pytest.mark.parametrize("order", ["one column", "columns one after the other", "row by row"])
def test_right_to_left_lines_and_columns(order: str) -> None:
    """As programs without a sense of direction draw it: each line turned round, from its right edge."""
    registerFont(TTFont("Hebrew", str(HEBREW)))
    right = [(540.0, 700.0 - 15 * n, text) for n, text in enumerate(FIRST)]
    left = [(280.0, 700.0 - 15 * n, text) for n, text in enumerate(SECOND)]
    if order == "one column":
        left = [(540.0, y - 60, text) for _, y, text in left]
    drawing = [*right, *left]
    if order == "row by row":
        drawing = [piece for row in zip(right, left, strict=True) for piece in row]
    out = io.BytesIO()
    canvas: Any = Canvas(out, pagesize=A4, invariant=1)
    canvas.setFont("Hebrew", 10)
    for x, y, text in drawing:
        canvas.drawRightString(x, y, text[::-1])
    canvas.save()
    assert lines(out.getvalue()) == [" ".join(FIRST), " ".join(SECOND)]


MIXED = [
    "המועצה (כ-25% מחבריה) שילמה 40,000 כתרים",
    "לספריה של Mill Lane 12 בעיר בשנת 1983.",
    "«מי ישלם?» שאלה דנה לוי [היושבת בראש]",
    "1984.",
]


@pytest.mark.skipif(not HEBREW.exists(), reason="needs the font DejaVu Sans")
@pytest.mark.parametrize("order", ["from the left", "from the right", "words from the left"])
def test_numbers_brackets_and_latin_words_in_right_to_left_lines(order: str) -> None:
    """As programs draw them that know of directions: each character in its place, in one order or another."""

    registerFont(TTFont("Hebrew", str(HEBREW)))
    out = io.BytesIO()
    canvas: Any = Canvas(out, pagesize=A4, invariant=1)
    canvas.setFont("Hebrew", 10)
    for n, text in enumerate(MIXED):
        seen = str(get_display(text, base_dir="R"))
        x = 540 - stringWidth(seen, "Hebrew", 10)
        places = [(x + stringWidth(seen[:i], "Hebrew", 10), c) for i, c in enumerate(seen)]
        if order == "words from the left":
            canvas.drawString(x, 700 - 15 * n, seen)
            continue
        for left, c in places if order == "from the left" else reversed(places):
            canvas.drawString(left, 700 - 15 * n, c)
    canvas.save()
    assert " ".join(lines(out.getvalue())) == " ".join(MIXED)


# Pictures

STAMP = "Copied for the county library, not to be sold."
needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs Tesseract")


def pictures(copies: int = 1, stamp: str = "") -> bytes:
    """A page of text, and pages that are pictures of text, under a stamp."""
    scanned = drawn([(60, 740, "A mill between two buyers"), *column(LEFT)])
    image = pdfium.PdfDocument(scanned)[0].render(scale=3).to_pil()  # pyright: ignore
    out = io.BytesIO()
    canvas: Any = Canvas(out, pagesize=A4, invariant=1)
    for number in range(copies + 1):
        canvas.setFont("Helvetica", 11)
        for x, y, text in () if number else column(RIGHT):
            canvas.drawString(x, y, text)
        if number:
            canvas.drawImage(ImageReader(image), 0, 0, *A4)
        canvas.drawString(60, 30, stamp)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@needs_tesseract
def test_a_picture_of_text_is_read_by_tesseract_in_the_sandbox() -> None:
    with Sandbox() as sandbox:
        (found,) = sandbox.read(pictures(), "a.pdf").drafts
    assert "Orrestad has stood empty since its owner left" in found.text
    assert "page 2 read from the picture by Tesseract" in found.fields["note"].value
    assert found.text[found.pages[1] :].startswith("A mill")


@needs_tesseract
@pytest.mark.parametrize("stamp", ["", STAMP])
def test_pictures_are_read_under_a_stamp_and_where_they_are_alike(stamp: str) -> None:
    found = draft(pictures(copies=2, stamp=stamp), "a.pdf")
    assert found.text.count("Orrestad has stood empty since its owner left") == 2
    assert "pages 2, 3 read from the picture" in found.fields["note"].value


@pytest.mark.parametrize(
    ("copies", "stamp", "told"),
    [
        (1, "", "of 2 pages, page 2 without text"),
        (2, STAMP, "of 3 pages, pages 2, 3 without text"),
        (2, "7", "of 3 pages, pages 2, 3 without text"),
    ],
)
def test_without_tesseract_the_note_says_how(
    copies: int, stamp: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    note = draft(pictures(copies, stamp), "a.pdf").fields["note"].value
    assert told in note and "install Tesseract" in note


def test_pictures_alone_are_no_article_without_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    document: Any = pdfium.PdfDocument(pictures())
    document.del_page(0)
    out = io.BytesIO()
    document.save(out)
    why = refused(out.getvalue(), "a.pdf")
    assert "without text: page 1" in why and "install Tesseract" in why


def test_when_the_time_for_a_picture_runs_out_what_was_read_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program in Tesseract's place reads the first picture at once, and the second never."""
    words = "".join(rf"5\t1\t1\t1\t1\t{n}\t0\t0\t9\t9\t96\t{word}\n" for n, word in enumerate(" ".join(LEFT).split()))
    program = tmp_path / "tesseract"
    program.write_text(f"""#!/bin/sh
if [ "$1" = --list-langs ]; then printf 'List of languages:\\neng\\n'; exit; fi
if [ -e {tmp_path}/begun ]; then exec sleep 60; fi
touch {tmp_path}/begun
cat >/dev/null
printf 'level\\n{words}'
""")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr("rag.ingest.converters.ocr.OCR_SECONDS", 8)
    found = draft(pictures(copies=3), "a.pdf")
    assert found.text.count("Orrestad has stood empty since its owner left") == 1
    note = found.fields["note"].value
    assert "page 2 read from the picture by Tesseract, in eng, which" in note
    assert "pages 3, 4 without text" in note and "ran out (8 s)" in note and "install" not in note


@needs_tesseract
def test_a_picture_without_words_is_told_as_that() -> None:
    out = io.BytesIO()
    canvas: Any = Canvas(out, pagesize=A4, invariant=1)
    for x, y, text in column(LEFT):
        canvas.drawString(x, y, text)
    canvas.showPage()
    canvas.circle(300, 400, 200)
    canvas.save()
    found = draft(out.getvalue(), "a.pdf")
    assert "page 2 without text, pictures perhaps, on which no words could be made out" in found.fields["note"].value


def test_a_picture_over_most_of_a_page_is_read_or_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The text above it and the text below it keep their places; a picture under text is no picture of text."""
    page: Any = pdfium.PdfDocument(drawn(column(LEFT, top=600)))[0]
    image = ImageReader(page.render(scale=3).to_pil())
    out = io.BytesIO()
    canvas: Any = Canvas(out, pagesize=A4, invariant=1)
    canvas.drawImage(image, 0, 100, A4[0], 0.75 * A4[1])
    for x, y, text in column(RIGHT, top=800):
        canvas.drawString(x, y, text)
    canvas.drawString(60, 60, "The letter above was given to the parish in 1998.")
    canvas.showPage()
    canvas.drawImage(image, 0, 0, *A4)
    for n in range(50):
        canvas.drawString(60, 800 - 14 * n, "and the whole of the letter may be read at its office")
    canvas.save()
    if shutil.which("tesseract"):
        told = " ".join(lines(out.getvalue()))
        assert told.index("before winter") < told.index("Orrestad has stood") < told.index("The letter above")
    monkeypatch.setenv("PATH", "")
    found = draft(out.getvalue(), "a.pdf")
    assert "of 2 pages, page 1 with a picture over most of it: install Tesseract" in found.fields["note"].value


def has_osd() -> bool:
    program = shutil.which("tesseract")
    return bool(program) and "osd" in subprocess.run([program, "--list-langs"], capture_output=True).stdout.decode()


@needs_tesseract
def test_a_page_on_its_side_is_read_or_told_but_no_jumble() -> None:
    page: Any = pdfium.PdfDocument(drawn(column(LEFT * 3)))[0]
    image = page.render(scale=3).to_pil().rotate(90, expand=True)
    out = io.BytesIO()
    canvas: Any = Canvas(out, pagesize=A4[::-1], invariant=1)
    canvas.drawImage(ImageReader(image), 0, 0, *A4[::-1])
    canvas.save()
    if has_osd():
        assert "Orrestad has stood empty since its owner left" in " ".join(lines(out.getvalue()))
    else:
        assert "no words could be made out" in refused(out.getvalue(), "a.pdf")
