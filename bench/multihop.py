"""The figures of `rag eval --set multihop_rag=…` reckoned again from its output, by the set's rules, in a few lines.

rag eval --set multihop_rag=PATH --json > run.json && python bench/multihop.py run.json [--write rows.json]

Prints both; exit status 1 where they differ. `--write` keeps the output in the form that the set's own scripts read
(retrieval_evaluate.py --file rows.json). Shares no code with rag/evaluate.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def bare(text: str) -> str:
    """Without spaces and line ends, as the set compares."""
    return text.replace(" ", "").replace("\n", "")


def of_one(row: Row) -> dict[str, float]:
    """Hits, average precision and reciprocal rank of one question."""
    passages, facts = [bare(p["text"]) for p in row["retrieval_list"]][:10], [bare(g["fact"]) for g in row["gold_list"]]
    seen, precision, first = set[str](), 0.0, 0
    for rank, passage in enumerate(passages, 1):
        held = {f for f in facts if f in passage}
        first = first or (rank if held else 0)
        precision += len(held - seen) / rank
        seen |= held
    return {"Hits@10": first > 0, "Hits@4": 0 < first <= 4, "MAP@10": precision / min(len(facts), 10),
            "MRR@10": 1 / first if first else 0.0}  # fmt: skip


def reckoned(rows: list[Row]) -> dict[str, float]:
    """Every figure of the set's two scripts: retrieval over what has evidence, answers over all and by type."""
    found: dict[str, list[float]] = {}
    for row in rows:
        right = float(bool({*row["model_answer"].lower().split()} & {*row["gold_answer"].lower().split()}))
        values = {"answer, all": right, f"answer, {row['question_type']}": right}
        values |= of_one(row) if row["question_type"] != "null_query" else {}
        for name, value in values.items():
            found.setdefault(name, []).append(value)
    return {name: sum(values) / len(values) for name, values in found.items()}


def main() -> None:
    """Print both, and say whether they are the same."""
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=Path)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    run = json.loads(args.run.read_text(encoding="utf-8"))
    rows: list[Row] = run["output"]
    if args.write:
        args.write.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    differ = False
    for name, value in reckoned(rows).items():
        told = run["figures"][name][0]
        same = abs(told - value) < 1e-12
        differ = differ or not same
        print(f"{name:32} {told:.6f} {value:.6f} {'' if same else 'DIFFERS'}")
    sys.exit(differ)


if __name__ == "__main__":
    main()
