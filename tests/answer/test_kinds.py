"""What kind of message it is: learned from examples, held against messages by writers who knew nothing of them."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.answer.kinds import EXAMPLES, KINDS, Kind, examples, file_name, fit, kept_fit, kind_of
from rag.models.embed import Embedder

OTHERS = Path(__file__).parents[2] / "eval" / "messages.jsonl"


@pytest.fixture(scope="module")
def weights(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return kept_fit(embedder.name, embedder.embed, tmp_path_factory.mktemp("kinds"))


@pytest.fixture(scope="module")
def others(embedder: Embedder) -> list[tuple[Any, Kind]]:
    """Vectors and kinds of messages by other writers."""
    told = examples(OTHERS)
    return list(zip(embedder.embed([m for m, _ in told]), [kind for _, kind in told], strict=True))


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("What is in this collection, roughly? I'm new here", "collection"),
        ("Which newspapers do you have and how far back do they go?", "collection"),
        ("good evening! how do I use this thing", "greeting"),
        ("Give me a timeline of the bakers' strike", "timeline"),
        ("Summarise what both sides say about the harbour tunnel", "summary"),
        ("Who helped the bakers?", "fact"),
        ("the harbour tunnel", "fact"),
        ("and why?", "fact"),
        ("What is this ban about in Veldt?", "fact"),
        ("Hello Kitty sales in 2019", "fact"),
    ],
)
def test_a_message_is_known_for_what_it_is(message: str, kind: Kind, embedder: Embedder, weights: Any) -> None:
    assert kind_of(embedder.embed_query(message), weights) == kind


def test_messages_by_other_writers_are_known(others: list[tuple[Any, Kind]], weights: Any) -> None:
    assert not {m for m, _ in examples(OTHERS)} & {m for m, _ in examples()}
    told = Counter((kind, kind_of(vector, weights)) for vector, kind in others)
    of = Counter(kind for _, kind in others)
    known = {kind: told[kind, kind] / of[kind] for kind in KINDS}
    assert known["fact"] >= 0.97, known
    assert min(known.values()) >= 0.6, known


def test_a_model_that_tells_nothing_apart_takes_everything_for_a_question_of_fact(words: Embedder) -> None:
    """Its vectors are noise: the fit finds that out by its own examples."""
    given = examples()
    weights = fit(words.embed([m for m, _ in given]), [kind for _, kind in given])
    kept = [kind_of(words.embed_query(m), weights) == "fact" for m, kind in examples(OTHERS) if kind == "fact"]
    assert sum(kept) >= 0.95 * len(kept)


def test_the_default_models_fit_comes_with_the_package(
    embedder: Embedder, others: list[tuple[Any, Kind]], weights: Any
) -> None:
    """`python bench/kinds.py --fit` makes it anew when the examples have changed."""
    assert EXAMPLES.with_name(file_name(embedder.name)).exists()
    given = examples()
    made = fit(embedder.embed([m for m, _ in given]), [kind for _, kind in given])
    assert np.mean([kind_of(v, made) == kind_of(v, weights) for v, _ in others]) >= 0.99


def test_the_fit_is_made_once(words: Embedder, tmp_path: Path) -> None:
    asked: list[int] = []

    def embed(texts: Any) -> Any:
        asked.append(len(texts))
        return words.embed(texts)

    first = kept_fit("words", embed, tmp_path / "new")
    again = kept_fit("words", embed, tmp_path / "new")
    assert asked == [len(examples())] and np.array_equal(first, again)
    (kept,) = (tmp_path / "new").iterdir()
    kept.write_bytes(b"torn")
    assert np.array_equal(kept_fit("words", embed, tmp_path / "new"), first) and len(asked) == 2
    (tmp_path / "file").write_text("no folder")
    assert np.array_equal(kept_fit("words", embed, tmp_path / "file"), first)
