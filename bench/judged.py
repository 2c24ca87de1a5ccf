"""The evaluation's measures held against judgement by hand, on answers that are kept beside the judgements.

python bench/judged.py [--judge words|check] [--all]

Prints for each measure how many judgements agree, with Cohen's kappa, and where they disagree; `--all` also what was
said of each answer. The file is tests/evaluate/judged.jsonl, its form in rag/evaluate/hand.py.
"""

import argparse
from pathlib import Path

from rag import Settings
from rag.evaluate.cases import load_cases
from rag.evaluate.hand import Pair, agreement, load_judged, pairs
from rag.evaluate.judge import CheckJudge, WordJudge
from rag.sample import open_sample

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "tests" / "evaluate" / "judged.jsonl"


def line(name: str, of: list[Pair]) -> str:
    """A measure's agreement on one line."""
    found = agreement(of)
    kappa = "    –" if found.kappa is None else f"{found.kappa:5.2f}"
    return f"{name:12} {found.pairs:5} {sum(p.hand for p in of):5} {found.share:7.3f} {kappa}"


def main() -> None:
    """Print agreement and disagreements."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--judge", choices=("words", "check"), default="check")
    parser.add_argument("--all", action="store_true")
    args = parser.parse_args()
    judge = CheckJudge() if args.judge == "check" else WordJudge()
    judged = load_judged(FILE)
    cases = {c.id: c for c in load_cases(ROOT / "eval" / "sample.jsonl")}
    with open_sample(Settings()) as corpus:
        sound, altered = ([j for j in judged if ("then" in j.made) == bad] for bad in (False, True))
        parts = {
            "sound": pairs(sound, cases, corpus.article, judge),
            "altered": pairs(altered, cases, corpus.article, judge),
        }
    print(f"{len(judged)} answers, {len(altered)} of them with a fault put in\n")
    print("measure      judged   yes   agree kappa")
    every = parts["sound"] + parts["altered"]
    for name in dict.fromkeys(p.measure for p in every):
        print(line(name, [p for p in every if p.measure == name]))
    print(line("all", every))
    for name, of in parts.items():
        print(line(f"of {name}", of))
    why = {j.case: f"{j.made}: {j.why}" for j in judged}
    print("\nDisagreements")
    for p in every:
        if p.hand != p.measured:
            print(f"{p.case}: {p.measure}: by hand {p.hand}, measured {p.measured}: {p.what[:160]}\n    {why[p.case]}")
    for case, told in why.items() if args.all else ():
        print(f"{case}: {told}")


if __name__ == "__main__":
    main()
