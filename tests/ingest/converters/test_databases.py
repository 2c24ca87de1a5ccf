"""Several articles in one export of a news database, in the forms of four of them; subjects made up."""

import io
from datetime import date

import docx
import pytest

from rag.ingest.metadata import make_article
from tests.ingest.converters.story import MORE, SENTENCES, articles, draft, paragraphs, read

TITLES = ["Smallest harvest since 1987", "Chess club loses its rooms"]
TEXTS = ["\n".join(SENTENCES[:2]), "\n".join(SENTENCES[2:])]
FORMS = {
    "Nexis": """{title}
The Aller Post
March {day}, 2024 Tuesday

Copyright 2024 Aller Press All Rights Reserved
Section: NEWS; Pg. {day}
Length: 212 words
Byline: Ida Holm

Body

{text}

Load-Date: March 20, 2024

End of Document

""",
    "Nexis with pages": """Page 1 of 1
{title}
The Aller Post
March {day}, 2024 Monday
Copyright 2024 Aller Post AS All Rights Reserved
Section: NEWS; Pg. 3
Length: 120 words
Byline: Ida Holm
Body
{text}
Load-Date: March 29, 2024
End of Document
""",
    "Nexis as it was": """
{n} of 2 DOCUMENTS

{title}
The Aller Post

March {day}, 2024 Tuesday

BYLINE: Ida Holm

LENGTH: 212 words

BODY

{text}

LOAD-DATE: March 20, 2024
""",
    "Nexis as it was, outlet and day above the title, rights at the end": """
{n} of 2 DOCUMENTS

The Aller Post

March {day}, 2024 Tuesday

{title}

BYLINE: Ida Holm

LENGTH: 212 words

{text}

LOAD-DATE: March 20, 2024

Copyright 2024 Aller Press
All Rights Reserved
""",
    "Europresse's text": """Document {n} de 2
The Aller Post (site web)
Région, mardi {day} mars 2024, p. 4

{title}

Ida Holm

{text}

© 2024 Aller Press. All rights reserved.
This certificate was made for the library of Aller.

""",
    "Factiva": """{title}
By Ida Holm
212 words
{day} March 2024
10:20
The Aller Post
ALLPO
English
Copyright 2024. The Aller Post. All rights reserved.

{text}

Document ALLPO000202403{day}ek3c0000{day}

""",
    "Factiva with a gap": """{title}

By Ida Holm
120 words
{day} March 2024
The Aller Post
ALLPO
English
(c) 2024 Aller Post AS

{text}

Document ALLPO00020240304ek340000{day}
""",
    "ProQuest": """
Title: {title}

Author: Ida Holm

Publication title: The Aller Post

Publication date: Mar {day}, 2024

Full text: {text}

Subject: Crops

ProQuest document ID: 29{day}

Database: Aller Newsstand
____________________________________________________________
""",
    "ProQuest with its title in a line": """Document {n} of 2

{title}

Author: Ida Holm

Publication info: The Aller Post ; Aller [Aller]. {day} Mar 2024: 3.

Full text: {text}

Subject: Harbours

Publication title: The Aller Post

Publication date: Mar {day}, 2024
____________________________________________________________
""",
}


def as_docx(text: str) -> bytes:
    document = docx.Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["txt", "docx"])
def test_the_articles_of_an_export(form: str, kind: str) -> None:
    export = "".join(
        FORMS[form].format(n=n, title=title, day=n + 11, text=text)
        for n, (title, text) in enumerate(zip(TITLES, TEXTS, strict=True), 1)
    )
    drafts = read(as_docx(export) if kind == "docx" else export, f"a.{kind}").drafts
    assert [d.part for d in drafts] == ["#1", "#2"]
    found = [make_article(d, "a").article for d in drafts]
    assert [(a.title, a.text) for a in found] == list(zip(TITLES, TEXTS, strict=True))
    assert {(a.publisher, a.author) for a in found} == {("The Aller Post", "Ida Holm")}
    assert [a.published for a in found] == [date(2024, 3, 12), date(2024, 3, 13)]


def test_a_cover_page_is_no_article() -> None:
    cover = (
        "User Name: Ida\nDate and Time: Tuesday, May 7, 2024 10:00\nJob Number: 4\n1. Smallest harvest since 1987\n\n"
    )
    (found,) = articles(cover + FORMS["Nexis"].format(title=TITLES[0], day=12, text=TEXTS[0]), "a.txt")
    assert (found.title, found.publisher, found.published) == (TITLES[0], "The Aller Post", date(2024, 3, 12))


@pytest.mark.parametrize(
    "behind", ["Document 3 shows the count of the year before.", "____\n\nThis is the End of Document that we have."]
)
def test_other_texts_stay_whole(behind: str) -> None:
    found = draft(f"Kelp counted\n\n{MORE}\n\n{behind}", "a.txt")
    assert found.part == "" and MORE in found.text


EUROPRESSE = "<html lang=fr><body><h1>Europresse</h1>" + "".join(
    f"""<article><header><div class="rdp__DocPublicationName"><span class="DocPublicationName">The Aller Post
    (site web), no. 4{day}</span></div><span class="DocHeader">Région, mardi {day} mars 2024 212 mots, p. 4</span>
    <div class="titreArticle"><p class="titreArticleVisu rdp__articletitle">{title}</p></div>
    <p class="sm-margin-bottomNews">Ida Holm</p></header>
    <section><div class="DocText clearfix"><div class="docOcurrContainer">{paragraphs(*text.split(chr(10)))}</div></div>
    </section><aside>See also in The Aller Post</aside><footer><small>© 2024 Aller Press.</small>{number}</footer>
    </article>"""
    for title, text, day, number in zip(
        TITLES, TEXTS, (12, 13), ('<span class="publiC-lblNodoc">news·20240312·AL·0012</span>', ""), strict=True
    )
)


def test_every_article_of_an_export_of_europresse_and_what_is_left_of_it() -> None:
    found = articles(EUROPRESSE, "export.html")
    assert [(a.title, a.text) for a in found] == list(zip(TITLES, TEXTS, strict=True))
    assert {(a.publisher, a.author) for a in found} == {("The Aller Post", "Ida Holm")}
    assert [a.published for a in found] == [date(2024, 3, 12), date(2024, 3, 13)]
    assert "See also in The Aller Post" in [one.text for one in read(EUROPRESSE, "a.html").drafts[0].removed]


def test_an_article_of_europresse_without_its_text_is_named() -> None:
    result = read(EUROPRESSE.replace("docOcurrContainer", "x", 1).replace("DocText", "x", 1), "export.html")
    assert [d.part for d in result.drafts] == ["#2"]
    assert [(one.part, "no text" in one.reason) for one in result.failures] == [("#1", True)]
