"""The check of written sentences, held against people: QAGS (Wang, Cho and Lewis, ACL 2020).

    python bench/qags.py [--half dev|check] [--show 10]      (needs ../shared/data beside the project)

Language models summarised news articles of CNN/Daily Mail and XSum; three people judged each sentence by its article.
A sentence is supported where two of them or three say yes. Counted is whether the check passes it: of supported
sentences that share is to be high, of unsupported ones it is the share of false sentences that readers would see as
supported. `agree` is the mean of the one and the rest of the other. Articles and sentences are in lower case, which
the check, that looks for names by their capitals, does worse on. `--show` prints errors of the dev half.
"""

import argparse
from collections import defaultdict
from functools import lru_cache
from statistics import fmean
from typing import Any

from sets import DATA, half_of, rows

from rag.answer.verification.checker import Checker
from rag.answer.verification.drafts import sentences
from rag.asking import reports
from rag.ingest.dates import resolve
from rag.ingest.statements import find_statements
from rag.text import sentence_spans
from rag.types import Article, Hit, Passage

PASSAGE = 6  # sentences


@lru_cache(maxsize=4)
def checker_of(text: str) -> Checker:
    """The check, over an article cut into passages of six sentences."""
    article = Article(id=half_of(text), text=text, title="", path="")
    spans, hits = sentence_spans(text), list[Hit]()
    for i in range(0, len(spans), PASSAGE):
        start, end = spans[i][0], spans[min(i + PASSAGE, len(spans)) - 1][1]
        passage = Passage(id=str(i), article_id=article.id, start=start, end=end, text=text[start:end])
        hits.append(Hit(passage=passage, article=article, score=1.0))
    return Checker("", hits, resolve, statements={article.id: find_statements(article)}, reports=reports)


def passes(sentence: str, text: str) -> tuple[bool, list[str | None]]:
    """Whether the check would show the sentence as supported by the article; what it found wrong."""
    results = [checker_of(text).check(s) for s in sentences([sentence])]
    return bool(results) and all(r.places for r in results), [r.problem for r in results]


def judged(sentence: dict[str, Any]) -> bool:
    """What most of the three people say."""
    return 2 * sum(r["response"] == "yes" for r in sentence["responses"]) > len(sentence["responses"])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("dev", "check"))
    parser.add_argument("--show", type=int, default=0)
    args = parser.parse_args()
    found: dict[tuple[str, str], list[tuple[bool, bool]]] = defaultdict(list)
    for name in ("cnndm", "xsum"):
        for row in rows(DATA / "qags" / f"mturk_{name}.jsonl"):
            half = half_of(row["article"])
            for sentence in row["summary_sentences"] if args.half in (None, half) else ():
                shown, why = passes(sentence["sentence"], row["article"])
                right = judged(sentence)
                found[name, half].append((right, shown))
                if shown != right and half == "dev" and args.show > 0:
                    args.show -= 1
                    print(f"people: {right}, check: {shown} {why}: {sentence['sentence']}")
    print("| QAGS | half | supported, shown | unsupported, shown as supported | agree |\n|---|---|---:|---:|---:|")
    for (name, half), pairs in sorted(found.items()):
        good, bad = ([shown for right, shown in pairs if right == of] for of in (True, False))
        a, b = fmean(good), fmean(bad)
        print(f"| {name} | {half} | {a:.3f} ({len(good)}) | {b:.3f} ({len(bad)}) | {(a + 1 - b) / 2:.3f} |")


if __name__ == "__main__":
    main()
