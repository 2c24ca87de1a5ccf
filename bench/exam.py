"""How questions over the five real articles are answered that were written without a look at the system.

python bench/exam.py            (needs ../shared/articles beside the project)
python bench/exam.py --show a   also prints what the answers of part a lack (or b, c)
python bench/exam.py --llm gguf:FILE --part d --limit 20   by a language model; a seeded sample of one part

bench/exam.jsonl holds 240 questions in four parts, written from the articles alone by ones who knew nothing of the
code. Parts a, b and c are `dev`: they served for development, one after another, each new one written when the one
before was used up. Part d is `check`: its questions were never looked at, but one, which held eight words of an article
in a row and was put otherwise; how many of them are right was, when variants were compared. An answer is right when its
verdict is one that the case allows, its text holds a form of every fact, its text or its positions name who has to be
named, and every side is among its positions with its stance.
"""

import argparse
import random
import tempfile
from pathlib import Path
from typing import Any

from printed import table
from sets import five_articles, rows

from rag import Answer, Corpus, Settings


def missed(case: dict[str, Any], answer: Answer) -> list[str]:
    """What an answer lacks."""
    allowed = [case["verdict"]] if isinstance(case["verdict"], str) else case["verdict"]
    if answer.verdict == "declined" or allowed == ["declined"]:
        return [] if answer.verdict in allowed else [answer.verdict]
    wrong = [] if answer.verdict in allowed else [answer.verdict]
    text = " ".join([answer.text, *(f"{p.speaker} {p.via or ''}" for p in answer.positions)]).casefold()
    wrong += [f"lacks {forms[0]}" for forms in [*case["forms"], *case["who"]] if not any(_in(f, text) for f in forms)]
    for side in case["sides"]:
        shown = (
            p.stance in side["stance"] and any(_in(n, f"{p.speaker} {p.via or ''} {p.text}") for n in side["speaker"])
            for p in answer.positions
        )
        if not any(shown):
            wrong.append(f"lacks the side of {side['speaker'][0]}")
    return wrong


def _in(form: str, text: str) -> bool:
    return form.casefold() in text.casefold()


def main() -> None:
    """Print the table: right answers of each kind, in each part."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--show", choices=["a", "b", "c"])
    options.add_argument("--llm", default="extractive")
    options.add_argument("--part", choices=["a", "b", "c", "d"])
    options.add_argument("--limit", type=int, help="questions of each part")
    given = options.parse_args()
    cases = [c for c in rows(Path(__file__).with_name("exam.jsonl")) if given.part in (None, c["part"])]
    if given.limit:
        mixed = random.Random(0).sample(cases, len(cases))
        cases = [c for p in "abcd" for c in [m for m in mixed if m["part"] == p][: given.limit]]
    with tempfile.TemporaryDirectory() as home, Corpus.open(Settings(home=Path(home), llm=given.llm)) as corpus:
        corpus.ingest(five_articles())
        found = [(case, missed(case, corpus.ask(case["question"]))) for case in cases]
    parts = sorted({c["part"] for c in cases})

    def row(kind: str) -> list[str]:
        of = [(c["part"], not wrong) for c, wrong in found if kind in ("all", c["kind"])]
        return [kind, *(f"{of.count((p, True))} of {of.count((p, True)) + of.count((p, False))}" for p in parts)]

    table(["kind", *(f"part {p}" for p in parts)], map(row, [*dict.fromkeys(c["kind"] for c in cases), "all"]))
    for case, wrong in found:
        if wrong and case["part"] == given.show:
            print(f"{case['id']}: {case['question']} {'; '.join(wrong)}")


if __name__ == "__main__":
    main()
