"""Plain questions as people type them: an engine's answers for a blind reader, and the reader's marks.

    python bench/plain.py ask --out answers.jsonl [--llm SPEC] [--half dev] [--sample 60] [--homes DIR]
    python bench/plain.py sheet answers.jsonl [--from 0 --to 20]      # what the reader gets: no engine, no code
    python bench/plain.py keep answers.jsonl marks.jsonl NAME       # to bench/marks
    python bench/plain.py shares                                      # a table of all that is in bench/marks
    python bench/plain.py times answers.jsonl       # seconds until judged, first words, done; and what each step takes

eval/plain.jsonl holds 150 questions over the five articles (../shared/articles), the sample corpus and PolNeAR's 840
articles, a fifth of which nothing answers; each with its ideal answer. They were written from the articles alone by
ones who had not read the code. The half `check` is kept unread by whoever changes the product.

A mark is one of
  good    says what the ideal answer says, in its first lines; or says that nothing answers it, where that is so
  poor    what is asked stands there, but late, in part, or among much that isn't asked
  wrong   doesn't answer the question, yet claims nothing that isn't so
  false   says what isn't so: declined though it stands there, disputed though nobody disputes it, a value of another
          kind, a date that isn't meant, a side that says something else
with a reason. Marks are made from the sheet, by a reader who knows nothing of the code. The answers hold sentences of
articles that aren't ours, so only marks, reasons and a digest of the answer are committed.
"""

import argparse
import hashlib
import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from measure import code, corpus_of, first_line
from printed import table
from sets import DATA, polnear_articles, rows

from rag import Answer, Corpus, RagError, Settings, Turn
from rag.sample import open_sample
from rag.settings import load_settings

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = ROOT / "eval" / "plain.jsonl"
MARKS = Path(__file__).with_name("marks")
KINDS = ("good", "poor", "wrong", "false")
Row = dict[str, Any]


def chosen(half: str | None, sample: int | None, seed: int = 0) -> list[Row]:
    """The questions, or a sample of so many, half of each half, spread over the kinds; the same for a seed always."""
    every = [q for q in rows(QUESTIONS) if half in (None, q["half"])]
    if sample is None:
        return every
    halves = sorted({q["half"] for q in every})
    found: list[Row] = []
    for name in halves:
        dice = random.Random(f"{seed} {name}")
        mixed = sorted((q for q in every if q["half"] == name), key=lambda q: (dice.random(), q["id"]))
        seen = Counter[str]()
        ranked: list[tuple[int, int, Row]] = []
        for place, q in enumerate(mixed):  # a kind's second question comes when each kind has had its first
            share = 3 if q["kind"] == "unanswerable" else 1
            ranked.append((seen[q["kind"]] // share, place, q))
            seen[q["kind"]] += 1
        found += [q for _, _, q in sorted(ranked, key=lambda r: r[:2])[: sample // len(halves)]]
    return found


@contextmanager
def opened(material: str, settings: Settings, homes: Path | None) -> Generator[Corpus]:
    """The corpus that a question is asked of."""
    if material == "sample":
        with open_sample(settings) as corpus:
            yield corpus
    else:
        files = sorted((DATA.parent / "articles").glob("*.txt"))
        with corpus_of(polnear_articles() if material == "polnear" else files, settings, homes) as (corpus, _):
            yield corpus


def answered(q: Row, corpus: Corpus) -> Row:
    """A question's answer, its earlier questions asked before it."""
    turns: list[Turn] = []
    for earlier in q["history"]:
        turns += [Turn("user", earlier), Turn("assistant", corpus.ask(earlier, turns).text)]
    timed = Timed(corpus)
    try:
        a = timed.answer(q["question"], turns)
    except RagError as e:
        return {"id": q["id"], "verdict": "error", "engine": "", "first_line": "", "text": f"Error: {e}"}
    return {"id": q["id"], "verdict": a.verdict, "engine": a.engine, "first_line": first_line(a), "text": a.text,
            "left_out": a.unsupported, "cited": {c.number: c.quote for c in a.citations}, "notices": a.notices,
            "seconds": round(a.seconds, 1), "steps": timed.steps}  # fmt: skip


# What tells a request of the prompts in prompts/, in the order in which they are made.
STEPS = {"rewrite": "plain English", "kind": "\nMessage: ", "judge": "be answered from", "write": "say who says so",
         "parts": "what was asked for", "verify": "\nSentence: ", "value": "as few words",
         "check": "Answer: "}  # fmt: skip


class Timed:
    """One question, and when what of its answer was there: seconds since it was asked."""

    def __init__(self, corpus: Corpus) -> None:
        """Listen to the model, where there is one."""
        self.corpus, self.steps = corpus, dict[str, float]()

    def answer(self, question: str, turns: Sequence[Turn]) -> Answer:
        """The answer; `steps` tells when it was judged, when its first words came, and what each request took."""
        began = last = time.perf_counter()
        if model := self.corpus.model:

            def heard(sent: str, _: str) -> None:
                nonlocal last
                now = time.perf_counter()
                step = next((name for name, mark in STEPS.items() if mark in sent), "other")
                self.steps[step] = round(self.steps.get(step, 0) + now - last, 2)
                if step == "judge":
                    self.steps.setdefault("judged", round(now - began, 2))
                last = now

            model.on_request = heard
        for event in self.corpus.stream(question, turns):
            if event.kind == "text":
                self.steps.setdefault("first words", round(time.perf_counter() - began, 2))
            if event.answer:
                return event.answer
        raise AssertionError("an answer comes last")


def ask(args: argparse.Namespace) -> None:
    """Append the answers that the file doesn't hold yet, so that a run cut short goes on."""
    done = {r["id"] for r in rows(args.out)} if args.out.exists() else set[str]()
    todo = [q for q in chosen(args.half, args.sample, args.seed) if q["id"] not in done]
    settings = load_settings(llm=args.llm)
    for material in ("sample", "articles", "polnear"):
        of = [q for q in todo if q["material"] == material]
        if not of:
            continue
        with opened(material, settings, args.homes) as corpus:
            for q in of:
                row = {**answered(q, corpus), "llm": args.llm.rpartition("/")[2], "code": code()}
                with args.out.open("a", encoding="utf-8") as f:
                    f.write(json.dumps(row, ensure_ascii=False) + "\n")
                print(f"{q['id']} {row['verdict']} {row.get('seconds')} s", file=sys.stderr)


def sheet(args: argparse.Namespace) -> None:
    """Print question, ideal answer, first line and answer of each, in the order of ids."""
    of = {q["id"]: q for q in rows(QUESTIONS)}
    for r in sorted(rows(args.answers), key=lambda r: r["id"])[args.begin : args.end]:
        q = of[r["id"]]
        before = "".join(f"Asked before: {h}\n" for h in q["history"])
        print(f"===== {r['id']} ({q['kind']}, over {q['material']})\n{before}QUESTION: {q['question']}\n"
              f"IDEAL: {q['ideal']}\nFIRST LINE: {r['first_line']}\nANSWER:\n{r['text']}\n")  # fmt: skip


def times(args: argparse.Namespace) -> None:
    """Print the medians over the answers that a model judged."""
    of = [r for r in rows(args.answers) if "judged" in r.get("steps", {})]
    found = {name: [r["seconds"] if name == "done" else r["steps"].get(name) for r in of]
             for name in ("judged", "first words", "done", *STEPS)}  # fmt: skip
    taken = {name: [t for t in several if t is not None] for name, several in found.items()}
    table(["", "answers", "median s", "most s"],
          ([n, len(t), f"{statistics.median(t):.1f}", f"{max(t):.1f}"] for n, t in taken.items() if t))  # fmt: skip


def digest(text: str) -> str:
    """What ties a mark to the answer that it is of."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def keep(args: argparse.Namespace) -> None:
    """Write the marks of a reader beside those kept."""
    given = {r["id"]: r for r in rows(args.answers)}
    marks = rows(args.marks)
    wrong = [m for m in marks if m["id"] not in given or m["mark"] not in KINDS or not m["why"]]
    if wrong or len({m["id"] for m in marks}) < len(marks):
        sys.exit(f"marks that are of no answer, twice there, of no kind or without a reason: {wrong}")
    kept = [
        {**{name: m[name] for name in ("id", "mark", "why")}, **{name: a[name] for name in ("llm", "code", "verdict")},
         "answer": digest(a["text"])}
        for m in sorted(marks, key=lambda m: m["id"])
        for a in [given[m["id"]]]
    ]  # fmt: skip
    MARKS.mkdir(exist_ok=True)
    out = "".join(json.dumps(k, ensure_ascii=False) + "\n" for k in kept)
    (MARKS / f"plain-{args.name}.jsonl").write_text(out, encoding="utf-8")


def shares(_: argparse.Namespace) -> None:
    """Print the shares of all marks kept, false first, by half."""
    of = {q["id"]: q for q in rows(QUESTIONS)}
    marked = (
        (file.stem.removeprefix("plain-"), half, [m["mark"] for m in rows(file) if of[m["id"]]["half"] == half])
        for file in sorted(MARKS.glob("plain-*.jsonl"))
        for half in ("dev", "check")
    )
    shown = KINDS[::-1]
    table(["answers", "half", "marked", *shown], ([name, half, len(marks), *(
        f"{marks.count(k)} ({marks.count(k) / max(1, len(marks)):.0%})" for k in shown)]
        for name, half, marks in marked), words=2)  # fmt: skip


def command(commands: Any, name: str, run: Callable[[argparse.Namespace], None], *given: str) -> Any:
    """One command more, with what it is given: files, and a name."""
    one = commands.add_parser(name)
    for argument in given:
        one.add_argument(argument, type=str if argument == "name" else Path)
    one.set_defaults(run=run)
    return one


def main() -> None:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = command(commands, "ask", ask)
    one.add_argument("--out", type=Path, required=True)
    one.add_argument("--llm", default="extractive")
    one.add_argument("--half", choices=("dev", "check"))
    one.add_argument("--sample", type=int)
    one.add_argument("--seed", type=int, default=0)
    one.add_argument("--homes", type=Path)
    command(commands, "times", times, "answers")
    one = command(commands, "sheet", sheet, "answers")
    one.add_argument("--from", type=int, default=0, dest="begin")
    one.add_argument("--to", type=int, dest="end")
    command(commands, "keep", keep, "answers", "marks", "name")
    command(commands, "shares", shares)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
