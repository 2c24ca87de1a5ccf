"""Extractive answers and a language model's side by side, on the sample's questions and the shared sets.

RAG_LLM=gguf:/path/model.gguf python bench/llm.py [--set sample|squad2|polnear] [--limit 20] [--half dev|check]

Facts: the share of a case's facts (sample), of gold answers (squad2), of speakers' names (polnear) that the text holds.
Unsupported: sentences shown as fact that the check,
run again on the text shown, does not pass; must be 0. `--write FILE` keeps the answers, to be counted by hand.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from data import DATA, as_files, rows

from rag import Corpus, Settings, resources
from rag.answer.check.checker import Checker
from rag.answer.check.drafts import sentences
from rag.errors import LlmError
from rag.evaluate.cases import load_cases
from rag.evaluate.metrics import cites_named_article, facts_held
from rag.ingest.dates import resolve
from rag.sample import open_sample
from rag.settings import load_settings
from rag.types import Answer

Question = dict[str, Any]


def questions(name: str, half: str) -> list[Question]:
    """The questions of a set with what an answer must name. Even ones are the dev half, odd ones the check half."""
    if name == "sample":
        cases = load_cases(resources.folder("eval") / "sample.jsonl")
        found = [{"question": c.question, "case": c} for c in cases]
    elif name == "squad2":
        found = [{"question": q["question"], "any": q["answers"], "text": q["context"], "answerable": q["answerable"]}
                 for q in rows(DATA / "squad2" / "questions.jsonl")]  # fmt: skip
    else:
        found = [
            {"question": q["question"], "any": q["names"]} for q in rows(DATA / "polnear" / "train" / "who_said.jsonl")
        ]
    return [q for i, q in enumerate(found) if i % 2 == (half == "check")]


def opened(name: str, folder: Path, asked: list[Question], settings: Settings) -> Corpus:
    """The corpus that the questions are asked of."""
    if name == "sample":
        return open_sample(settings)
    articles = rows(DATA / "polnear" / "train" / "articles.jsonl") if name == "polnear" else [
        {"title": q["text"][:60], "text": q["text"]} for q in {q["text"]: q for q in asked}.values()
    ]  # fmt: skip
    corpus = Corpus.open(settings.model_copy(update={"home": folder / "home"}))
    corpus.ingest([as_files(articles, folder / "articles")])
    return corpus


def told(q: Question, answer: Answer) -> dict[str, float]:
    """The scores of one answer."""
    scores = {"declined": float(answer.verdict == "declined"), "sides": float(len(answer.positions)),
              "left out": float(len(answer.unsupported)),
              "by the model": float(answer.engine != "extractive")}  # fmt: skip
    if "case" in q:
        held = facts_held(q["case"], answer)
        right = {"cites the article": float(cites_named_article(q["case"], answer))} if q["case"].articles else {}
        return scores | right | ({"facts": sum(held) / len(held)} if held else {})
    wanted = [a.casefold() for a in q["any"]]
    return scores | ({"facts": float(any(a in answer.text.casefold() for a in wanted))} if wanted else {})


def unsupported_shown(corpus: Corpus, q: Question, answer: Answer) -> int:
    """Sentences of the text, quotations aside, that the check does not pass."""
    if answer.engine == "extractive" or answer.notices:
        return 0
    checker = Checker(q["question"], corpus.search(q["question"], corpus.settings.results), resolve)
    return sum(not checker.check(s).places for s in sentences([answer.text]) if " — " not in s.text)


def main() -> None:
    """Print both engines' means."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", choices=("sample", "squad2", "polnear"), default="sample", dest="name")
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("--half", choices=("dev", "check"), default="dev")
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    settings = load_settings()
    if settings.llm == "extractive":
        raise LlmError("set RAG_LLM to the model to be measured")
    asked = questions(args.name, args.half)[: args.limit]
    kept: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        for engine in ("extractive", settings.llm):
            total: dict[str, list[float]] = {}
            now = settings.model_copy(update={"llm": engine})
            with opened(args.name, Path(folder), asked, now) as corpus:
                for q in asked:
                    began = time.perf_counter()
                    answer = corpus.ask(q["question"])
                    scores = told(q, answer) | {"seconds": time.perf_counter() - began,
                                                "unsupported shown": unsupported_shown(corpus, q, answer)}  # fmt: skip
                    for name, value in scores.items():
                        total.setdefault(name, []).append(value)
                    kept.append({"engine": engine, "question": q["question"], "text": answer.text,
                                 "left out": answer.unsupported, "notices": answer.notices})  # fmt: skip
            print(f"\n{engine.split('/')[-1]}: {len(asked)} questions of {args.name}, {args.half} half")
            print(" | ".join(f"{name} {sum(v) / len(v):.3f}" for name, v in total.items()))
    if args.write:
        args.write.write_text("\n".join(json.dumps(k, ensure_ascii=False) for k in kept), encoding="utf-8")


if __name__ == "__main__":
    main()
