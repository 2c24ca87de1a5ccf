"""Which sentence stands first: what each sign of a sentence's rank is worth, and how near an answer has to be.

    python bench/ranking.py               # needs ../shared/data beside the project; some twenty minutes on two cores
    python bench/ranking.py --homes DIR   # keeps the corpora for the next run

First sentence: the share of answerable questions whose answer stands in the sentence ranked first, over a corpus of all
the set's texts. The weights (rag/answer/evidence.py) were chosen on squadshifts; the other sets show what they do.
Nearness: the share of answerable questions whose nearest sentence is farther than so much, and so would be declined
(`findings.NEAR`) or be called only near (`findings.PLAIN`).
"""

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from sets import DATA

from rag import Corpus, Settings
from rag.answer.evidence import BEFORE, MEANING, RANK, WORDS, Evidence

Question = tuple[str, Callable[[Evidence], bool]]
# (meaning, words, before, rank); the first is as set.
WEIGHTS = (
    (MEANING, WORDS, BEFORE, RANK),
    (1, 0.5, 0, 0),
    (1, 0, 0, 0),
    (0, 1, 0, 0),
    (1, 1, 0, 0.1),
    (1, 0.25, 0, 0.1),
)
NEARNESS = (0.3, 0.35, 0.45, 0.55, 0.7)


def rows(path: str) -> list[dict]:
    """A file of JSON lines."""
    return [json.loads(line) for line in (DATA / path).read_text(encoding="utf-8").splitlines()]


def holding(answers: list[str]) -> Callable[[Evidence], bool]:
    """Whether a sentence holds one of the answers."""
    return lambda e: any(a in e.text for a in answers)


def saying(content: str) -> Callable[[Evidence], bool]:
    """Whether a sentence holds four fifths of the words of a statement."""
    wanted = set(content.lower().split())
    return lambda e: len(wanted & set(e.text.lower().split())) >= 0.8 * len(wanted)


def sets() -> Iterator[tuple[str, list[dict], list[Question]]]:
    """Each set's name, texts and answerable questions."""
    for part in ("new_wiki", "reddit"):
        data = json.loads((DATA / f"squadshifts/{part}_v1.0.json").read_text(encoding="utf-8"))["data"]
        paragraphs = [p for article in data for p in article["paragraphs"]]
        chosen = random.Random(3).sample(paragraphs, 300)
        asked = [random.Random(p["context"]).choice(p["qas"]) for p in chosen]
        texts = [{"title": f"Text {i}", "text": p["context"]} for i, p in enumerate(chosen)]
        yield part, texts, [(q["question"], holding([a["text"] for a in q["answers"]])) for q in asked]
    squad = rows("squad2/questions.jsonl")
    contexts = list(dict.fromkeys(q["context"] for q in squad))
    texts = [{"title": f"Text {i}", "text": t} for i, t in enumerate(contexts)]
    yield "squad2", texts, [(q["question"], holding(q["answers"])) for q in squad if q["answerable"]]
    said = [(q["question"], saying(q["content"]["text"])) for q in rows("polnear/train/who_said.jsonl")]
    yield "polnear", rows("polnear/train/articles.jsonl"), said


def evidence(corpus: Corpus, question: str) -> list[Evidence]:
    """The sentences that an answer to the question is made of, best first."""
    found = corpus._answerer._found(corpus.understood(question), None, corpus.settings.results)  # pyright: ignore
    return list(found.evidence)


def main() -> None:
    """Print both tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--homes", type=Path)
    given = options.parse_args().homes
    with tempfile.TemporaryDirectory() as passing:
        for name, texts, questions in sets():
            home = (given or Path(passing)) / name
            source = Path(passing) / f"{name}.jsonl"
            source.write_text("\n".join(map(json.dumps, texts)), encoding="utf-8")
            with Corpus.open(Settings(home=home)) as corpus:
                if not corpus.counts()["articles"]:
                    corpus.ingest(source)
                found = [(evidence(corpus, question), right) for question, right in questions]
            found = [(e, right) for e, right in found if e]
            print(f"\n{name}: {len(found)} questions\n\n| meaning, words, before, rank | first sentence |\n|---|---|")
            for weights in WEIGHTS:
                first = [right(max(e, key=lambda x: _score(x, *weights))) for e, right in found]
                print(f"| {', '.join(map(str, weights))} | {sum(first) / len(first):.3f} |")
            nearest = [max(x.nearness for x in e) for e, _ in found]
            print("\n| nearness | farther |\n|---|---|")
            for least in NEARNESS:
                print(f"| {least} | {sum(n < least for n in nearest) / len(nearest):.3f} |")


def _score(e: Evidence, meaning: float, words: float, before: float, rank: float) -> float:
    """The score under other weights; what the sentence before adds and the passage's rank are in its own score."""
    rest = e.score - MEANING * e.meaning - WORDS * e.coverage
    return meaning * e.meaning + words * e.coverage + (rest if before or rank else 0.0)


if __name__ == "__main__":
    main()
