"""Whether documents that contradict one another are shown as such: RAMDocs (Wang et al., 2025).

python bench/ramdocs.py         (needs ../shared/data beside the project; some minutes)

A question's documents are its corpus, each an article found whole. They *give different answers* when of the answers
that the set gives for its documents (noise has none) some two hold words that the other lacks, without regard to case
and punctuation: 'a film' and 'film' are one answer, '1886' and 'the 1880s' are two. Visible: the gold answers that
stand in the answer's text. A column for each half of the questions, by their place in the file: the first, the third
and so on served for development.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import replace

from data import DATA, rows
from evidence import hit, weighed

from rag.answer import answerable, extractive
from rag.answer.cite import from_markdown
from rag.index.embed import Embedder, load_embedder
from rag.ingest.dates import resolve
from rag.ingest.statements import find_statements
from rag.settings import DEFAULT_EMBEDDER, load_settings
from rag.types import Answer


def plain(text: str) -> str:
    """Lower case, words alone."""
    return " " + " ".join(re.findall(r"[^_\W]+", text.casefold())) + " "


def differ(question: dict) -> bool:
    """Whether the documents give different answers."""
    given = [set(plain(str(d["answer"])).split()) for d in question["documents"] if d["type"] != "noise"]
    return any(a - b and b - a for a in given for b in given)


def ask(question: dict, embedder: Embedder) -> tuple[Answer, float]:
    """The answer from the question's own documents, and the seconds that writing it took."""
    hits = [hit(d["text"], number) for number, d in enumerate(question["documents"])]
    told = {h.article.id: find_statements(h.article) for h in hits}
    found = weighed(question["question"], hits, embedder)
    began = time.process_time()
    held = answerable.assess(question["question"], found)
    if not held.answered:
        held = replace(held, answering=tuple(found))
    *_, answer = extractive.write(
        question["question"], [extractive.Part(question["question"], found, held)], resolve, told
    )
    assert isinstance(answer, Answer)
    return answer, time.process_time() - began


def measure(questions: Sequence[dict], embedder: Embedder) -> dict[str, float]:
    """The shares that the table shows."""
    asked = [(q, *ask(q, embedder)) for q in questions]
    apart = [a.verdict == "contested" for q, a, _ in asked if differ(q)]
    alike = [a.verdict != "contested" for q, a, _ in asked if not differ(q)]
    seen = [[plain(str(g)) in plain(from_markdown(a.text)) for g in q["gold_answers"]] for q, a, _ in asked]
    return {
        "contested where they differ": sum(apart) / len(apart),
        "not where they agree": sum(alike) / len(alike),
        "every gold answer visible": sum(map(all, seen)) / len(seen),
        "gold answers visible": sum(map(sum, seen)) / sum(map(len, seen)),
        "characters": sum(len(a.text) for _, a, _ in asked) / len(asked),
        "processor ms to assess, find and write": 1000 * sum(s for *_, s in asked) / len(asked),
    }


def table() -> list[str]:
    """The rows of the table in docs/benchmarks.md."""
    embedder = load_embedder(DEFAULT_EMBEDDER, load_settings().cache)
    questions = rows(DATA / "ramdocs" / "questions.jsonl")
    halves = [measure(questions[half::2], embedder) for half in (0, 1)]
    lines = ["| RAMDocs | development half | other half |", "|---|---|---|"]
    return lines + [f"| {name} | {halves[0][name]:.3f} | {halves[1][name]:.3f} |" for name in halves[0]]


if __name__ == "__main__":
    print("\n".join(table()))
