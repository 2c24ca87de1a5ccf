"""Several articles in one export of a news database, in the forms of four of them; subjects made up."""

import io
from datetime import date

import pytest

from rag.ingest.converters import ReadResult, read_drafts
from rag.ingest.metadata import make_article
from rag.types import Article

PEAR = "The pear harvest in the Aller valley is the smallest since 1987, growers said on Tuesday. Hail took most of it."
CHESS = "The chess club of Brandhof has lost its rooms after ninety years. Its chairman denied that rent was owed."
KELP = "Divers have counted more kelp off Rennsund than last spring, the institute reported. It gave no reason."

NEXIS = "\n\n".join(
    f"{title}\nThe Aller Post\nMarch {day}, 2024 Tuesday\n\nCopyright 2024 Aller Press All Rights Reserved\n"
    f"Section: NEWS; Pg. {day}\nLength: 212 words\nByline: Ida Holm\n\nBody\n\n{text}\n\nLoad-Date: March 20, 2024\n\n"
    "End of Document"
    for title, day, text in (("Smallest harvest since 1987", 12, PEAR), ("Chess club loses its rooms", 13, CHESS))
)
OLD_NEXIS = "".join(
    f"\n{n} of 2 DOCUMENTS\n\n{title}\nThe Aller Post\n\nMarch {day}, 2024 Tuesday\n\nBYLINE: Ida Holm\n\n"
    f"LENGTH: 212 words\n\nBODY\n\n{text}\n\nLOAD-DATE: March 20, 2024\n"
    for n, title, day, text in (
        (1, "Smallest harvest since 1987", 12, PEAR),
        (2, "Chess club loses its rooms", 13, CHESS),
    )
)
FACTIVA = "".join(
    f"{title}\nBy Ida Holm\n212 words\n{day} March 2024\n10:20\nThe Aller Post\nALLPO\nEnglish\n"
    f"Copyright 2024. The Aller Post. All rights reserved.\n\n{text}\n\nDocument ALLPO000202403{day}ek3c0000{day}\n\n"
    for title, day, text in (("Smallest harvest since 1987", 12, PEAR), ("Chess club loses its rooms", 13, CHESS))
)
PROQUEST = ("_" * 60).join(
    f"\n\nTitle: {title}\n\nAuthor: Holm, Ida\n\nPublication title: The Aller Post\n\n"
    f"Publication date: Mar {day}, 2024\n\nFull text: {text}\n\nSubject: Crops\n\nProQuest document ID: 29{day}\n\n"
    f"Database: Aller Newsstand\n\n"
    for title, day, text in (("Smallest harvest since 1987", 12, PEAR), ("Chess club loses its rooms", 13, CHESS))
)

# Outlet and day above the title, no word 'Body', the note on rights at the end.
OLDEST_NEXIS = "".join(
    f"\n{n} of 2 DOCUMENTS\n\nThe Aller Post\n\nMarch {day}, 2024 Tuesday\n\n{title}\n\nBYLINE: Ida Holm\n\n"
    f"LENGTH: 212 words\n\n{text}\n\nLOAD-DATE: March 20, 2024\n\nCopyright 2024 Aller Press\nAll Rights Reserved\n"
    for n, title, day, text in (
        (1, "Smallest harvest since 1987", 12, PEAR),
        (2, "Chess club loses its rooms", 13, CHESS),
    )
)
EUROPRESSE_TEXT = "".join(
    f"Document {n} de 2\nThe Aller Post (site web)\nRégion, mardi {day} mars 2024, p. 4\n\n{title}\n\nIda Holm\n\n"
    f"{text}\n\n© 2024 Aller Press. All rights reserved.\nThis certificate was made for the library of Aller.\n\n"
    for n, title, day, text in (
        (1, "Smallest harvest since 1987", 12, PEAR),
        (2, "Chess club loses its rooms", 13, CHESS),
    )
)
COVER = "User Name: Ida\nDate and Time: Tuesday, May 7, 2024 10:00\nJob Number: 4\n1. Smallest harvest since 1987\n\n"

EUROPRESSE = "<html lang=fr><body><h1>Europresse</h1>" + "".join(
    f"""<article><header><div class="rdp__DocPublicationName"><span class="DocPublicationName">The Aller Post
    (site web), no. 4{day}</span></div><span class="DocHeader">Région, mardi {day} mars 2024 212 mots, p. 4</span>
    <div class="titreArticle"><p class="titreArticleVisu rdp__articletitle">{title}</p></div>
    <p class="sm-margin-bottomNews">Ida Holm</p></header>
    <section><div class="DocText clearfix"><div class="docOcurrContainer"><p>{text}</p></div></div></section>
    <aside>See also in The Aller Post</aside><footer><small>© 2024 Aller Press. All rights reserved.</small>
    {number}</footer></article>"""
    for title, day, text, number in (
        ("Smallest harvest since 1987", 12, PEAR, '<span class="publiC-lblNodoc">news·20240312·AL·0012</span>'),
        ("Chess club loses its rooms", 13, CHESS, ""),
    )
)


def docx(text: str) -> bytes:
    import docx as library

    document = library.Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def articles(result: ReadResult) -> list[Article]:
    return [make_article(draft, draft.part).article for draft in result.drafts]


@pytest.mark.parametrize("export", [NEXIS, COVER + NEXIS, OLD_NEXIS, OLDEST_NEXIS, FACTIVA, PROQUEST, EUROPRESSE_TEXT])
@pytest.mark.parametrize("packed", [False, True])
def test_the_articles_of_an_export(export: str, packed: bool) -> None:
    result = read_drafts(docx(export), "export.docx") if packed else read_drafts(export.encode(), "export.txt")
    found = articles(result)
    assert [a.text for a in found] == [PEAR, CHESS]
    assert [a.title for a in found] == ["Smallest harvest since 1987", "Chess club loses its rooms"]
    assert {a.publisher for a in found} == {"The Aller Post"}
    assert [a.published for a in found] == [date(2024, 3, 12), date(2024, 3, 13)]
    assert all("Holm" in (a.author or "") for a in found)
    assert [a.path for a in found] == ["#1", "#2"]


def test_every_article_of_an_export_of_europresse_and_what_is_left_of_it() -> None:
    result = read_drafts(EUROPRESSE.encode(), "export.html")
    found = articles(result)
    assert [(a.text, a.title, a.publisher, a.author, a.published) for a in found] == [
        (PEAR, "Smallest harvest since 1987", "The Aller Post", "Ida Holm", date(2024, 3, 12)),
        (CHESS, "Chess club loses its rooms", "The Aller Post", "Ida Holm", date(2024, 3, 13)),
    ]
    assert "See also in The Aller Post" in [removed.text for removed in result.drafts[0].removed]


def test_an_article_of_europresse_without_its_text_is_named() -> None:
    bare = EUROPRESSE.replace("docOcurrContainer", "x", 1).replace("DocText", "x", 1)
    result = read_drafts(bare.encode(), "export.html")
    assert [draft.part for draft in result.drafts] == ["#2"]
    assert [(one.part, "no text" in one.reason) for one in result.failures] == [("#1", True)]


@pytest.mark.parametrize(
    "text",
    [
        f"Kelp counted\n\n{KELP}\n\nDocument 3 shows the count of the year before.",
        f"Kelp counted\n\n{KELP}\n\n____\n\nThis is the End of Document that we have.",
    ],
)
def test_other_texts_stay_whole(text: str) -> None:
    (draft,) = read_drafts(text.encode(), "a.txt").drafts
    assert draft.part == "" and KELP in draft.text
