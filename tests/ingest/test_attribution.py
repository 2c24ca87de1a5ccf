"""Statements: who is said to hold what, in articles made up for each way of saying it."""

import random
from pathlib import Path

import pytest
import yaml

from rag.ingest.attribution import find_statements, speaker_at
from rag.ingest.attribution import lexicon as lexicon_module
from rag.ingest.attribution.assemble import LONGEST_READ
from rag.ingest.attribution.lexicon import inflected
from rag.ingest.attribution.quotes import quotations
from rag.ingest.attribution.tokens import sentences
from rag.text.sentences import LONGEST
from rag.types import UNNAMED, Article, Statement


def article(text: str) -> Article:
    return Article(id="a", text=text, title="t", path="t.txt", publisher="The Ham Courier")


def found(text: str) -> list[Statement]:
    return find_statements(article(text))


def told(text: str) -> list[tuple[str, str]]:
    """Speaker and content of each statement; parts of the content joined by ' / '."""
    return [(s.speaker, " / ".join(text[a:b] for a, b in s.content)) for s in found(text)]


ONE = [
    ("“The port is shut”, said Ann Poe, mayor of Ham.", "Ann Poe", "“The port is shut”"),
    ('"The port is shut", Ann Poe said.', "Ann Poe", '"The port is shut"'),
    ("„The port is shut“, said Ann Poe.", "Ann Poe", "„The port is shut“"),
    ("„The port is shut,“ said Ann Poe.", "Ann Poe", "„The port is shut,“"),
    ("»The port is shut«, said Ann Poe.", "Ann Poe", "»The port is shut«"),
    ("«The port is shut», said Ann Poe.", "Ann Poe", "«The port is shut»"),
    # a first person that nobody is named for: an author, who is interviewed, who wrote a letter
    ("I wrote that the port was shut.", UNNAMED, "that the port was shut"),
    ("Ann Poe said that the port was shut.", "Ann Poe", "that the port was shut"),
    ("Ann Poe said the port was shut.", "Ann Poe", "the port was shut"),
    ("The port was shut at noon, said Ann Poe.", "Ann Poe", "The port was shut at noon"),
    ("The port was shut at noon, Ann Poe said.", "Ann Poe", "The port was shut at noon"),
    ("“The port is shut,” said Ann Poe, mayor of Ham.", "Ann Poe", "“The port is shut,”"),
    ("“The port is shut,” Ann Poe, the mayor of Ham, told reporters.", "Ann Poe", "“The port is shut,”"),
    ("“Is it shut?” Ann Poe asked.", "Ann Poe", "“Is it shut?”"),
    ("Ann Poe told the Courier that the port was shut.", "Ann Poe", "that the port was shut"),
    ("According to Ann Poe, the port was shut.", "Ann Poe", "the port was shut"),
    ("The port was shut, according to Ann Poe.", "Ann Poe", "The port was shut"),
    ("As Ann Poe reported, the port was shut at noon.", "Ann Poe", "the port was shut at noon"),
    ("As reported by Radio Ham, the port was shut at noon.", "Radio Ham", "the port was shut at noon"),
    ("In a statement on Monday, Ann Poe, the mayor, said the port was shut.", "Ann Poe", "the port was shut"),
    ("On Oct. 13, the day of the vote, Ann Poe, the mayor, said it was over.", "Ann Poe", "it was over"),
    ("Ann Poe, who fled when the bridge burned, said the port was shut.", "Ann Poe", "the port was shut"),
    ("“The port,” Ann Poe said, “is shut.”", "Ann Poe", "“The port,” / “is shut.”"),
    ("The port, said Ann Poe, is shut for good.", "Ann Poe", "The port / is shut for good"),
    ("In May, Ann Poe said, “The port is shut.”", "Ann Poe", "“The port is shut.”"),
    ("HAM, Ohio (AP) - The port was shut, Ann Poe said.", "Ann Poe", "The port was shut"),
    ("Ann Poe described the port as “a ruin.”", "Ann Poe", "the port as “a ruin.”"),
    ("Ann Poe accused the ministry of selling the port.", "Ann Poe", "the ministry of selling the port"),
    ("Ann Poe vowed to open the port.", "Ann Poe", "to open the port"),
    ("A spokesman, Bob Roe, said the port was shut.", "Bob Roe", "the port was shut"),
    ("Conservative host Bob Roe said the port was shut.", "Bob Roe", "the port was shut"),
    ("While Ann Poe claimed the port was shut, it was full of ships.", "Ann Poe", "the port was shut"),
    ("Officials in Ham say the port is shut.", "Officials in Ham", "the port is shut"),
    # a ship's name is no fuller name of its owner, nor is a headline one of who stands first in it
    ("Sea Line MS804 sank. Sealine MS804 was old. Sealine said it was sound.", "Sealine", "it was sound"),
    ("HAMTV Fires Ann Poe\n\n“We are sorry,” HAMTV said.", "HAMTV", "“We are sorry,”"),
]


@pytest.mark.parametrize(("text", "speaker", "content"), ONE)
def test_one_statement(text: str, speaker: str, content: str) -> None:
    assert told(text) == [(speaker, content)]


SEVERAL = [
    (
        "Ann Poe said that the port was shut, adding that no ship had left. She opened a door and said it was late.",
        [("Ann Poe", "that the port was shut"), ("Ann Poe", "that no ship had left"), ("Ann Poe", "it was late")],
    ),
    (
        "Ann Poe said the port was shut, but Bob Roe said it was open.",
        [("Ann Poe", "the port was shut"), ("Bob Roe", "it was open")],
    ),
    # another country's marks go on with no speech before them
    (
        "Ann Poe said: “The port is shut.”\n\n„It is open“, said Bob Roe.",
        [("Ann Poe", "“The port is shut.”"), ("Bob Roe", "„It is open“")],
    ),
    # who stands in an item of a list is taken up by no pronoun
    (
        "Mayor Ann Poe said the port was shut.\n\nThree papers came out:\n\nA survey of the port by Wave Works\n\n"
        "“It is old,” she told reporters.",
        [("Ann Poe", "the port was shut"), ("Ann Poe", "“It is old,”")],
    ),
    (
        "Ham’s Coastal Patrol Service (CPS) said ten ships left. The CPS added that they sailed at night. "
        "The service said nobody saw them.",
        [("Coastal Patrol Service", c) for c in ("ten ships left", "that they sailed at night", "nobody saw them")],
    ),
    ("Ann Poe told reporters:\n\n“The port is shut.”", [("Ann Poe", "“The port is shut.”")]),
]


@pytest.mark.parametrize(("text", "statements"), SEVERAL)
def test_several_statements(text: str, statements: list[tuple[str, str]]) -> None:
    assert told(text) == statements


def test_question_and_answer_are_nobodys_names() -> None:
    text = "Q: Who shut the port?\n\nA: The mayor did.\n\nQ: Why?\n\nA: It was old."
    assert {speaker for speaker, _ in told(text)} == {UNNAMED}


@pytest.mark.parametrize(
    "text",
    [
        "The port was shut on Monday.",
        "The mayor of Ham has three claims and five reports.",
        "She flew from the United States to Ham.",
        "The firm sold its pledged assets.",
        "He called off the sale.",
        "The ministry did not respond to requests for comment.",
        "A town called Ham lies by the sea.",
        "The sign 5' 10\" high fell over.",
    ],
)
def test_nothing_is_said(text: str) -> None:
    assert told(text) == []


def test_a_quotation_goes_on() -> None:
    text = (
        "“The port is shut,” Ann Poe said. “It will stay shut.”\n\n"
        "“Nobody asked us,\n\n“and nobody will,\n\n“ever again.”\n\nThe port is old."
    )
    (statement,) = found(text)
    assert [text[a:b] for a, b in statement.content] == [
        "“The port is shut,”",
        "“It will stay shut.”",
        "“Nobody asked us,",
        "“and nobody will,",
        "“ever again.”",
    ]
    assert statement.direct
    assert statement.cue is not None
    assert text[slice(*statement.cue)] == "said"


def test_a_free_quotation_is_the_last_speakers() -> None:
    text = "Ann Poe said the port was shut.\n\n“We shut it at noon.”"
    first, second = found(text)
    assert (first.direct, second.direct) == (False, True)
    assert second.cue is None
    assert second.speaker == "Ann Poe"


def test_short_forms_and_pronouns() -> None:
    text = (
        "Ann Poe, the mayor of Ham, said the port was shut. Poe said it was late. “It is,” she added.\n\n"
        "Mr. Bob Roe disagreed. He said the port was open. The mayor said he was wrong."
    )
    assert [s.speaker for s in found(text)] == ["Ann Poe", "Ann Poe", "Ann Poe", "Bob Roe", "Ann Poe"]
    assert {s.description for s in found(text) if s.speaker == "Ann Poe"} == {"the mayor of Ham"}


def test_an_unnamed_source_taken_up() -> None:
    text = (
        "The Courier's source says ten ships left. The source, a senior clerk at the port, said they sailed at night. "
        "He said nobody saw them."
    )
    statements = found(text)
    assert {s.speaker for s in statements} == {"The Courier's source"}
    assert statements[-1].description == "a senior clerk at the port"


def test_an_agency_relayed() -> None:
    text = (
        "The Coastal Patrol Service (CPS) reported that ten ships left. "
        "“Asked about it, [the CPS] replied that this could not be confirmed,” said Bob Roe, a lawmaker.\n\n"
        "Roe quoted the CPS as saying that the ships were old."
    )
    relayed = [s for s in found(text) if s.via is not None]
    assert [(s.speaker, s.via) for s in relayed] == [("Coastal Patrol Service", "Bob Roe")] * 2
    assert [s.stance for s in relayed] == ["doubts", "asserts"]


def test_interview_turns() -> None:
    text = (
        "The Courier's source says ten ships left. Below is the interview.\n\n"
        "Ham Courier (HC): Did ten ships leave?\n\nSource: “Ten left at night.”\n\n"
        "HC: Who saw them?\n\nSource: “Nobody.”"
    )
    turns = [s for s in found(text) if s.cue is None]
    assert [s.speaker for s in turns] == ["Ham Courier", "The Courier's source", "Ham Courier", "The Courier's source"]
    assert text[slice(*turns[1].content[0])] == "“Ten left at night.”"


def test_nobody_named() -> None:
    text = "The firm reportedly sold ten ships. It is believed that they sank. The ships are said to be old."
    statements = found(text)
    assert [(s.speaker, s.source) for s in statements] == [("unnamed", None)] * 3
    assert [s.stance for s in statements] == ["asserts"] * 3


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("The ministry denied that it sold ships.", "denies"),
        ("The ministry denied the claim that it sold ships.", "denies"),
        ("The ministry said it had never sold ships.", "denies"),
        ("The ministry said the report was not true.", "denies"),
        ("The ministry denied that it had never sold ships.", "asserts"),
        ("The ministry did not deny that it sold ships.", "asserts"),
        ("The agency estimates that ten ships left.", "estimates"),
        ("The agency said ten ships may have left.", "estimates"),
        ("The agency said the report could not be confirmed.", "doubts"),
        ("The Courier was not able to verify what either claims.", "doubts"),
        ("The agency could not confirm that ships had left.", "doubts"),
        ("The firm allegedly sold ten ships.", "doubts"),
        ("The agency said ten ships left.", "asserts"),
        ("The agency said ten ships left the port, which has not been open since May.", "asserts"),
        ("The agency will confirm that ten ships left.", "asserts"),
    ],
)
def test_stance(text: str, stance: str) -> None:
    assert [s.stance for s in found(text)] == [stance]


def test_speaker_at() -> None:
    text = "The port is old. Ann Poe said that the port was shut."
    statements = found(text)
    assert speaker_at(statements, 0, 10) == []
    assert [s.speaker for s in speaker_at(statements, text.index("shut"), len(text))] == ["Ann Poe"]


def test_speaker_at_is_innermost_first() -> None:
    text = "“We heard that the Coastal Patrol Service said that ten ships left,” said Bob Roe."
    statements = found(text)
    at = text.index("ten ships")
    assert [s.speaker for s in speaker_at(statements, at, at + 9)] == ["Coastal Patrol Service", "Bob Roe"]


def test_quotation_marks() -> None:
    for text, quoted in (
        ("“One” and “two”", ["“One”", "“two”"]),
        ('He said "one" and "two."', ['"one"', '"two."']),
        ("''One,'' she said, don't", ["''One,''"]),
        ("She said ‘one’, don’t ask", ["‘one’"]),
        ("«One» and „two“", ["«One»", "„two“"]),
        ("“One\n“two”", ["“One", "“two”"]),
    ):
        assert [text[a:b] for a, b in quotations(text)] == quoted


def test_every_verb_stands_in_its_example() -> None:
    data = yaml.safe_load((Path(lexicon_module.__file__).parent / "cues.yaml").read_text(encoding="utf-8"))
    for entry in data["verbs"]:
        forms = {entry["verb"], *(entry.get("forms") or []), *inflected(entry["verb"])}
        assert any(form in entry["like"] for form in forms), entry


def test_any_text_is_read() -> None:
    pieces = ["Poe", " said", " who", " that", " the mayor", " and", "''", *'“”",.\n():—']
    chance = random.Random(7)
    for _ in range(400):
        text = "".join(chance.choice(pieces) for _ in range(chance.randrange(1, 40)))
        for statement in found(text):
            assert statement.content
            assert all(0 <= a < b <= len(text) for a, b in statement.content)
            assert statement.speaker


def test_a_long_text_is_read_in_blocks_and_can_be_left() -> None:
    told = list[int]()
    text = "Ann Poe said that ten ships left.\n" * 3_000
    made = find_statements(Article(id="a", title="T", path="p", text=text), lambda: told.append(1))
    assert len(made) == 3_000 and all(text[s.content[0][0] :].startswith("that ten ships left.") for s in made)
    assert len(told) == len(text) // LONGEST_READ + 1


@pytest.mark.parametrize("unit", ["said ", "“", '"said ', "Mr Poe ", "word, ", "ten said that "])
def test_no_sentence_is_longer_than_any_is(unit: str) -> None:
    """What reads a sentence takes a time that grows with the square of its tokens."""
    for sentence in sentences(unit * 2_000):
        assert sentence.tokens[-1].start - sentence.tokens[0].start <= LONGEST
