"""Whether every side is shown where the five real articles disagree, and none where they don't.

python bench/disputed.py        (needs ../shared/articles beside the project)

bench/disputed.jsonl holds the questions. A disputed one is right when the answer is `contested` and each of its sides
is among the positions: speaker (or whoever relays it), stance, and value where one is asked for, as regular
expressions. Another one is right when it is `answered` and the first line names the speaker, or the text holds the
value.
"""

import re
import tempfile
from pathlib import Path
from typing import Any

from data import DATA, rows

from rag import Answer, Corpus, Settings


def missed(case: dict[str, Any], answer: Answer) -> list[str]:
    """What an answer lacks."""
    found = [] if case["verdict"] in ("any", answer.verdict) else [f"verdict {answer.verdict}"]
    for speaker, stance, *value in case.get("sides", ()):
        shown = (
            re.search(speaker, f"{p.speaker} {p.via or ''}") and re.fullmatch(stance, p.stance)
            and (not value or re.search(value[0], p.value or ""))
            for p in answer.positions
        )  # fmt: skip
        if not any(shown):
            found.append(f"side {speaker} {stance}")
    first = answer.text.split("\n")[0]
    if "names" in case and not any(name in first for name in case["names"]):
        found.append(f"first line {first[:60]!r}")
    if case.get("value", "") not in answer.text:
        found.append(f"value {case['value']}")
    return found


def table() -> list[str]:
    """The rows of the table in docs/benchmarks.md."""
    cases = rows(Path(__file__).with_name("disputed.jsonl"))
    lines = ["| five articles | right | of |", "|---|---|---|"]
    with tempfile.TemporaryDirectory() as home, Corpus.open(Settings(home=Path(home))) as corpus:
        corpus.ingest(DATA.parent / "articles")
        wrong = {case["question"]: missed(case, corpus.ask(case["question"])) for case in cases}
    for verdict, name in (("contested", "disputed"), ("answered", "undisputed")):
        of = [wrong[c["question"]] for c in cases if c["verdict"] == verdict]
        lines.append(f"| {name} | {sum(not w for w in of)} | {len(of)} |")
    return lines + [f"{question}: {', '.join(w)}" for question, w in wrong.items() if w]


if __name__ == "__main__":
    print("\n".join(table()))
