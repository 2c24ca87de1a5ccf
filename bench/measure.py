"""Today's answers on every public set, by each set's own rule, false claims first. Public API only.

    python bench/measure.py                          # every set, both halves
    python bench/measure.py --set clapnq --set squad2 --half dev --limit 100 --seed 0
    python bench/measure.py --llm ollama:qwen3 --json run.json
    python bench/measure.py --table bench/baseline-03ef676.json
    python bench/measure.py --limit 60 --against run.json   # what differs from a kept run; status 1 if anything does

The sets and their halves are in sets.py; `--limit` asks a sample of each half, chosen by `--seed` and the set's name.
A set's documents are ingested into one corpus and each question is asked with a filter that lets it see its own only
(`polnear` and `multihop_rag` are asked of all). `--homes DIR` keeps these corpora for the next run; one is made anew
when its documents or the code that reads and indexes articles change. `--show N` prints answers of the dev half.

**False claims**, each a share of the items for which it can happen:
  declined though answered      the documents answer it, and it is declined
  contested though agreed       nothing in the documents disagrees, and it is called contested
  answered though unanswerable  nothing answers it, and it is answered or called contested
  bold value wrong              its first line has something in bold that shares no word with any answer of the set;
                                lenient: only what is plainly another value counts. Of unanswerable questions: any
  speaker wrong                 somebody is named in the first line or as the first position's speaker, and not the one
"""

import argparse
import hashlib
import json
import re
import string
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import fmean
from typing import Any

from printed import table
from sets import SOURCES, Document, Half, Item, all_documents, as_file, load

import rag
from rag import Answer, Corpus, Filter, RagError, Settings, Turn
from rag.settings import load_settings

Values = dict[str, float]
Figures = dict[str, tuple[float, int]]
Ids = Mapping[Document | Path, str]
# Code that only questions run through; a change there leaves a kept corpus valid.
_ASKING = ("answer", "retrieve", "llm", "ui", "evaluate", "integrations")
_FALSE = ("declined though answered", "contested though agreed", "answered though unanswerable", "bold value wrong",
          "speaker wrong", "failed")  # fmt: skip
_DECLINED = frozenset({"declined"})
_MARKUP = re.compile(r"\[\d+\]|[*_`#>]")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


# A corpus of a set's documents


@contextmanager
def corpus_of(
    documents: Sequence[Document | Path], settings: Settings, kept: Path | None
) -> Generator[tuple[Corpus, Ids]]:
    """A corpus of documents and files, and each one's article id; left in `kept`, if given, for the next time."""
    with tempfile.TemporaryDirectory(prefix="rashomon-measure-", ignore_cleanup_errors=True) as passing:
        folder = kept / _fingerprint(documents) if kept else Path(passing)
        files, ids_file = folder / "files", folder / "ids.json"
        with Corpus.open(settings.model_copy(update={"home": folder / "home", "chroma": None})) as corpus:
            if not ids_file.exists():
                files.mkdir(parents=True, exist_ok=True)
                paths = [
                    d if isinstance(d, Path) else as_file(asdict(d), files / f"document-{number}.md")
                    for number, d in enumerate(documents)
                ]
                own = [d for d in documents if isinstance(d, Path)]
                report = corpus.ingest([*own, files] if own else [files])
                found = {Path(r.path).name: r.article_id for r in report.results if r.article_id}
                ids_file.write_text(json.dumps([found.get(p.name) for p in paths]))
            ids = json.loads(ids_file.read_text())
            yield corpus, {d: i for d, i in zip(documents, ids, strict=True) if i}


def _fingerprint(documents: Sequence[Document | Path]) -> str:
    """Of the documents and of all code but that which only questions run through."""
    digest = hashlib.sha256(repr(documents).encode())
    root = Path(rag.__file__).parent
    for file in sorted(root.rglob("*.py")):
        if file.relative_to(root).parts[0] not in _ASKING:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def answer_of(item: Item, corpus: Corpus, ids: Ids) -> Answer:
    """The answer from the item's own documents."""
    own = tuple(dict.fromkeys(ids[d] for d in item.documents if d in ids))
    turns = [Turn("user" if role == "user" else "assistant", text) for role, text in item.turns]
    return corpus.ask(item.question, turns, Filter(article=own) if own else None)


# What an answer says


def normal(text: str) -> str:
    """Lower case, without punctuation and articles, as SQuAD's script normalises, between two spaces."""
    text = "".join(" " if c in "-–—/" else c for c in text.lower() if c not in string.punctuation or c in "-/")
    words = re.sub(r"\b(a|an|the)\b", " ", text).split()
    return f" {' '.join(words)} "


def plain(text: str) -> str:
    """Markdown without its marks."""
    return _MARKUP.sub("", text)


def first_line(answer: Answer) -> str:
    """The answer's first line, with the one after it where the first is only a value in bold."""
    lines = [line for line in answer.text.splitlines() if line.strip()]
    return " ".join(lines[: 2 if lines and re.fullmatch(r"\s*\*\*.+\*\*\s*", lines[0]) else 1])


def bold(answer: Answer) -> str:
    """What stands in bold in the first line, '' for nothing."""
    found = _BOLD.search(first_line(answer))
    return found[1] if found else ""


def holds(text: str, golds: Sequence[str]) -> bool:
    """Whether one of the answers stands in a text word for word."""
    return any(normal(g).strip() and normal(g) in normal(plain(text)) for g in golds)


def _shares_word(text: str, golds: Sequence[str]) -> bool:
    words = set(normal(text).split())
    return any(words & set(normal(g).split()) for g in golds)


def false_claims(item: Item, answer: Answer) -> Values:
    """Those that the item's right verdicts and answers can tell."""
    found: Values = {}
    right, shown = item.verdicts, bold(answer) if answer.verdict != "declined" else ""
    if right == _DECLINED:
        found["answered though unanswerable"] = answer.verdict != "declined"
    elif right:
        found["declined though answered"] = answer.verdict == "declined"
    if right and "contested" not in right:
        found["contested though agreed"] = answer.verdict == "contested"
    if item.golds or right == _DECLINED:
        found["bold value wrong"] = bool(shown) and not _shares_word(shown, item.golds)
    return found


# Each set's own measures


def fitz_gov(item: Item, answer: Answer, ids: Ids, corpus: Corpus) -> Values:
    """Recall of each verdict; the mean of the three is the macro."""
    (right,) = item.verdicts
    names = {"declined": "declined: recall", "contested": "contested: recall", "answered": "answered: recall"}
    found: Values = {names[right]: right == answer.verdict}
    return found | ({f"answered, {item.kind}": answer.verdict == "answered"} if right == "answered" else {})


def answerable(item: Item, answer: Answer, ids: Ids, corpus: Corpus) -> Values:
    """Answerable or not; where there are short answers, whether one stands in the first line, and in what is cited."""
    if item.verdicts == _DECLINED:
        return {"unanswerable declined": answer.verdict == "declined"}
    found: Values = {"answerable not declined": answer.verdict != "declined"}
    if item.golds:
        found |= {"answer in the first line": holds(first_line(answer), item.golds) and answer.verdict != "declined"}
        found |= {"answer in what is shown": holds(answer.text, item.golds)}
    return found


def two_passages(item: Item, answer: Answer, ids: Ids, corpus: Corpus) -> Values:
    """Contested over two passages that contradict each other; answered over one of them."""
    if item.kind == "two passages":
        cited = {c.article_id for c in answer.citations} >= {ids[d] for d in item.documents if d in ids}
        return {"two passages: contested": answer.verdict == "contested", "two passages: both cited": cited}
    found: Values = {"one passage: answered": answer.verdict == "answered"}
    if item.golds:
        found["one passage: answer in the first line"] = holds(first_line(answer), item.golds)
    return found


def quotesum(item: Item, answer: Answer, ids: Ids, corpus: Corpus) -> Values:
    """Passages that people quoted and the answer cites (mean over annotators), and cited ones that any quoted."""
    cited = {c.article_id for c in answer.citations} if answer.verdict != "declined" else set[str]()
    golds = [{ids[item.documents[n]] for n in quoted} for quoted in item.row["quoted"]]
    found: Values = {"quoted passages cited": fmean(len(g & cited) / len(g) for g in golds)}
    if any(len(g) > 1 for g in golds):
        several = [g for g in golds if len(g) > 1]
        found["of several: all cited"] = fmean(g <= cited for g in several)
    if cited:
        found["cited passages that people quoted"] = len(cited & set[str]().union(*golds)) / len(cited)
    return found


def conversations(item: Item, answer: Answer, ids: Ids, corpus: Corpus) -> Values:
    """By kind: answered or declined. An underspecified question has no right verdict here; its share is told."""
    if item.kind in ("answerable", "partial"):
        return {f"{item.kind}: not declined": answer.verdict != "declined"}
    return {f"{item.kind}: declined": answer.verdict == "declined"}


def ramdocs(item: Item, answer: Answer, ids: Ids, corpus: Corpus) -> Values:
    """Contested where the documents' answers differ, not where they agree; gold answers that stand there.

    Exact match is the set's own rule: every gold answer stands in the text, and no wrong one.
    """
    gold, wrong = [[str(a) for a in item.row[name]] for name in ("gold_answers", "wrong_answers")]
    shown = [holds(answer.text, [a]) for a in gold]
    name = "contested where they differ" if item.kind == "differ" else "not contested where they agree"
    return {
        name: (answer.verdict == "contested") == (item.kind == "differ"),
        "every gold answer shown": all(shown),
        "gold answers shown": fmean(shown) if shown else 1.0,
        "exact match": all(shown) and not holds(answer.text, wrong),
    }


def multihop(item: Item, answer: Answer, ids: Ids, corpus: Corpus) -> Values:
    """Evidence recall by the set's rule (white space removed, a passage that holds a fact); answer by a shared word."""
    if item.kind == "null":
        return {"null query: declined": answer.verdict == "declined"}
    facts = [re.sub(r"[ \n]", "", e["fact"]) for e in item.row["evidence_list"]]
    passages = [re.sub(r"[ \n]", "", h.passage.text) for h in corpus.search(item.question, 10)]
    found: Values = {f"evidence recall@{k}": fmean(any(f in p for p in passages[:k]) for f in facts) for k in (4, 10)}
    found["all evidence@10"] = all(any(f in p for p in passages) for f in facts)
    said = set(plain(answer.text).lower().split()) if answer.verdict != "declined" else set[str]()
    return found | {"answer shares a word": bool(said & set(item.row["answer"].lower().split()))}


def who_said(item: Item, answer: Answer, ids: Ids, corpus: Corpus) -> Values:
    """Whether the first line names the speaker; whether it, or the first position, names another instead."""
    line = first_line(answer) if answer.verdict != "declined" else ""
    speaker = bold(answer) or (answer.positions[0].speaker if answer.positions else "")
    other = bool(line and speaker) and not _shares_word(speaker, item.golds) and not _shares_word(line, item.golds)
    return {"speaker in the first line": _shares_word(line, item.golds), "speaker wrong": other}


SCORERS = {
    "fitz-gov": fitz_gov, "clapnq": answerable, "squad2": answerable, "conflictnq": two_passages,
    "wikicontradict": two_passages, "quotesum": quotesum, "mtrag_un": conversations, "ramdocs": ramdocs,
    "multihop_rag": multihop, "polnear": who_said,
}  # fmt: skip
# Means of other figures.
_MEANS = {
    "fitz-gov": ("macro", ("declined: recall", "contested: recall", "answered: recall")),
    "clapnq": ("balanced accuracy", ("answerable not declined", "unanswerable declined")),
    "squad2": ("balanced accuracy", ("answerable not declined", "unanswerable declined")),
    "mtrag_un": ("balanced accuracy", ("answerable: not declined", "unanswerable: declined")),
}


def measure(name: str, half: Half, settings: Settings, args: argparse.Namespace) -> tuple[Figures, float]:
    """The figures of one half of a set, each with how many items it is of; and the seconds a question took."""
    items = load(name, half, args.limit, args.seed)
    found: dict[str, list[float]] = {}
    spent, shown = 0.0, 0
    with corpus_of(all_documents(items, SOURCES[name]), settings, args.homes) as (corpus, ids):
        for item in items:
            began = time.perf_counter()
            try:
                answer = answer_of(item, corpus, ids)
            except RagError as e:
                print(f"{name} {item.id}: {e}", file=sys.stderr)
                found.setdefault("failed", []).append(1)
                continue
            spent += time.perf_counter() - began
            values = {"failed": 0.0} | false_claims(item, answer) | SCORERS[name](item, answer, ids, corpus)
            for figure, value in values.items():
                found.setdefault(figure, []).append(float(value))
            if half == "dev" and shown < args.show:
                shown += 1
                print(
                    f"\n? {item.question}  ({name}, right: {', '.join(sorted(item.verdicts)) or 'open'} "
                    f"{list(item.golds)})\n{answer.verdict}: {answer.text}",
                    file=sys.stderr,
                )
    figures = {figure: (fmean(values), len(values)) for figure, values in sorted(found.items())}
    if name in _MEANS and all(part in figures for part in _MEANS[name][1]):
        mean, parts = _MEANS[name]
        figures[mean] = (fmean(figures[p][0] for p in parts), sum(figures[p][1] for p in parts))
    if figures.get("failed") == (0.0, len(items)):
        del figures["failed"]
    first = [*_FALSE, *([_MEANS[name][0]] if name in _MEANS else [])]
    ordered = {f: figures[f] for f in dict.fromkeys([*first, *figures]) if f in figures}
    return ordered, spent / max(1, len(items))


# Output


def rows(sets: Mapping[str, Mapping[str, Figures]]) -> Iterator[list[str]]:
    """Each figure on both halves, and the difference."""
    for name, halves in sets.items():
        dev, check = halves.get("dev", {}), halves.get("check", {})
        for figure in dict.fromkeys([*dev, *check]):
            false = "✗ " if figure in _FALSE else ""
            cells = [f"{h[figure][0]:.3f} ({h[figure][1]})" if figure in h else "" for h in (dev, check)]
            apart = f"{check[figure][0] - dev[figure][0]:+.3f}" if figure in dev and figure in check else ""
            yield [name, f"{false}{figure}", *cells, apart]


def differing(sets: Mapping[str, Mapping[str, Figures]], kept: Mapping[str, Any]) -> list[list[str]]:
    """The figures of the sets and halves measured that are others in a kept run, or are in one run only."""
    found: list[list[str]] = []
    for name, halves in sets.items():
        for half, figures in halves.items():
            before = kept["sets"].get(name, {}).get(half, {})
            for figure in dict.fromkeys([*before, *figures]):
                old, new = (f"{of[figure][0]:.6f} ({of[figure][1]})" if figure in of else "none"
                            for of in (before, figures))  # fmt: skip
                if old != new:
                    found.append([f"{name}, {half}", figure, old, new])
    return found


HEADINGS = ("set", "figure", "dev", "check", "check − dev")


def code() -> str:
    """The commit of the code under measure, with '+' where files differ from it."""
    at = ["git", "-C", str(Path(rag.__file__).parent)]
    commit = subprocess.run([*at, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout
    changed = subprocess.run(
        [*at, "status", "--porcelain", "--untracked-files=no", "."], capture_output=True, text=True, check=False
    ).stdout
    return commit.strip() + ("+" if changed else "")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="append", choices=SCORERS, dest="names")
    parser.add_argument("--half", choices=("dev", "check"))
    parser.add_argument("--limit", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--llm", default="extractive")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--homes", type=Path)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--table", type=Path, help="print the table of a run kept with --json, and ask nothing")
    parser.add_argument("--against", type=Path, help="print what differs from a run kept with --json")
    args = parser.parse_args()
    kept: dict[str, Any] = (
        json.loads((args.table or args.against).read_text(encoding="utf-8")) if args.table or args.against else {}
    )
    if args.table:
        table(HEADINGS, rows(kept["sets"]), words=2)
        return
    if args.against and (kept["limit"], kept["seed"], kept["llm"]) != (args.limit, args.seed, args.llm):
        sys.exit(f"{args.against} is of limit {kept['limit']}, seed {kept['seed']}, {kept['llm']}: give these, too")
    settings = load_settings(llm=args.llm)
    halves: tuple[Half, ...] = (args.half,) if args.half else ("dev", "check")
    sets: dict[str, dict[str, Figures]] = {}
    for name in args.names or SCORERS:
        for half in halves:
            began = time.perf_counter()
            figures, each = measure(name, half, settings, args)
            sets.setdefault(name, {})[half] = figures
            took = f"{time.perf_counter() - began:.0f} s, {1000 * each:.0f} ms a question"
            print(f"{name} {half}: {took}", file=sys.stderr)
        if args.json:
            run = {"code": code(), "llm": args.llm, "limit": args.limit, "seed": args.seed, "sets": sets}
            args.json.write_text(json.dumps(run, indent=1) + "\n", encoding="utf-8")
    sample = f"{args.limit} items a half, seed {args.seed}" if args.limit else "all items"
    print(f"code {code()}, {args.llm}, {sample}\n")
    table(HEADINGS, rows(sets), words=2)
    if args.against:
        found = differing(sets, kept)
        print(f"\n{len(found) or 'No'} figures differ from those of {kept['code']} ({args.against})")
        if found:
            table(["set", "figure", "before", "now"], found, words=2)
            sys.exit(1)


if __name__ == "__main__":
    main()
