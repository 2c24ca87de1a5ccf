"""Public question sets in their own formats, scored by their own rules: MultiHop-RAG, RAMDocs, SQuAD 2.0.

The sets are not part of the project. A path is the folder that holds the set's files, or for RAMDocs and SQuAD a file.
"""

import json
import re
import string
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from rag.answer.cite import from_markdown
from rag.errors import CaseError
from rag.evaluate.generated import generated
from rag.evaluate.metrics import evidence_ranks, recall_at
from rag.evaluate.passing import Document, passing_corpus
from rag.evaluate.statements import short_answer
from rag.settings import Settings
from rag.types import Answer, Filter

Figures = dict[str, tuple[float, int]]
Reckoned = tuple[Figures, list[dict[str, Any]]]
Progress = Callable[[int, int, str], None]
# What a question without evidence is to be answered in MultiHop-RAG.
_INSUFFICIENT = "Insufficient information."


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRun:
    """The figures of a set, each with the number of questions it is of.

    `output` is what they were reckoned from, question by question, for whoever reckons them again.
    """

    name: str
    figures: Figures
    questions: int
    seconds: float
    output: tuple[Mapping[str, Any], ...] = ()


def evaluate_public(named: str, settings: Settings, progress: Progress | None = None) -> PublicRun:
    """Run a public set.

    Args:
        named: 'multihop_rag=PATH', 'ramdocs=PATH', 'squad2=PATH' or 'generated=1000', so many made-up articles.

    Raises:
        CaseError: the name is of no set, or the path does not hold it.
    """
    name, _, path = named.partition("=")
    if name not in (*_SETS, _GENERATED) or not path or (name == _GENERATED and not path.isdecimal()):
        raise CaseError(f"--set {named!r}: name one of {', '.join(f'{n}=PATH' for n in _SETS)}, or {_GENERATED}=1000")
    began = time.perf_counter()
    try:
        if name == _GENERATED:
            figures, output = generated(int(path), settings, progress or _silent)
        else:
            figures, output = _SETS[name](Path(path), settings, progress or _silent)
    except (KeyError, TypeError, AttributeError) as e:
        raise CaseError(f"{path} does not look like {name}: {e!r}") from e
    return PublicRun(
        name=name, figures=figures, questions=len(output), seconds=time.perf_counter() - began, output=tuple(output)
    )


def _silent(done: int, total: int, what: str) -> None:
    """No progress is shown."""


# MultiHop-RAG (Tang and Yang, COLM 2024)


def multihop_retrieval(passages: Sequence[str], facts: Sequence[str]) -> dict[str, float]:
    """Hits, mean average precision and reciprocal rank of one question, as the set's own script counts them.

    A passage is relevant when, spaces and line ends removed, it contains a fact; a fact counts where it is found first,
    and once, though it be listed twice.
    """
    bare = [p.replace(" ", "").replace("\n", "") for p in passages[:10]]
    gold = [f.replace(" ", "").replace("\n", "") for f in facts]
    relevant = [n for n, p in enumerate(bare, 1) if any(g in p for g in gold)]
    first = [next((n for n, p in enumerate(bare, 1) if g in p), None) for g in dict.fromkeys(gold)]
    ranks = evidence_ranks(facts, passages)
    return {
        "Hits@10": float(bool(relevant)),
        "Hits@4": float(any(n <= 4 for n in relevant)),
        "MAP@10": sum(1 / n for n in first if n) / min(len(gold), 10),
        "MRR@10": 1 / relevant[0] if relevant else 0.0,
        "evidence recall@4": recall_at(ranks, 4) or 0.0,
        "evidence recall@10": recall_at(ranks, 10) or 0.0,
        "all evidence@10": float(all(r and r <= 10 for r in ranks)),
    }


def multihop_answer(given: str, gold: str) -> bool:
    """The set's own rule: the answer and the gold answer share a word."""
    return bool(set(given.lower().split()) & set(gold.lower().split()))


def _multihop(path: Path, settings: Settings, progress: Progress) -> Reckoned:
    articles = _rows(path, "corpus.json", "articles.jsonl")
    questions = _rows(path, "MultiHopRAG.json", "questions.jsonl")
    documents: list[Document] = [
        (f"{n}.md", a.get("body") or a["text"], {"title": a["title"], "publisher": a.get("source") or a["publisher"],
         "published": (a.get("published_at") or a.get("published") or "")[:10]})
        for n, a in enumerate(articles)
    ]  # fmt: skip
    found: dict[str, list[float]] = {}
    output: list[dict[str, Any]] = []
    with passing_corpus(documents, settings) as (corpus, _):
        for done, q in enumerate(questions):
            progress(done, len(questions), q["query"])
            answer = corpus.ask(q["query"])
            given = _INSUFFICIENT if answer.verdict == "declined" else from_markdown(answer.text)
            row: dict[str, Any] = {"query": q["query"], "question_type": q["question_type"], "model_answer": given,
                   "gold_answer": q["answer"], "retrieval_list": [], "gold_list": q["evidence_list"]}  # fmt: skip
            values = {f"answer, {q['question_type']}": float(multihop_answer(given, q["answer"]))}
            if q["question_type"] == "null_query":
                values["declined where nothing answers"] = float(answer.verdict == "declined")
            else:
                values["answered where something does"] = float(answer.verdict != "declined")
                passages = [h.passage.text for h in corpus.search(q["query"], 10)]
                row["retrieval_list"] = [{"text": p} for p in passages]
                values |= multihop_retrieval(passages, [e["fact"] for e in q["evidence_list"]])
            output.append(row)
            for name, value in {**values, "answer, all": values[f"answer, {q['question_type']}"]}.items():
                found.setdefault(name, []).append(value)
    return _means(found), output


# RAMDocs (Wang et al., "Retrieval-augmented generation with conflicting evidence", 2025)


def ramdocs_exact(given: str, gold: Sequence[str], wrong: Sequence[str]) -> bool:
    """The set's own rule: every gold answer stands in what is given, and no wrong one does."""
    text = f" {normal(given)} "
    held = [bool(normal(a)) and f" {normal(a)} " in text for a in [*gold, *wrong]]
    return all(held[: len(gold)]) and not any(held[len(gold) :])


def _ramdocs(path: Path, settings: Settings, progress: Progress) -> Reckoned:
    questions = _rows(path, "RAMDocs_test.jsonl", "questions.jsonl")
    documents: list[Document] = [
        (f"{n}-{d}.md", doc["text"], {}) for n, q in enumerate(questions) for d, doc in enumerate(q["documents"])
    ]
    found: dict[str, list[float]] = {}
    output: list[dict[str, Any]] = []
    with passing_corpus(documents, settings) as (corpus, ids):
        for n, q in enumerate(questions):
            progress(n, len(questions), q["question"])
            names = [f"{n}-{d}.md" for d in range(len(q["documents"]))]
            own = tuple(dict.fromkeys(ids[name] for name in names if name in ids))  # one without words is no article
            answer = corpus.ask(q["question"], where=Filter(article=own))
            text = from_markdown(answer.text)
            output.append({"question": q["question"], "given": text, "verdict": answer.verdict})
            gold, wrong = [str(a) for a in q["gold_answers"]], [str(a) for a in q["wrong_answers"]]
            shown = [f" {normal(a)} " in f" {normal(text)} " for a in gold]
            for name, value in {
                "exact match": ramdocs_exact(text, gold, wrong),
                "every gold answer stands there": all(shown),
                "gold answers that stand there": fmean(shown) if shown else 1.0,
                "contested": answer.verdict == "contested",
            }.items():
                found.setdefault(name, []).append(float(value))
    return _means(found), output


# SQuAD 2.0 (Rajpurkar, Jia and Liang, "Know what you don't know", ACL 2018)


def normal(text: str) -> str:
    """Lower case, without punctuation, articles and superfluous spaces, as the official script normalises."""
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def squad_exact(given: str, answers: Sequence[str]) -> float:
    """1 where an answer is given word for word; where there are none, where nothing is given."""
    return max(float(normal(given) == normal(a)) for a in answers or [""])


def squad_f1(given: str, answers: Sequence[str]) -> float:
    """The best overlap of words with an answer; where there are none, 1 for nothing given."""

    def f1(gold: str) -> float:
        a, b = normal(given).split(), normal(gold).split()
        if not a or not b:
            return float(a == b)
        same = sum((Counter(a) & Counter(b)).values())
        return 2 * same / (len(a) + len(b))

    return max(f1(a) for a in answers or [""])


def _squad(path: Path, settings: Settings, progress: Progress) -> Reckoned:
    questions = list(_squad_questions(_rows(path, "dev-v2.0.json", "questions.jsonl")))
    contexts = list(dict.fromkeys(context for _, context, _ in questions))
    documents: list[Document] = [(f"{n}.md", context, {}) for n, context in enumerate(contexts)]
    found: dict[str, list[float]] = {}
    output: list[dict[str, Any]] = []
    with passing_corpus(documents, settings) as (corpus, ids):
        for done, (question, context, answers) in enumerate(questions):
            progress(done, len(questions), question)
            answer = corpus.ask(question, where=Filter(article=ids[f"{contexts.index(context)}.md"]))
            given = _given(answer)
            output.append({"question": question, "given": given, "answers": answers, "verdict": answer.verdict})
            exact, f1 = squad_exact(given, answers), squad_f1(given, answers)
            group = "HasAns" if answers else "NoAns"
            told = {"exact": exact, "f1": f1, f"{group}_exact": exact, f"{group}_f1": f1}
            if answers:
                cited = f" {normal(' '.join(c.quote for c in answer.citations))} "
                told["answer in a sentence cited"] = float(
                    any(f" {normal(a)} " in cited for a in answers) and bool(given)
                )
            for name, value in told.items():
                found.setdefault(name, []).append(value)
    return _means(found), output


def _squad_questions(rows: Sequence[Any]) -> Iterator[tuple[str, str, list[str]]]:
    """(question, context, answers) of the official file's nesting, or of a line for each question."""
    for row in rows:
        for paragraph in row.get("paragraphs", [row]):
            for q in paragraph.get("qas", [row]):
                answers: Any = q["answers"]
                given: Any = answers["text"] if isinstance(answers, dict) else answers  # pyright: ignore
                texts = [str(a["text"]) if isinstance(a, dict) else str(a) for a in given]  # pyright: ignore
                yield (
                    q["question"],
                    paragraph["context"],
                    [t for t in texts if t],
                )  # some files answer with an empty one


def _given(answer: Answer) -> str:
    if answer.verdict == "declined":
        return ""
    return short_answer(answer) or (answer.citations[0].quote if answer.citations else from_markdown(answer.text))


# All of them


def _rows(path: Path, *names: str) -> list[Any]:
    """The objects of the first of the files that is there: JSON with a list or a `data` field, or JSONL."""
    file = path if path.is_file() else next((path / n for n in names if (path / n).is_file()), None)
    if file is None:
        raise CaseError(f"{path} holds none of {', '.join(names)}")
    text = file.read_text(encoding="utf-8")
    try:
        if file.suffix == ".jsonl":
            return [json.loads(line) for line in text.split("\n") if line.strip()]
        found: Any = json.loads(text)
    except ValueError as e:
        raise CaseError(f"{file} is not JSON: {e}") from e
    return found["data"] if isinstance(found, dict) else found  # pyright: ignore


def _means(found: dict[str, list[float]]) -> Figures:
    return {name: (fmean(values), len(values)) for name, values in found.items()}


_GENERATED = "generated"
_SETS: dict[str, Callable[[Path, Settings, Progress], Reckoned]] = {
    "multihop_rag": _multihop,
    "ramdocs": _ramdocs,
    "squad2": _squad,
}
