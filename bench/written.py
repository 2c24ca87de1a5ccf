"""Sentences that a language model wrote, judged by people: what the check shows, and what it holds back.

    python bench/plain.py ask --llm gguf:FILE --out answers.jsonl          # the answers
    python bench/written.py sheet answers.jsonl [--of 100]                 # sentences and passages, for a reader
    python bench/written.py keep answers.jsonl marks.jsonl NAME            # writes bench/marks/sentences-NAME.jsonl
    python bench/written.py shares                                         # of all that is kept there

The reader sees a sentence and the passages that the answer cites, not how the check graded it, and marks
`supported` true where the passages say all that the sentence says, of the same people, numbers and days; with a reason.
Of sentences of answers, not of lines that code adds. Only marks are committed, for the texts aren't ours.
"""

import argparse
import json
import random
import sys
from pathlib import Path
from typing import Any

from measure import plain
from plain import MARKS, command, digest
from printed import table
from sets import rows

from rag.answer.writer import TO_BE_CHECKED
from rag.text import sentence_spans

Row = dict[str, Any]
_LEAST_WORDS = 4
GRADES = ("supported", "to be checked", "")


def sentences(answers: Path) -> list[Row]:
    """Each sentence of the answers that a model wrote: `shown`, or left out by the check."""
    found: list[Row] = []
    for a in rows(answers):
        if a["engine"] == "extractive":
            continue
        # What code adds, a quotation under its speaker, has its outlet behind its marker.
        lines = [line for line in a["text"].splitlines() if "[" in line and "] — " not in line]
        graded = [one for line in lines for one in _graded(line)]
        for text, shown in [*graded, *((t, "") for t in a["left_out"])]:
            if len(text.split()) >= _LEAST_WORDS:
                cited = list(a["cited"].values())
                found.append({"id": f"{a['id']}-{digest(text)}", "text": text, "shown": shown, "cited": cited})
    return list({f["id"]: f for f in found}.values())


def _graded(line: str) -> list[tuple[str, str]]:
    """Each sentence of a line with its grade; the note of one that is to be checked stands behind it."""
    found: list[tuple[str, str]] = []
    *noted, rest = line.split(TO_BE_CHECKED)
    for part, grade in [*((part, "to be checked") for part in noted), (rest, "supported")]:
        text = plain(part)
        several = [text[a:b].strip() for a, b in sentence_spans(text)]
        found += [(one, "supported") for one in several[:-1]] + [(one, grade) for one in several[-1:]]
    return found


def sheet(args: argparse.Namespace) -> None:
    """Print sentences and passages in an order that tells nothing."""
    found = sentences(args.answers)
    for s in random.Random(0).sample(found, min(args.of, len(found))):
        passages = "\n".join(f"  - {q}" for q in s["cited"])
        print(f"===== {s['id']}\nSENTENCE: {s['text']}\nPASSAGES:\n{passages}\n")


def keep(args: argparse.Namespace) -> None:
    """Write the marks of a reader."""
    given = {s["id"]: s for s in sentences(args.answers)}
    marks = rows(args.marks)
    if wrong := [m for m in marks if m["id"] not in given or not isinstance(m["supported"], bool) or not m["why"]]:
        sys.exit(f"marks that are of no sentence, or not yes or no, or without a reason: {wrong}")
    kept = [
        {"id": m["id"], "supported": m["supported"], "why": m["why"], "shown": given[m["id"]]["shown"]} for m in marks
    ]
    out = "".join(json.dumps(k, ensure_ascii=False) + "\n" for k in sorted(kept, key=lambda k: k["id"]))
    (MARKS / f"sentences-{args.name}.jsonl").write_text(out, encoding="utf-8")


def shares(_: argparse.Namespace) -> None:
    """Print how many sentences of each grade people hold to be supported."""
    headings = ["written by", "as supported", "of them unsupported", "to be checked", "of them unsupported", "left out",
                "of them supported"]  # fmt: skip
    table(headings, map(_counted, sorted(MARKS.glob("sentences-*.jsonl"))))


def _counted(file: Path) -> list[object]:
    marks = rows(file)
    sure, perhaps, out = ([m["supported"] for m in marks if m["shown"] == g] for g in GRADES)
    return [file.stem.removeprefix("sentences-"), len(sure), sure.count(False), len(perhaps), perhaps.count(False),
            len(out), out.count(True)]  # fmt: skip


def main() -> None:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command(commands, "sheet", sheet, "answers").add_argument("--of", type=int, default=100)
    command(commands, "keep", keep, "answers", "marks", "name")
    command(commands, "shares", shares)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
