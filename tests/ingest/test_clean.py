"""Furniture out, the article in: what holds of every page, and of prose that has no furniture."""

import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag.ingest.clean import clean, clean_draft
from rag.ingest.draft import Draft, Removed
from rag.ingest.metadata import to_article
from rag.text.characters import plain_text
from rag.text.dates import resolve
from rag.text.lines import ends_sentence

POLNEAR = Path(__file__).parents[3] / "shared/data/polnear/train/articles.jsonl"

BODY = """\
The town council of Elmford voted on Monday to close the old river bridge for repairs until spring.
“We cannot wait for another flood,” said the mayor, Ada Brook, after a meeting of four hours.
Shopkeepers on the far bank of the river fear that they will lose their customers in the winter."""


# Pages of many shapes and languages. `+` stays, `=` stays as a caption, `-` goes. The words are made up.
MARKED = "\n".join(f"+ {line}" for line in BODY.split("\n"))
PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "a masthead with weather": (
        f"""\
- 54 F
- Elmford
- Friday, March 1, 2024
+ Council votes to close the old bridge over the river
- Must read
- - Advertisement -
= The old bridge at Elmford on a day of high water last year. [AGENCY PHOTO]
- The old bridge at Elmford on a day of high water last year. [AGENCY PHOTO]
{MARKED}
- BY JOHN ROE [roe.john@elmfordgazette.example]""",
        {"title": "Council votes to close the old bridge over the river", "author": "John Roe", "published": None},
    ),
    "posting line and contact": (
        f"""\
+ Council votes to close old bridge over the river Elm

- Posted on : 2024-03-01 10:20 GMT Modified on : 2024-03-02 11:00 GMT
{MARKED}
- By Jane Doe, staff reporter
- Please direct your questions to [news@elmfordgazette.example]
- Related stories
- Most viewed articles""",
        {"published": date(2024, 3, 1), "author": "Jane Doe", "publisher": None},
    ),
    "copyright": (
        f"""\
- Publisher’s Note
{MARKED}
- Copyright © ElmfordToday. Prohibited from unauthorized reproduction""",
        {"publisher": "ElmfordToday", "published": None, "title": None},
    ),
    "buttons and a date under the byline": (
        f"""\
- Home > News > Region
+ Bridge to close until spring, council decides
- By Jane Doe
- March 1, 2024
- Share
- Tweet
- 3 min read
{MARKED}
- Sign up for our newsletter
- Follow us on Facebook""",
        {"author": "Jane Doe", "published": date(2024, 3, 1), "title": "Bridge to close until spring, council decides"},
    ),
    "labels in the body, which stay": (
        """\
+ Bridge to close until spring, council decides
+ The town council of Elmford voted on Monday to close the old river bridge for repairs until spring.
+ Advertisement
+ “We cannot wait for another flood,” said the mayor, Ada Brook, after a meeting of four hours.
+ Read more: How the flood of last year changed the town
+ Shopkeepers on the far bank of the river fear that they will lose their customers in the winter.
+ Story continues below advertisement
+ He declined to comment.
+ It will cost two million crowns, according to the plans that were shown at the meeting on Monday.""",
        {},
    ),
    "an updated day only": (
        f"""\
+ Bridge to close until spring, council decides
- Last updated: March 4, 2024 at 5:02 pm
{MARKED}""",
        {"published": None},
    ),
    "a list of links": (
        f"""\
{MARKED}
- School roof in Elmford repaired after storm
- New bus line to the coast opens in May
- Farmers ask for help with the fences
- © Elm Ledger 2024""",
        {"publisher": "Elm Ledger"},
    ),
    "a list of the article's own": (
        """\
+ Bridge to close until spring, council decides
+ The town council of Elmford voted on Monday to close the old river bridge for repairs until spring.
+ The votes of the parties in the council on Monday night, as the clerk read them out, were these:
+ Greens 4
+ Farmers 7
+ Free list 3""",
        {},
    ),
    "a masthead under the headline": (
        f"""\
+ Bridge to close until spring, council of Elmford decides
- Friday, March 1, 2024
{MARKED}
+ Get the latest from Elmford in your inbox every morning.
+ Jane Doe is a reporter who covers bridges.
- Tell a friend""",
        {"published": None},
    ),
    "German": (
        """\
- Startseite
- Politik
+ Stadtrat von Elmfurt sperrt die alte Brücke bis zum Frühling
- Von Max Muster
- Veröffentlicht am 1. März 2024, 10:20 Uhr
- Anzeige
= Die alte Brücke in Elmfurt bei Hochwasser im letzten Jahr. (Foto: dpa)
+ Der Stadtrat von Elmfurt hat am Montag beschlossen, die alte Brücke über den Fluss bis zum Frühling zu sperren.
+ Lesen Sie auch: Wie das Hochwasser die Stadt verändert hat
+ „Wir können nicht auf das nächste Hochwasser warten“, sagte die Bürgermeisterin nach der langen Sitzung.
- Teilen
- Drucken
- Mehr zum Thema
- Schuldach nach dem Sturm repariert
- © 2024 Elmfurter Bote. Alle Rechte vorbehalten.""",
        {"author": "Max Muster", "published": date(2024, 3, 1), "publisher": "Elmfurter Bote"},
    ),
    "French": (
        """\
+ Le conseil municipal d'Elmville ferme le vieux pont jusqu'au printemps
- Par Jeanne Martin
- Publié le 1er mars 2024 à 10h20
- Partager sur Facebook
+ Le conseil municipal d'Elmville a décidé lundi de fermer le vieux pont de la rivière jusqu'au printemps prochain.
+ Publicité
+ « Nous ne pouvons pas attendre la prochaine crue », a dit la maire après une réunion de quatre heures.
- Lire aussi
- Les plus lus
- Tous droits réservés © La Gazette d'Elmville""",
        {"author": "Jeanne Martin", "published": date(2024, 3, 1), "publisher": "La Gazette d'Elmville"},
    ),
    "Korean": (
        """\
+ 엘름포드 시의회, 오래된 강 다리 봄까지 폐쇄 결정
- 입력 2024.03.01 10:20 수정 2024.03.01 11:00
- 홍길동 기자 hong@elm.example
- 공유하기
+ 엘름포드 시의회는 월요일 오래된 강 다리를 봄까지 폐쇄하고 보수하기로 결정했다고 시장이 회의 뒤에 밝혔다.
+ 광고
+ 강 건너편 상인들은 겨울 동안 손님을 잃을까 걱정하고 있다고 말했다.
+ 시장은 더 말하지 않았다.
- 관련기사
- 많이 본 뉴스
- 저작권자 © 엘름일보. 무단전재 및 재배포 금지""",
        {"author": "홍길동", "published": date(2024, 3, 1), "publisher": "엘름일보"},
    ),
    "Spanish": (
        """\
+ El ayuntamiento de Elmira cierra el viejo puente hasta la primavera
- Publicado el 1 de marzo de 2024
+ El ayuntamiento de Elmira decidió el lunes cerrar el viejo puente del río hasta la próxima primavera.
- Compartir
- Imprimir
- Lo más leído
- Nuevo autobús a la costa""",
        {"published": date(2024, 3, 1)},
    ),
    "a dateline with its year": (
        """\
+ Council of Elmford closes the old bridge
+ ELMFORD, March 1, 2024 (Agency) -- The town council of Elmford voted to close the old river bridge until spring.
+ Shopkeepers on the far bank of the river fear that they will lose their customers in the winter.
- (Reporting by Jane Doe; Editing by John Roe)""",
        {"published": date(2024, 3, 1), "author": "Jane Doe"},
    ),
    "a republished article": (
        f"""\
{MARKED}
+ This article first appeared in the Elm Ledger. The Coast Herald could not independently verify the report.""",
        {"publisher": "The Coast Herald"},
    ),
    "a menu above the headline": (
        f"""\
- News
- Sport
- Weather
- Jobs
- Homes
+ Bridge to close until spring, council of Elmford decides
- Jane Doe
- Published: 1 March 2024
{MARKED}""",
        {"published": date(2024, 3, 1)},
    ),
    "sentences that speak of adverts, shares and rights": (
        """\
+ Share prices fell.
+ Advertisement revenue fell by half in a year, said the owners of the paper in a letter to the staff on Monday.
+ “Please direct your questions to press@ministry.example,” a spokesman of the ministry said on Monday.
+ Related talks went on in the capital.
+ He must read the letter again, said the mayor, who had asked all readers to subscribe to the newsletter.
+ The copyright law was passed on Monday with all votes but two, and newspapers will be able to sue for it.
+ Subscribe, they said.
+ They follow us on the way to the port, a sailor told the court, and no one may share what he saw there.""",
        {"published": None, "author": None},
    ),
    "nothing but labels": ("+ Must read\n+ Advertisement\n+ Share", {}),
    "one short sentence": ("+ It rained.", {}),
}


def marked(page: str) -> tuple[str, list[str], list[str], list[str]]:
    """The text without its marks, the lines that stay, those that go, and those that are captions."""
    lines = [(line[:1], line[2:]) for line in page.split("\n") if line.strip()]
    return (
        "\n".join(line[2:] for line in page.split("\n")),
        [text for mark, text in lines if mark != "-"],
        [text for mark, text in lines if mark == "-"],
        [text for mark, text in lines if mark == "="],
    )


@pytest.mark.parametrize("name", PAGES)
def test_pages(name: str) -> None:
    page, fields = PAGES[name]
    text, kept, removed, captions = marked(page)
    cleaned = clean(text)
    assert sorted(r.text for r in cleaned.removed) == sorted(removed) and all(r.reason for r in cleaned.removed)
    assert [line for line in cleaned.text.split("\n") if line] == kept
    assert [cleaned.text[a:b] for a, b in cleaned.captions] == captions
    for field, value in fields.items():
        assert (cleaned.fields[field].value if field in cleaned.fields else None) == value, field
    assert clean(cleaned.text).text == cleaned.text


def test_an_article_that_its_reader_found_loses_lines_for_what_they_say_alone() -> None:
    caption = "The old bridge at Elmford on a day of high water."
    dates = "June 9 – Elmford, Town Hall\nJune 10 – Quayside, The Old Mill\nJune 12 – Harrow, The Corn Exchange"
    page = f"The bridge\n{caption}\n{caption}\n{BODY}\n{dates}\nReach the desk at desk@ledger.example"
    cleaned = clean(page, is_bounded=True)
    assert cleaned.text == f"The bridge\n{caption}\n{BODY}\n{dates}"
    assert [cleaned.text[a:b] for a, b in cleaned.captions] == [caption]
    assert dates not in clean(page).text


def test_what_a_reader_knows_and_left_out_is_carried_on() -> None:
    caption = "A heron on the pier"
    running = Removed("The Elm Ledger, page 1", "running head")
    cleaned = clean_draft(Draft(text=f"{BODY}\n{caption}\nShare", captions=(caption,), removed=(running,)))
    assert [cleaned.text[a:b] for a, b in cleaned.captions] == [caption]
    assert cleaned.removed == (running, Removed("Share", "no sentence, behind the last sentence of the article"))


@pytest.mark.parametrize(
    "line",
    [
        "(Reporting by Ann Lee; Editing by Bo Stein)",
        "Additional reporting by Ann Lee.",
        "By Ann Lee in Quayside",
        "Please send your questions about this report to desk@ledger.example.",
        "© 2024 The Elm Ledger",
        "Posted on: 2024-03-01 10:20 GMT",
    ],
)
def test_lines_behind_an_article_that_say_who_wrote_it_and_whose_it_is(line: str) -> None:
    assert [r.text for r in clean(f"{BODY}\n{line}").removed] == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Follow the money.",
        "Follow-up talks on Facebook began on Monday and went on into the night.",
        "Ann Lee contributed to the fund.",
        "Contributing: the weather and the war.",
        "Quayside 14 11 6 15 — 44",
        "“Please direct your questions to press@ministry.example,” a spokesman said.",
    ],
)
def test_lines_that_are_like_them_stay(line: str) -> None:
    assert clean(f"{BODY}\n{line}", is_bounded=True).text == f"{BODY}\n{line}"


def test_refrains_stay() -> None:
    page = f"{BODY}\nNever again!\nNever again!\n{BODY} He left."
    assert clean(page).text.count("Never again!") == 2


@pytest.mark.skipif(not POLNEAR.exists(), reason="needs ../shared/data")
def test_clean_prose_stays_as_it_is() -> None:
    """840 articles that are prose already. What goes was read line by line: addresses, credits, code, one-day notes.

    No line that goes may be a sentence of an article. Lines there all end with a point, furniture too, so that a
    line counts as one by its words: a verb's worth of them, none an address or handle ("Follow … on Twitter @…").
    """
    unchanged = 0
    gone: list[str] = []
    for line in POLNEAR.read_text(encoding="utf-8").strip().split("\n"):
        text = json.loads(line)["text"]
        cleaned = clean(text)
        unchanged += cleaned.text.split() == text.split()
        gone += [
            r.text
            for r in cleaned.removed
            if r.reason not in ("code", "address", "byline", "credits", "a date or time alone") and "@" not in r.text
        ]
    assert unchanged >= 760
    long = [line for line in gone if ends_sentence(line) and len(line.split()) > 4]
    assert len(long) <= 8, long


LINE = BODY.split("\n")[0]


@pytest.mark.parametrize(
    "odd",
    [
        "a" * 50_000, "A" * 50_000, "a-" * 30_000, "By " + "A " * 20_000, "© " * 20_000, "( " * 20_000, "12 " * 20_000,
        "A. " * 20_000, "x@" * 20_000, "{" * 30_000, "Jan " * 20_000, "the " * 30_000, "." * 30_000, "> " * 20_000,
        "\n".join(["Read more"] * 5_000), "\n".join(["By " + "Aa " * 25] * 500), "\n".join(["a" * 590] * 100),
        "\n".join(["65 F"] * 5_000), "\n".join(["© " * 25] * 500), "\n".join(["Foo bar"] * 5_000),
    ],
    ids=lambda odd: odd[:12],
)  # fmt: skip
def test_no_line_is_slow_to_judge(odd: str) -> None:
    """Long words, long rows of marks, thousands of labels."""
    page = plain_text(f"{odd}\n{LINE}\n{odd}")
    began = time.process_time()
    cleaned = clean(page)
    found = to_article(Draft(text=page), cleaned, "a.txt")
    resolve(found.text, date(2024, 3, 1))
    assert LINE in found.text
    assert time.process_time() - began < 6  # all take under one second on an idle machine
