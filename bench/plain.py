"""Plain questions as people type them: answers and written sentences for a blind reader, and the reader's marks.

    python bench/plain.py ask --out answers.jsonl [--llm SPEC] [--half dev] [--sample 60] [--homes DIR]
    python bench/plain.py sheet answers.jsonl [--from 0 --to 20]      # what the reader gets: no engine, no code
    python bench/plain.py keep answers.jsonl marks.jsonl NAME         # to bench/marks
    python bench/plain.py shares                                      # tables of all that is in bench/marks
    python bench/plain.py times answers.jsonl                         # seconds until judged, first words, done

eval/plain.jsonl holds 150 questions over the five articles (../shared/articles), the sample corpus and PolNeAR's 840
articles, a fifth of which nothing answers; each with its ideal answer. They were written from the articles alone by
ones who had not read the code. The half `check` is kept unread by whoever changes the product.

A mark of an answer is one of
  good    says what the ideal answer says, in its first lines; or says that nothing answers it, where that is so
  poor    what is asked stands there, but late, in part, or among much that isn't asked
  wrong   doesn't answer the question, yet claims nothing that isn't so
  false   says what isn't so: declined though it stands there, disputed though nobody disputes it, a value of another
          kind, a date that isn't meant, a side that says something else
with a reason. With `--sentences`, `sheet` and `keep` are of the sentences that a language model wrote, each beside the
passages that its answer cites; its mark is `supported`, true where the passages say all that it says, of the same
people, numbers and days. Marks are made from the sheet, by a reader who knows nothing of the code and of how the check
graded a sentence. The texts hold sentences of articles that aren't ours, so only marks, reasons and a digest of the
text are committed.
"""

import argparse
import hashlib
import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from measure import code, corpus_of, first_line, plain
from printed import table
from sets import ROOT, Row, five_articles, polnear_articles, rows

from rag import Answer, Corpus, RagError, Settings, Turn
from rag.answer.writer import TO_BE_CHECKED
from rag.sample import open_sample
from rag.settings import load_settings
from rag.text import sentence_spans

QUESTIONS = {q["id"]: q for q in rows(ROOT / "eval" / "plain.jsonl")}
MARKS = ROOT / "bench" / "marks"
KINDS = ("false", "wrong", "poor", "good")
GRADES = ("supported", "to be checked", "")  # '' is left out
_LEAST_WORDS = 4


# Asking


def chosen(half: str | None, sample: int | None) -> Sequence[Row]:
    """The questions, or a sample of so many, half of each half, spread over the kinds; always the same."""
    every = [q for q in QUESTIONS.values() if half in (None, q["half"])]
    if sample is None:
        return every
    halves = sorted({q["half"] for q in every})
    found: list[Row] = []
    for name in halves:
        dice = random.Random(f"0 {name}")
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
        documents = list(polnear_articles().values()) if material == "polnear" else five_articles()
        with corpus_of(documents, settings, homes) as (corpus, _):
            yield corpus


def answered(q: Row, corpus: Corpus) -> Row:
    """A question's answer, its earlier questions asked before it."""
    turns: list[Turn] = []
    for earlier in q["history"]:
        turns += [Turn("user", earlier), Turn("assistant", corpus.ask(earlier, turns).text)]
    try:
        a, seconds = timed(q["question"], turns, corpus)
    except RagError as e:
        return {"id": q["id"], "verdict": "error", "engine": "", "first_line": "", "text": f"Error: {e}"}
    return {"id": q["id"], "verdict": a.verdict, "engine": a.engine, "first_line": first_line(a), "text": a.text,
            "left_out": a.unsupported, "cited": {c.number: c.quote for c in a.citations}, "notices": a.notices,
            "seconds": seconds}  # fmt: skip


def timed(question: str, turns: Sequence[Turn], corpus: Corpus) -> tuple[Answer, dict[str, float]]:
    """The answer, and the seconds until a model had judged, until its first words were there, until it was done."""
    began, seconds = time.perf_counter(), dict[str, float]()

    def note(step: str) -> None:
        seconds.setdefault(step, round(time.perf_counter() - began, 2))

    def heard(sent: str, _: str) -> None:
        if "be answered from" in sent:  # prompts/answer.md, what the judge is asked
            note("judged")

    if corpus.model:
        corpus.model.on_request = heard
    for event in corpus.stream(question, turns):
        if event.kind == "text":
            note("first words")
        if event.answer:
            note("done")
            return event.answer, seconds
    raise AssertionError("an answer comes last")


def ask(args: argparse.Namespace) -> None:
    """Append the answers that the file doesn't hold yet, so that a run cut short goes on."""
    done = {r["id"] for r in rows(args.out)} if args.out.exists() else set[str]()
    todo = [q for q in chosen(args.half, args.sample) if q["id"] not in done]
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
                print(f"{q['id']} {row['verdict']} {row.get('seconds')}", file=sys.stderr)


def times(args: argparse.Namespace) -> None:
    """Print the medians over the answers that a model judged."""
    of = [r["seconds"] for r in rows(args.files[0]) if "judged" in r.get("seconds", {})]
    taken = {step: [s[step] for s in of if step in s] for step in ("judged", "first words", "done")}
    table(["", "answers", "median s", "most s"],
          ([n, len(t), f"{statistics.median(t):.1f}", f"{max(t):.1f}"] for n, t in taken.items() if t))  # fmt: skip


# What the reader gets


def sentences(answers: Path) -> dict[str, Row]:
    """Each sentence of the answers that a model wrote, by an id: what the check made of it in `shown`."""
    found: dict[str, Row] = {}
    for a in rows(answers):
        if a["engine"] in ("", "extractive"):
            continue
        # What code adds, a quotation under its speaker, has its outlet behind its marker.
        lines = [line for line in a["text"].splitlines() if "[" in line and "] — " not in line]
        graded = [one for line in lines for one in _graded(line)]
        for text, shown in [*graded, *((t, "") for t in a["left_out"])]:
            if len(text.split()) >= _LEAST_WORDS:
                found[f"{a['id']}-{digest(text)}"] = {"text": text, "shown": shown, "cited": [*a["cited"].values()]}
    return found


def _graded(line: str) -> Iterator[tuple[str, str]]:
    """Each sentence of a line with its grade; the note of one that is to be checked stands behind it."""
    *noted, rest = line.split(TO_BE_CHECKED)
    for part, grade in [*((part, "to be checked") for part in noted), (rest, "supported")]:
        text = plain(part)
        *before, last = [text[a:b].strip() for a, b in sentence_spans(text)] or [""]
        yield from ((one, "supported") for one in before)
        yield last, grade


def sheet(args: argparse.Namespace) -> None:
    """Print questions, ideal answers and answers by their ids; or sentences and passages, in an order by chance."""
    if args.sentences:
        found = list(sentences(args.files[0]).items())
        for name, s in random.Random(0).sample(found, len(found))[args.begin : args.end]:
            passages = "\n".join(f"  - {q}" for q in s["cited"])
            print(f"===== {name}\nSENTENCE: {s['text']}\nPASSAGES:\n{passages}\n")
        return
    for r in sorted(rows(args.files[0]), key=lambda r: r["id"])[args.begin : args.end]:
        q = QUESTIONS[r["id"]]
        before = "".join(f"Asked before: {h}\n" for h in q["history"])
        print(f"===== {r['id']} ({q['kind']}, over {q['material']})\n{before}QUESTION: {q['question']}\n"
              f"IDEAL: {q['ideal']}\nFIRST LINE: {r['first_line']}\nANSWER:\n{r['text']}\n")  # fmt: skip


# Marks


def digest(text: str) -> str:
    """What ties a mark to the text that it is of."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def keep(args: argparse.Namespace) -> None:
    """Write the marks of a reader beside those kept."""
    answers, marks, name = args.files
    if args.sentences:
        prefix, mark, allowed, of = "sentences", "supported", (True, False), sentences(answers)
        known = {i: {"shown": s["shown"]} for i, s in of.items()}
    else:
        prefix, mark, allowed = "plain", "mark", KINDS
        known = {r["id"]: {n: r[n] for n in ("llm", "code", "verdict")} | {"answer": digest(r["text"])}
                 for r in rows(answers)}  # fmt: skip
    given = sorted(rows(marks), key=lambda m: m["id"])
    wrong = [m for m in given if m["id"] not in known or m[mark] not in allowed or not m["why"]]
    if wrong or len({m["id"] for m in given}) < len(given):
        sys.exit(f"marks that are of no text, twice there, of no kind or without a reason: {wrong}")
    kept = [{"id": m["id"], mark: m[mark], "why": m["why"]} | known[m["id"]] for m in given]
    MARKS.mkdir(exist_ok=True)
    lines = "".join(json.dumps(k, ensure_ascii=False) + "\n" for k in kept)
    (MARKS / f"{prefix}-{name}.jsonl").write_text(lines, encoding="utf-8")


def shares(_: argparse.Namespace) -> None:
    """Print the shares of all marks kept, false first, by half; and how many sentences of each grade are supported."""

    def of_answers(file: Path, half: str) -> list[object]:
        marks = [m["mark"] for m in rows(file) if QUESTIONS[m["id"]]["half"] == half]
        counts = (f"{marks.count(k)} ({marks.count(k) / max(1, len(marks)):.0%})" for k in KINDS)
        return [file.stem.removeprefix("plain-"), half, len(marks), *counts]

    def of_sentences(file: Path) -> list[object]:
        marks = rows(file)
        sure, perhaps, out = ([m["supported"] for m in marks if m["shown"] == g] for g in GRADES)
        return [file.stem.removeprefix("sentences-"), len(sure), sure.count(False), len(perhaps), perhaps.count(False),
                len(out), out.count(True)]  # fmt: skip

    answers = (of_answers(file, half) for file in sorted(MARKS.glob("plain-*")) for half in ("dev", "check"))
    table(["answers", "half", "marked", *KINDS], (row for row in answers if row[2]), words=2)
    print()
    table(["written by", "as supported", "of them unsupported", "to be checked", "of them unsupported", "left out",
           "of them supported"], map(of_sentences, sorted(MARKS.glob("sentences-*"))))  # fmt: skip


def main() -> None:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = {command.__name__: command for command in (ask, sheet, keep, shares, times)}
    parser.add_argument("command", choices=commands)
    parser.add_argument("files", nargs="*", type=Path, help="answers; marks and a name")
    parser.add_argument("--sentences", action="store_true", help="of the sentences that a model wrote")
    parser.add_argument("--out", type=Path, help="where `ask` puts the answers")
    parser.add_argument("--llm", default="extractive")
    parser.add_argument("--half", choices=("dev", "check"))
    parser.add_argument("--sample", type=int)
    parser.add_argument("--homes", type=Path)
    parser.add_argument("--from", type=int, default=0, dest="begin")
    parser.add_argument("--to", type=int, dest="end")
    args = parser.parse_args()
    commands[args.command](args)


if __name__ == "__main__":
    main()
