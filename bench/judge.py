"""How well a language model judges whether passages answer, and where two sources stand.

    python bench/judge.py --llm gguf:/path/model.gguf --limit 20     # half a minute a question on two cores

Judge: the probability of Yes to `judge` of prompts/answer.md over a question's own documents, on the dev halves of
SQuAD 2.0, CLAP NQ and fitz-gov: the area under the curve, and what each threshold declines of answerable and of
unanswerable questions. The thresholds in rag/answer/judge.py are chosen from this table.
Sides: how often `sides.disagreeing` finds that sources exclude one another, where they do (ConflictNQ's two passages,
fitz-gov's disputes) and where they don't (fitz-gov's answered questions).
"""

import argparse
from collections.abc import Sequence

from sets import Item, load

from rag import Article, resources
from rag.answer.excerpts import Excerpt, shown
from rag.answer.judge import Judge, yes
from rag.answer.prompts import load_prompt
from rag.answer.sides import disagreeing
from rag.llm.model import load_model

THRESHOLDS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
# Words of a document that are shown: a small model on a plain machine reads no more.
_WORDS = 200


def excerpts(item: Item) -> list[Excerpt]:
    """A question's documents, each as one excerpt of an article of its own."""
    texts = [" ".join(d.text.split()[:_WORDS]) for d in item.documents]
    return [Excerpt(Article(id=str(n), text=t, title="", path=""), 0, len(t)) for n, t in enumerate(texts)]


def area(right: Sequence[float], wrong: Sequence[float]) -> float:
    """The area under the curve: how often one that answers is judged higher than one that doesn't."""
    pairs = [(a > b) + 0.5 * (a == b) for a in right for b in wrong]
    return sum(pairs) / len(pairs) if pairs else float("nan")


def main() -> None:
    """Print both tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--llm", required=True)
    options.add_argument("--limit", type=int, default=20, help="questions of each kind")
    given = options.parse_args()
    model = load_model(given.llm)
    assert model is not None, "--llm names no language model"
    prompt = load_prompt("answer", [resources.folder("prompts")])
    asked: Judge = model
    print(f"| set | questions | AUC | {' | '.join(f'below {t}' for t in THRESHOLDS)} |")
    print("|---" * (3 + len(THRESHOLDS)) + "|")
    for name in ("squad2", "clapnq", "fitz-gov"):
        every = load(name, "dev")
        judged: list[list[float]] = []
        for declined in (False, True):
            of = [i for i in every if (i.verdicts == {"declined"}) == declined][: given.limit]
            filled = [prompt.fill("judge", passages=shown(excerpts(i), "a1b2c3d4"), question=i.question) for i in of]
            judged.append([yes(asked, *messages) for messages in filled])
        for kind, found in zip(("answerable", "unanswerable"), judged, strict=True):
            shares = [sum(p < t for p in found) / max(1, len(found)) for t in THRESHOLDS]
            cells = " | ".join(f"{share:.2f}" for share in shares)
            print(f"| {name}, {kind} | {len(found)} | {area(*judged):.3f} | {cells} |", flush=True)
    print("\n| set | questions | sources exclude one another |\n|---|---|---|")
    for name, verdict in (("conflictnq", "contested"), ("fitz-gov", "contested"), ("fitz-gov", "answered")):
        several = [i for i in load(name, "dev") if len(i.documents) > 1 and i.verdicts == {verdict}][: given.limit]
        found = [bool(disagreeing(i.question, excerpts(i), asked, prompt)) for i in several]
        print(f"| {name}, {verdict} | {len(found)} | {sum(found) / max(1, len(found)):.2f} |", flush=True)
    model.close()


if __name__ == "__main__":
    main()
