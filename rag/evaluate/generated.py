"""Made-up news articles by the thousand, and questions whose evidence is known: retrieval at size.

The same number and seed give the same articles. Towns have several articles on different matters, and each matter
happens in many towns, so a question is answered by one article alone: that of its town and its matter. Half of the
questions are in the article's words, half in others; some ask for what no article holds.
"""

import random
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from itertools import product
from pathlib import Path
from statistics import fmean
from typing import Any

import yaml

from rag.answer.cite import from_markdown
from rag.corpus import Corpus
from rag.errors import CaseError
from rag.evaluate import metrics
from rag.evaluate.facts import holds
from rag.evaluate.run import Progress
from rag.evaluate.scores import percentile
from rag.settings import Settings

Document = tuple[str, str, dict[str, str]]
"""(file name, text, fields)."""

_SEED = 8
# Of the matters, how many happen in one town.
_A_TOWN = 6
_FILLER = 5
_QUESTIONS, _UNANSWERED = 200, 40
WORDINGS = {"asks": "the article's words", "other": "other words"}


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedQuestion:
    """A question: its wording, the sentence that answers it and the value there; both '' where no article does."""

    question: str
    wording: str
    evidence: str = ""
    value: str = ""


def articles(count: int, seed: int = _SEED) -> tuple[list[Document], list[GeneratedQuestion]]:
    """So many articles, and the questions: 200 that one of them answers, fewer of few articles, and 40 that none does.

    Raises:
        CaseError: there are not so many different ones.
    """
    parts, chance = _parts(), random.Random(seed)
    towns, topics = ["".join(t) for t in product(*parts["towns"].values())], parts["topics"]
    if not 1 <= count <= len(towns) * _A_TOWN:
        raise CaseError(f"--generated {count}: between 1 and {len(towns) * _A_TOWN:,} articles can be made")
    chance.shuffle(towns)
    towns = towns[: -(-count // _A_TOWN)]
    happened: list[tuple[str, int]] = [(town, n) for town in towns for n in chance.sample(range(len(topics)), _A_TOWN)]
    said = set[str]()  # the same sentence in two articles would be evidence in both
    made = [_article(town, topics[n], parts, chance, said) for town, n in happened[:count]]
    documents = [(f"{n:05}.md", text, fields) for n, (text, fields, _) in enumerate(made)]
    chosen = chance.sample(range(count), min(count, _QUESTIONS))
    questions = [_of(made[i][2], list(WORDINGS)[n % 2], chance) for n, i in enumerate(chosen)]
    absent = [(t, n) for t in towns for n in range(len(topics)) if (t, n) not in set(happened)]
    for n, (town, topic) in enumerate(chance.sample(absent, min(len(absent), _UNANSWERED))):
        wording = list(WORDINGS)[n % 2]
        question = chance.choice(topics[topic]["facts"])[wording].format(town=town)
        questions.append(GeneratedQuestion(question=question, wording=wording))
    return documents, questions


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedRun:
    """The figures over made-up articles, each with the number of questions (or articles) that it is of.

    `output` is what they were reckoned from, question by question, for whoever reckons them again.
    """

    figures: Mapping[str, tuple[float, int]]
    seconds: float
    output: tuple[Mapping[str, Any], ...]


def evaluate_generated(count: int, settings: Settings, progress: Progress | None = None) -> GeneratedRun:
    """Make so many articles, ingest them into a home that goes afterwards, and ask the questions.

    Raises:
        CaseError: there are not so many different articles.
    """
    documents, questions = articles(count)
    found: dict[str, list[float]] = {}
    output: list[dict[str, Any]] = []
    times: list[float] = []
    began = time.perf_counter()
    with _corpus_of(documents, settings) as corpus:
        ingested = time.perf_counter() - began
        for done, q in enumerate(questions):
            if progress:
                progress(done, len(questions), q.question)
            at = time.perf_counter()
            passages = [h.passage.text for h in corpus.search(q.question, 10)]
            times.append(time.perf_counter() - at)
            answer = corpus.ask(q.question)
            ranks = metrics.evidence_ranks([q.evidence] if q.evidence else [], passages)
            values = _values(q, ranks, answer.verdict == "declined", from_markdown(answer.text))
            for name, value in ({f"{name}, {WORDINGS[q.wording]}": v for name, v in values.items()} | values).items():
                found.setdefault(name, []).append(value)
            output.append(asdict(q) | {"rank": ranks[0] if ranks else None, "verdict": answer.verdict})
    figures = {name: (fmean(v), len(v)) for name, v in sorted(found.items(), key=lambda f: "," in f[0])}
    figures["search, p50 s"] = percentile(times, 0.5), len(times)
    figures["search, p95 s"] = percentile(times, 0.95), len(times)
    figures["ingest, s an article"] = ingested / count, count
    return GeneratedRun(figures=figures, seconds=time.perf_counter() - began, output=tuple(output))


@contextmanager
def _corpus_of(documents: Sequence[Document], settings: Settings) -> Generator[Corpus]:
    with tempfile.TemporaryDirectory(prefix="rashomon-set-", ignore_cleanup_errors=True) as folder:
        files = Path(folder) / "files"
        files.mkdir()
        for name, text, fields in documents:
            (files / name).write_text(f"---\n{yaml.safe_dump(fields)}---\n{text}\n", encoding="utf-8")
        with Corpus.open(settings.model_copy(update={"home": Path(folder) / "home", "chroma": None})) as corpus:
            corpus.ingest([files])
            yield corpus


def _values(q: GeneratedQuestion, ranks: Sequence[int | None], declined: bool, text: str) -> dict[str, float]:
    if not q.evidence:
        return {"declined where nothing answers": float(declined)}
    found = {f"evidence recall@{k}": metrics.recall_at(ranks, k) or 0.0 for k in (1, 4, 10)}
    return found | {
        "MRR@10": metrics.reciprocal_rank(ranks) or 0.0,
        "answered where something does": float(not declined),
        "the value stands in the answer": float(not declined and holds(text, q.value)),
    }


def _article(
    town: str, topic: Mapping[str, Any], parts: Mapping[str, Any], chance: random.Random, said: set[str]
) -> tuple[str, dict[str, str], list[tuple[Mapping[str, str], str, str, str]]]:
    """An article's text, its fields, and its facts: each as it was planned, its sentence, its value, the town."""
    person = " ".join(chance.choice(names) for names in parts["people"].values())
    facts: list[tuple[Mapping[str, str], str, str, str]] = []
    for fact in topic["facts"]:
        value = says = ""
        while not says or says in said:
            value = f"{chance.randint(3, 9_999):,}"
            says = fact["says"].format(n=value, person=person)
        said.add(says)
        facts.append((fact, says, value, town))
    body = [f[1] for f in facts] + chance.sample(parts["filler"], _FILLER)
    chance.shuffle(body)
    text = "\n\n".join((topic["lead"].format(town=town), " ".join(body[:3]), " ".join(body[3:])))
    day = f"{chance.randint(2015, 2024)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    fields = {"title": topic["title"].format(town=town), "publisher": chance.choice(parts["outlets"]), "published": day}
    return text, fields, facts


def _of(
    facts: Sequence[tuple[Mapping[str, str], str, str, str]], wording: str, chance: random.Random
) -> GeneratedQuestion:
    fact, says, value, town = chance.choice(facts)
    return GeneratedQuestion(question=fact[wording].format(town=town), wording=wording, evidence=says, value=value)


@cache
def _parts() -> dict[str, Any]:
    return yaml.safe_load(Path(__file__).with_name("generated.yaml").read_text(encoding="utf-8"))
