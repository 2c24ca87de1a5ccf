"""Articles to passages: everything covered, offsets exact, nothing longer than the model reads."""

import hashlib
import random
import re
from typing import Protocol

import pytest

from rag.embedding import SPLITTER_VERSION
from rag.ingest import chunking
from rag.ingest.chunking import PassageSplitter
from rag.models.embed import Embedder
from rag.text.characters import plain_text
from rag.types import Article, Passage

SENTENCES = (
    "The ministry denied it.",
    "“We never sold a single shell,” a spokesman said on Oct. 31.",
    "Ten ships left the port of Rajin at night, according to an agency that had pictures of all of them.",
    "北朝鮮は武器を売っていないと述べた。韓国の議員は否定した。",
    "한국 국방부는 화요일 이를 부인했다.",
    "👩‍👩‍👧 🇰🇷 😀😀😀 said the post, 👍🏽!",
    "Министерство отрицает поставки.",
    "Nobody else was there",
    "E = mc² + ∑∫√ … ‰ № ™",
)


class Counter(Protocol):
    def tokens(self, text: str) -> list[int]: ...


def article(text: str) -> Article:
    plain = plain_text(text)
    return Article(id=hashlib.sha256(plain.encode()).hexdigest()[:16], text=plain, title="A title", path="a.md")


def passages_of(text: str, counter: Counter, most: int) -> tuple[Article, list[Passage]]:
    """The passages, checked: they hold all of the text, in order, exactly, and none is too long."""
    whole = article(text)
    passages = PassageSplitter(counter.tokens, most).split(whole)
    end = 0
    for p in passages:
        assert p.article_id == whole.id
        assert p.text and whole.text[p.start : p.end] == p.text == p.text.strip()
        assert p.start >= end and not whole.text[end : p.start].strip()
        assert len(counter.tokens(p.text)) <= most, p.text
        end = p.end
    assert not whole.text[end:].strip()
    assert len({p.id for p in passages}) == len(passages)
    return whole, passages


def mixed(seed: int, sentences: int) -> str:
    generator = random.Random(seed)
    parts = []
    for _ in range(sentences):
        parts += [generator.choice(SENTENCES), generator.choice((" ", " ", " ", "\n", "\n\n", ""))]
    return "".join(parts)


@pytest.mark.parametrize("most", [16, 64, 224])
@pytest.mark.parametrize("seed", range(4))
def test_no_passage_is_longer_than_the_real_model_reads(seed: int, most: int, embedder: Embedder) -> None:
    _, passages = passages_of(mixed(seed, 120), embedder, most)
    assert len(passages) > 5


@pytest.mark.parametrize("seed", range(4))
def test_texts_of_any_characters(seed: int, embedder: Embedder) -> None:
    generator = random.Random(seed)
    points = (generator.randrange(0x20, generator.choice((0x7F, 0x300, 0xD7FF, 0x1FAFF))) for _ in range(3000))
    text = "".join(" " if generator.random() < 0.2 else chr(p) for p in points if not 0xD800 <= p <= 0xDFFF)
    passages_of(f"word {text}", embedder, 64)


def test_one_sentence_is_one_passage(embedder: Embedder) -> None:
    whole, passages = passages_of("The ministry denied it.", embedder, 64)
    assert [(p.start, p.end, p.text) for p in passages] == [(0, 23, whole.text)]


@pytest.mark.parametrize(
    ("text", "most", "fewest", "more"),
    [
        pytest.param("Ten ships left the port of Rajin at night. " * 60, 50, 6, 60, id="ends with sentences"),
        pytest.param("It rained. " * 40, 60, 2, 9, id="short sentences share a passage"),
        pytest.param("shells and " * 1000 + "more.", 100, 20, 99, id="a sentence that is too long is cut"),
        pytest.param("朝鮮" * 1000, 100, 20, 99, id="no spaces"),
        pytest.param("Before it. " + "x" * 100_000 + " and after it.", 100, 1, 9_999, id="a word without end"),
    ],
)
def test_how_long_passages_are(text: str, most: int, fewest: int, more: int, embedder: Embedder) -> None:
    _, passages = passages_of(text, embedder, most)
    assert fewest <= len(passages) <= more
    if text.startswith("Ten ships"):
        assert all(p.text.startswith("Ten ships") and p.text.endswith("night.") for p in passages)


def test_repeated_sentences_and_paragraphs_have_their_own_offsets(embedder: Embedder) -> None:
    paragraph = "A caption. A caption. The ship left the port at night, a witness said. A caption."
    whole, passages = passages_of("\n\n".join([paragraph] * 30), embedder, 40)
    found = [m.start() for m in re.finditer("The ship", whole.text)]
    assert [sum(p.start <= at < p.end for p in passages) for at in found] == [1] * 30


def test_a_text_of_many_blocks_is_split_whole_and_can_be_left(words: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunking, "_AT_ONCE", 500)
    whole, passages = passages_of(mixed(2, 200), words, 64)
    assert "".join(whole.text.split()) == "".join("".join(p.text.split()) for p in passages)
    left = list[int]()

    def meanwhile() -> None:
        left.append(1)
        if len(left) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        chunking.PassageSplitter(words.tokens, 64).split(whole, meanwhile)
    assert len(left) == 2


def test_ids_are_stable_and_tell_where(words: Counter) -> None:
    whole, first = passages_of(mixed(1, 50), words, 64)
    _, again = passages_of(mixed(1, 50), words, 64)
    assert first == again
    assert [p.id for p in first] == [f"{whole.id}:{p.start}-{p.end}" for p in first]


def test_the_corpus_notes_the_version_of_the_splitter() -> None:
    assert chunking.VERSION == SPLITTER_VERSION
