"""Pages of many shapes and languages, made up, each line marked with what should become of it."""

from datetime import date
from typing import Any

import pytest

from rag.ingest.clean import clean
from rag.ingest.draft import Cleaned

# `+` stays, `=` stays as a caption, `-` goes. The words are made up.
BODY = """\
+ The town council of Elmford voted on Monday to close the old river bridge for repairs until spring.
+ “We cannot wait for another flood,” said the mayor, Ada Brook, after a meeting of four hours.
+ Shopkeepers on the far bank of the river fear that they will lose their customers in the winter."""
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
{BODY}
- BY JOHN ROE [roe.john@elmfordgazette.example]""",
        {"title": "Council votes to close the old bridge over the river", "author": "John Roe", "published": None},
    ),
    "posting line and contact": (
        f"""\
+ Council votes to close old bridge over the river Elm

- Posted on : 2024-03-01 10:20 GMT Modified on : 2024-03-02 11:00 GMT
{BODY}
- By Jane Doe, staff reporter
- Please direct your questions to [news@elmfordgazette.example]
- Related stories
- Most viewed articles""",
        {"published": date(2024, 3, 1), "author": "Jane Doe", "publisher": None},
    ),
    "copyright": (
        f"""\
- Publisher’s Note
{BODY}
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
{BODY}
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
{BODY}""",
        {"published": None},
    ),
    "a list of links": (
        f"""\
{BODY}
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
{BODY}
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
{BODY}
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
{BODY}""",
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
    lines = [(line[:1], line[2:]) for line in page.split("\n") if line.strip()]
    return (
        "\n".join(line[2:] for line in page.split("\n")),
        [text for mark, text in lines if mark != "-"],
        [text for mark, text in lines if mark == "-"],
        [text for mark, text in lines if mark == "="],
    )


def check(cleaned: Cleaned, text: str) -> None:
    """What holds of every cleaning: the lines are those of the text, each kept or removed, in order."""
    kept = [line for line in cleaned.text.split("\n") if line]
    removed = [r.text for r in cleaned.removed]
    assert sorted(kept + removed) == sorted(line for line in text.split("\n") if line)
    assert all(r.reason for r in cleaned.removed)
    for start, end in cleaned.captions:
        assert cleaned.text[start:end] in kept


@pytest.mark.parametrize("name", PAGES)
def test_pages(name: str) -> None:
    page, fields = PAGES[name]
    text, kept, removed, captions = marked(page)
    cleaned = clean(text)
    check(cleaned, text)
    assert sorted(r.text for r in cleaned.removed) == sorted(removed)
    assert [line for line in cleaned.text.split("\n") if line] == kept
    assert [cleaned.text[a:b] for a, b in cleaned.captions] == captions
    for field, value in fields.items():
        assert (cleaned.fields[field].value if field in cleaned.fields else None) == value, field


@pytest.mark.parametrize("name", PAGES)
def test_a_cleaned_page_is_clean(name: str) -> None:
    cleaned = clean(marked(PAGES[name][0])[0])
    assert clean(cleaned.text).text == cleaned.text
