"""Extractive answers and a language model's side by side, on the sample's questions and the shared sets.

RAG_LLM=… python bench/llm.py [--sets sample squad2 …] [--each 10] [--seed 0] [--write FILE]      (needs ../shared/data)
python bench/llm.py --read FILE        the table again, of answers kept

Of each set a seeded sample is asked. facts: the share of a case's facts (sample), of gold answers (ramdocs), whether a
gold answer (squad2) or a speaker's name (polnear) stands there; of questions that can be answered. precision, recall:
of citations, as in ALCE, by the judge of `rag eval`. sides: of the sample's contested questions. declined: where
nothing answers; wrongly: where something does. by the model: no sentence of its own had to be given up for the
articles' own words. unsupported: sentences shown as fact that the check, run again on the text shown, does not pass;
must be 0. left out: sentences that the check held back, an answer. tokens: of the prompt and of the answer (tiktoken).
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data import DATA, as_files, rows
from rag.answer.generative import NOTHING_SUPPORTED

from rag import Corpus, Settings, resources
from rag.answer.budget import vocabulary
from rag.answer.cite import from_markdown
from rag.answer.verification.checker import Checker
from rag.answer.verification.drafts import sentences
from rag.errors import LlmError
from rag.evaluate.cases import Case, load_cases
from rag.evaluate.judge import WordJudge
from rag.evaluate.metrics import citation_precision, citation_recall, sides_shown
from rag.evaluate.same import holds
from rag.ingest.dates import resolve
from rag.llm.stream import Deadlines
from rag.sample import open_sample
from rag.settings import load_settings
from rag.types import Answer

SETS = ("sample", "squad2", "polnear", "ramdocs", "multihop")
COLUMNS = ("facts", "precision", "recall", "sides", "declined", "wrongly", "by the model", "unsupported", "left out",
           "seconds", "prompt", "answer")  # fmt: skip
# A measurement waits where a user would rather have the articles' own words.
PATIENT = Deadlines(connect=60.0, first=900.0, between=300.0, total=1_500.0)
_FELL_BACK = "In the articles' own words:"


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the facts of its answer in their forms, and the texts that its set has for it."""

    text: str
    facts: Sequence[Sequence[str]]
    answerable: bool
    texts: Sequence[str] = ()
    case: Case | None = None


def questions(name: str) -> list[Question]:
    """The questions of a set."""
    if name == "sample":
        cases = load_cases(resources.folder("eval") / "sample.jsonl")
        return [Question(c.question, c.facts, c.kind != "declined", case=c) for c in cases if c.kind != "follow-up"]
    if name == "squad2":
        return [Question(q["question"], [q["answers"]] if q["answerable"] else [], q["answerable"], [q["context"]])
                for q in rows(DATA / "squad2" / "questions.jsonl")]  # fmt: skip
    if name == "ramdocs":
        return [Question(q["question"], [[str(a)] for a in q["gold_answers"]], True,
                         [d["text"] for d in q["documents"]])
                for q in rows(DATA / "ramdocs" / "questions.jsonl")]  # fmt: skip
    if name == "multihop":  # 'Yes' and 'No' are no facts to be found in a text
        return [Question(q["query"], [], q["question_type"] != "null_query")
                for q in rows(DATA / "multihop_rag" / "questions.jsonl")]  # fmt: skip
    return [Question(q["question"], [q["names"]], True) for q in rows(DATA / "polnear" / "train" / "who_said.jsonl")]


def opened(name: str, folder: Path, asked: Sequence[Question], settings: Settings) -> Corpus:
    """The corpus that the questions are asked of: the whole set's articles, or the texts of those asked."""
    if name == "sample":
        return open_sample(settings)
    if name in ("polnear", "multihop"):
        articles = rows(DATA / ("polnear/train" if name == "polnear" else "multihop_rag") / "articles.jsonl")
    else:
        articles = [{"title": t[:60], "text": t} for t in dict.fromkeys(t for q in asked for t in q.texts)]
    corpus = Corpus.open(settings.model_copy(update={"home": folder / name}))
    corpus.ingest([as_files(articles, folder / f"{name}-articles")])
    return corpus


def scores(corpus: Corpus, q: Question, answer: Answer) -> dict[str, float | None]:
    """What the table shows of one answer; None where there is nothing to measure."""
    text, declined = from_markdown(answer.text), answer.verdict == "declined"
    held = [not declined and any(holds(text, form) for form in forms) for forms in q.facts]
    sides = sides_shown(q.case, answer) if q.case else []
    judge = WordJudge()
    return {
        "facts": sum(held) / len(held) if held else None,
        "precision": None if declined else citation_precision(answer, judge),
        "recall": None if declined else citation_recall(answer, judge),
        "sides": sum(sides) / len(sides) if sides else None,
        "declined": None if q.answerable else float(declined),
        "wrongly": float(declined) if q.answerable else None,
        "by the model": None if declined else float(answer.engine != "extractive" and _FELL_BACK not in text),
        "unsupported": float(unsupported_shown(corpus, q, answer)),
        "left out": float(len(answer.unsupported)),
    }


def unsupported_shown(corpus: Corpus, q: Question, answer: Answer) -> int:
    """Sentences of the model's own that the check does not pass; the sides and quotations added are lines of a list."""
    if answer.engine == "extractive" or answer.verdict == "declined":
        return 0
    checker = Checker(q.text, corpus.search(q.text, corpus.settings.results), resolve)
    lines = answer.text.partition(_FELL_BACK)[0].replace(NOTHING_SUPPORTED, "").split("\n")
    own = from_markdown("\n".join(line for line in lines if not line.startswith(("- ", "  "))))
    return sum(not checker.check(s).places for s in sentences([own]))


def asked_of(corpus: Corpus, q: Question) -> tuple[Answer, dict[str, Any]]:
    """The answer, with what was sent and what came back unchecked."""
    told: dict[str, Any] = {"raw": "", "prompt": 0, "answer": 0}
    model = corpus.model
    if model:
        model.deadlines = PATIENT
        plain = type(model).stream

        def heard(system: str, prompt: str, **limits: Any) -> Iterator[str]:
            told["prompt"] = len(vocabulary().encode(system + prompt, disallowed_special=()))
            for piece in plain(model, system, prompt, **limits):
                told["raw"] += piece
                yield piece

        model.stream = heard  # type: ignore[method-assign]
    began = time.perf_counter()
    answer = corpus.ask(q.text)
    told["seconds"] = time.perf_counter() - began
    told["answer"] = len(vocabulary().encode(told["raw"], disallowed_special=()))
    return answer, told


def measured(names: Sequence[str], each: int, seed: int, settings: Settings) -> Iterator[dict[str, Any]]:
    """Each answer with its scores, the extractive one of every question of a set before the model's."""
    for name in names:
        found = questions(name)
        asked = random.Random(seed).sample(found, min(each, len(found)))
        with tempfile.TemporaryDirectory() as folder:
            for engine in ("extractive", settings.llm):
                with opened(name, Path(folder), asked, settings.model_copy(update={"llm": engine})) as corpus:
                    for q in asked:
                        answer, told = asked_of(corpus, q)
                        yield {"set": name, "engine": "extractive" if engine == "extractive" else "model",
                               "question": q.text, "facts": q.facts, "verdict": answer.verdict, "text": answer.text,
                               "left out": answer.unsupported, "notices": answer.notices, **told,
                               "scores": scores(corpus, q, answer)}  # fmt: skip


def table(kept: Sequence[dict[str, Any]]) -> list[str]:
    """A line for each set and engine, of the questions that both engines were asked."""
    lines = [f"| set | engine | asked | {' | '.join(COLUMNS)} |", "|---|---|---|" + "---|" * len(COLUMNS)]
    for name in dict.fromkeys(k["set"] for k in kept):
        of_set = [k for k in kept if k["set"] == name]
        both = {k["question"] for k in of_set if k["engine"] == "model"}
        for engine in ("extractive", "model"):
            of_engine = [k for k in of_set if k["engine"] == engine and k["question"] in both]
            cells = [mean([{**k, **k["scores"]}[column] for k in of_engine]) for column in COLUMNS]
            lines.append(f"| {name} | {engine} | {len(of_engine)} | {' | '.join(cells)} |")
    return lines


def mean(values: Sequence[float | None]) -> str:
    """The mean of those measured, and of how many where not of all."""
    known = [v for v in values if v is not None]
    told = "" if len(known) == len(values) else f" ({len(known)})"
    return f"{sum(known) / len(known):.3g}{told}" if known else ""


def main() -> None:
    """Ask, keep, and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    parser.add_argument("--each", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", type=Path, help="answers as JSON lines, each as it comes")
    parser.add_argument("--read", type=Path, help="the table of answers kept; nothing is asked")
    args = parser.parse_args()
    if args.read:
        print("\n".join(table(rows(args.read))))
        return
    settings = load_settings()
    if settings.llm == "extractive":
        raise LlmError("set RAG_LLM to the model to be measured")
    kept: list[dict[str, Any]] = []
    for one in measured(args.sets, args.each, args.seed, settings):
        kept.append(one)
        if args.write:
            with args.write.open("a", encoding="utf-8") as f:
                f.write(json.dumps(one, ensure_ascii=False) + "\n")
    print("\n".join(table(kept)))


if __name__ == "__main__":
    main()
