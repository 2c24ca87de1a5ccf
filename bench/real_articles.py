"""Questions over the five real articles: is the right sentence first, is every quote verbatim?

python bench/real_articles.py        (needs ../shared/articles beside the project)
"""

import sys
import tempfile
from pathlib import Path

from data import DATA, rows

from rag import Corpus, Settings
from rag.evaluate.same import holds


def main() -> int:
    """Ask, print a line for each miss, then the count."""
    questions = rows(Path(__file__).with_suffix(".jsonl"))
    right = quotes = exact = 0
    with tempfile.TemporaryDirectory() as home, Corpus.open(Settings(home=Path(home))) as corpus:
        corpus.ingest([DATA.parent / "articles"])
        for q in questions:
            answer = corpus.ask(q["question"])
            first = answer.citations[0]
            hit = answer.verdict != "declined" and holds(first.quote, q["form"])
            right += hit and Path(first.path).name in q["files"]
            if not hit:
                print(
                    f"{answer.verdict}: {q['question']}\n    first: {Path(first.path).name} {first.start}-{first.end}"
                )
            quotes += len(answer.citations)
            exact += sum(corpus.article(c.article_id).text[c.start : c.end] == c.quote for c in answer.citations)
    print(f"right sentence first: {right} of {len(questions)}; quotes verbatim: {exact} of {quotes}")
    return 0 if exact == quotes else 1


if __name__ == "__main__":
    sys.exit(main())
