"""Sentences weighed by the default model, on small articles made up for the purpose."""

from collections.abc import Sequence

import pytest

from rag.answer.evidence import Evidence, Voice, rank, spread, voice_of
from rag.ingest.attribution import find_statements
from rag.models.embed import Embedder
from rag.retrieve.query import search_terms
from rag.text import sentence_spans
from rag.types import UNNAMED, Article, Hit, Passage

FERRY = (
    "The ferry Linde ran aground off Veldt on Monday morning. Its captain, Maren Holt, blamed a broken radar. "
    "The harbour office denied that any light was out. Divers counted 340 crates of oranges on the sea floor. "
    "Why was no pilot on board? The owner would not comment on the grounding."
)
STRIKE = (
    "Bakers in Osterby went on strike for the third day. The guild asks for nine per cent more pay. "
    "Mayor Tove Lund offered to mediate between the guild and the mills."
)


def hit(text: str, rank: int = 1, *, start: int = 0, end: int | None = None, id: str = "a") -> Hit:
    end = len(text) if end is None else end
    article = Article(id=id, text=text, title=f"Article {id}", path=f"{id}.txt")
    passage = Passage(id=f"{id}:{start}-{end}", article_id=id, start=start, end=end, text=text[start:end])
    return Hit(passage=passage, article=article, score=1 / (60 + rank), similarity=0.5)


def found(question: str, hits: Sequence[Hit], embedder: Embedder) -> list[Evidence]:
    sentences = [embedder.embed([h.passage.text[a:b] for a, b in sentence_spans(h.passage.text)]) for h in hits]
    return rank(search_terms(question), hits, embedder.embed_query(question), sentences, {})


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("How many crates lay on the sea floor?", "Divers counted 340 crates of oranges on the sea floor."),
        ("Who blamed the radar?", "Its captain, Maren Holt, blamed a broken radar."),
        ("What did the harbour office deny?", "The harbour office denied that any light was out."),
        ("When did the ferry run aground?", "The ferry Linde ran aground off Veldt on Monday morning."),
        ("How much more pay does the guild want?", "The guild asks for nine per cent more pay."),
        (
            "Who will talk to the guild and the mills?",
            "Mayor Tove Lund offered to mediate between the guild and the mills.",
        ),
    ],
)
def test_the_sentence_that_answers_is_first(question: str, best: str, embedder: Embedder) -> None:
    evidence = found(question, [hit(STRIKE, 1, id="s"), hit(FERRY, 2, id="f")], embedder)
    assert evidence[0].text == best
    assert [e.score for e in evidence] == sorted((e.score for e in evidence), reverse=True)


def test_offsets_count_in_the_article_not_in_the_passage(embedder: Embedder) -> None:
    start = FERRY.index("The harbour office")
    for e in found("What did the harbour office deny?", [hit(FERRY, start=start)], embedder):
        assert e.start >= start
        assert e.article.text[e.start : e.end] == e.text
        assert e.text[-1] == "."


@pytest.mark.parametrize("repeated", ["A diver off Veldt holds an orange.", "A DIVER off Veldt holds an orange"])
def test_a_caption_that_stands_twice_counts_once(repeated: str, embedder: Embedder) -> None:
    text = f"A diver off Veldt holds an orange.\n{FERRY}\n{repeated}"
    evidence = found("What does the diver hold?", [hit(text)], embedder)
    assert [e.text for e in evidence].count("A diver off Veldt holds an orange.") == 1
    assert repeated == evidence[0].text or repeated not in [e.text for e in evidence]


def test_a_sentence_of_two_passages_is_quoted_from_the_better(embedder: Embedder) -> None:
    evidence = found("Who blamed the radar?", [hit(FERRY, 1, id="a"), hit(FERRY, 2, id="b")], embedder)
    assert {e.article.id for e in evidence} == {"a"}


@pytest.mark.parametrize("question", ["Why was no pilot on board?", "“Why was no pilot on board?”"])
def test_a_question_in_an_article_answers_nothing(question: str, embedder: Embedder) -> None:
    text = f"{question} The owner of the ferry said that the pilot had been sick on that day."
    evidence = found("Why was no pilot on board?", [hit(text)], embedder)
    assert [e.text for e in evidence] == ["The owner of the ferry said that the pilot had been sick on that day."]


def test_headings_of_three_words_are_passed_over(embedder: Embedder) -> None:
    evidence = found("What about the ferry?", [hit(f"The Linde ferry\n\n{FERRY}")], embedder)
    assert evidence
    assert "The Linde ferry" not in [e.text for e in evidence]


def test_a_rare_word_of_the_question_weighs_more_than_a_common_one(embedder: Embedder) -> None:
    text = "The ferry left Veldt early. The ferry left Osterby late. The ferry left Linde harbour with oranges."
    by_text = {e.text: e for e in found("ferry oranges", [hit(text)], embedder)}
    with_oranges = by_text["The ferry left Linde harbour with oranges."]
    without = by_text["The ferry left Veldt early."]
    assert with_oranges.coverage == pytest.approx(1)
    assert without.coverage < 0.25


def test_a_word_that_no_sentence_holds_is_missing(embedder: Embedder) -> None:
    (e,) = found("ferry zeppelin", [hit("The ferry left Veldt early.")], embedder)
    assert e.coverage < 0.5


@pytest.mark.parametrize("hits", [[], [hit("Oh no.")], [hit("Is the harbour of Veldt closed?")]])
def test_nothing_to_choose_from(hits: list[Hit], embedder: Embedder) -> None:
    assert found("Is the harbour closed?", hits, embedder) == []


def test_a_sentence_is_worth_more_behind_the_one_that_names_its_subject(embedder: Embedder) -> None:
    led = "The council froze two city accounts. That took place in February and June."
    apart = "That took place in February and June. Rain fell. The council froze two city accounts."
    question = "When were the city accounts frozen by the council?"
    scores = [
        next(e.score for e in found(question, [hit(text)], embedder) if e.text.startswith("That"))
        for text in (led, apart)
    ]
    assert scores[0] > scores[1]


REPORT = (
    "The mayor, Tove Lund, denied that the mill had burned. “I saw no smoke,” she said. The mill stands in Veldt. "
    "“Nobody was hurt, and nobody will be.” The clerk said that it could not be confirmed."
)


@pytest.mark.parametrize(
    ("sentence", "voice"),
    [
        ("The mayor, Tove Lund, denied that", Voice(speaker="Tove Lund", stance="denies", denies=True)),
        ("The mill stands", Voice()),
        ("The clerk said", Voice(speaker="The clerk", stance="doubts")),
    ],
)
def test_a_sentence_is_its_speakers(sentence: str, voice: Voice) -> None:
    article = Article(id="r", text=REPORT, title="Mill", path="r.txt", publisher="Courier")
    (start, end) = next((a, b) for a, b in sentence_spans(REPORT) if REPORT[a:].startswith(sentence))
    found = voice_of(article, start, end, find_statements(article))
    assert (found.speaker, found.stance, found.denies) == (voice.speaker, voice.stance, voice.denies)


@pytest.mark.parametrize("text", ["“We saw no smoke at all that night.”", "I saw no smoke at all that night."])
def test_speech_without_a_source_has_an_unknown_speaker(text: str) -> None:
    article = Article(id="q", text=text, title="Mill", path="q.txt", publisher="Courier")
    assert voice_of(article, 0, len(text), ()).speaker == UNNAMED


def test_evidence_is_spread_over_stories(embedder: Embedder) -> None:
    evidence = found("What ran aground, and who went on strike?", [hit(STRIKE, id="s"), hit(FERRY, id="f")], embedder)
    chosen = spread(evidence, 3, a_story=2)
    assert len(chosen) == 3 and {e.article.id for e in chosen} == {"s", "f"}


@pytest.mark.parametrize(
    ("question", "denies"),
    [
        ("Was any light out?", True),
        ("Did the harbour office put a light out?", True),  # who denies is of the matter too
        ("Who came to the inquiry?", False),  # the denial was only made there
    ],
)
def test_a_denial_counts_where_it_is_of_what_is_asked(question: str, denies: bool, embedder: Embedder) -> None:
    text = "At the inquiry the harbour office denied that any light was out."
    passage = hit(text)
    statements = {"a": find_statements(passage.article)}
    vectors = [embedder.embed([text])]
    [e] = rank(search_terms(question), [passage], embedder.embed_query(question), vectors, statements)
    assert e.voice.stance == "denies"
    assert e.voice.denies == denies
