"""The check of written sentences, held against people: QAGS (Wang, Cho and Lewis, ACL 2020).

    python bench/qags.py [--half dev|check] [--llm SPEC] [--limit 100] [--show 10]   (needs ../shared/data beside it)

Language models summarised news articles of CNN/Daily Mail and XSum; three people judged each sentence by its article.
A sentence is supported where two of them or three say yes. Counted are, of the sentences that people found supported,
those that are shown, be it as a paraphrase to be checked; and of those found unsupported, the ones that are shown as
supported. Without `--llm` the code alone decides; with it the model is asked as in an answer. `--limit` takes a seeded
sample of so many sentences a half. Articles and sentences are in lower case, which the check, that looks for names by
their capitals, does worse on; spaces that the set put into numbers are taken out. `--show` prints errors of the dev
half.
"""

import argparse
import random
import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from printed import share, table
from sets import DATA, half_of, passages, rows

from rag import resources
from rag.answer import judge
from rag.answer.prompts import Prompt, load_prompt
from rag.answer.verification.checker import Checker
from rag.answer.verification.drafts import sentences
from rag.asking import reports
from rag.ingest.attribution import find_statements
from rag.llm.model import Model, load_model
from rag.types import Article

GRADES = ("supported", "to be checked", "left out")


@lru_cache(maxsize=4)
def checker_of(text: str) -> Checker:
    """The check, over an article cut into passages of six sentences."""
    article = Article(id=half_of(text), text=text, title="", path="")
    hits = passages(article)
    return Checker("", hits, statements={article.id: find_statements(article)}, reports=reports)


def grade(sentence: str, text: str, model: Model | None, prompt: Prompt) -> str:
    """'supported', 'to be checked' or 'left out', as an answer would have it, the worst of its parts."""
    checker = checker_of(text)
    grades = [judge.grade(checker.check(s), checker, model, prompt)[0] for s in sentences([sentence])]
    return max(grades or ["left out"], key=GRADES.index)


def whole_numbers(text: str) -> str:
    """The text without the spaces that the set has in numbers: '7. 8 per cent', '53, 193'."""
    return re.sub(r"(?<=\d[.,]) (?=\d)", "", text)


def judged(sentence: dict[str, Any]) -> bool:
    """What most of the three people say."""
    return 2 * sum(r["response"] == "yes" for r in sentence["responses"]) > len(sentence["responses"])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("dev", "check"))
    parser.add_argument("--llm", default="extractive")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--show", type=int, default=0)
    args = parser.parse_args()
    model, prompt = load_model(args.llm), load_prompt("verify", [resources.folder("prompts")])
    todo = [
        (name, half_of(row["article"]), whole_numbers(row["article"]), s)
        for name in ("cnndm", "xsum")
        for row in rows(DATA / "qags" / f"mturk_{name}.jsonl")
        for s in row["summary_sentences"]
    ]
    found: dict[tuple[str, str], list[tuple[bool, str]]] = defaultdict(list)
    for which in [args.half] if args.half else ["dev", "check"]:
        of = [t for t in todo if t[1] == which]
        for name, half, text, s in random.Random(0).sample(of, min(args.limit or len(of), len(of))):
            right, shown = judged(s), grade(whole_numbers(s["sentence"]), text, model, prompt)
            found[name, half].append((right, shown))
            if half == "dev" and args.show > 0 and shown != ("supported" if right else "left out"):
                args.show -= 1
                print(f"people: {right}, shown: {shown}: {s['sentence']}")
    headings = ["QAGS", "half", "supported, shown", "as supported", "unsupported, shown as supported", "to be checked"]
    table(headings, ([*key, *shares(pairs)] for key, pairs in sorted(found.items())), words=2)
    if model:
        model.close()


def shares(pairs: Sequence[tuple[bool, str]]) -> list[str]:
    """Of the supported sentences those shown, and shown as supported; of the others as supported, and to be checked."""
    good, bad = ([shown for right, shown in pairs if right == of] for of in (True, False))
    return [share([g != "left out" for g in good]), share([g == "supported" for g in good]),
            share([g == "supported" for g in bad]), share([g == "to be checked" for g in bad])]  # fmt: skip


if __name__ == "__main__":
    main()
