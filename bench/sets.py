"""The public sets that answers are measured on: where each lies, which half is for what, its items in one form.

The sets are data of others and no part of the project: they lie in `../shared/data` beside it, each with its source
and licence in a README.

**Halves.** Every set is split by the parity of the first byte of SHA-256 over what its items are grouped by (below),
so that no conversation, paragraph or article stands in both halves. `dev` may be read: errors are looked at there,
thresholds and weights are fitted there. `check` is only counted: no item of it is read by whoever changes the product,
and none enters a fit. `squadshifts` alone is all for fitting and choosing: no figure of an answer is taken of it. The
project's own cases: `eval/sample.jsonl` and `eval/pages.jsonl` enter no fit; `eval/plain.jsonl` has its `half` written
in it; of `bench/exam.jsonl` parts a, b and c are `dev`, d is `check`. Two scripts split by place, not hash, as their
tables were made: bench/check.py (even articles `dev`, odd `check`) and bench/extraction.py (every other page, A and B).
"""

import hashlib
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from rag.text import sentence_spans
from rag.types import Article, Hit, Passage

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
POLNEAR = DATA / "polnear" / "train"
Half = Literal["dev", "check"]
Row = Mapping[str, Any]
_QUOTED = re.compile(r"\[ (\d) (.*?) \]")


@dataclass(frozen=True, slots=True)
class Document:
    """A text to be read as an article, with what the set tells of it; `published` as 2022-11-08."""

    text: str
    title: str = ""
    publisher: str = ""
    published: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A question over its own documents.

    `documents` is empty where the whole set's documents are asked. `turns` are the earlier messages of a
    conversation, as ("user" or "assistant", text). `verdicts` are those that are right, none where the set does not
    say; `golds` short answers, any of which will do. `row` is the item as the set has it. Scorers read the rest.
    """

    id: str
    question: str
    documents: tuple[Document, ...] = ()
    turns: tuple[tuple[str, str], ...] = ()
    verdicts: frozenset[str] = frozenset()
    golds: tuple[str, ...] = ()
    kind: str = ""
    row: Row = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A set: its items, what one is grouped by for the halves, and the documents that all of some items are asked of.

    `shared` is None where every item brings its own documents.
    """

    items: Callable[[], Iterator[Item]]
    group: Callable[[Item], str]
    shared: Callable[[Sequence[Item]], list[Document]] | None = None


def rows(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def as_file(article: Row, file: Path) -> Path:
    """An article with text, title, publisher, author and day, as its set names them, as Markdown with front matter."""
    stated = {
        "title": article.get("title"),
        "publisher": article.get("publisher") or article.get("source"),
        "author": article.get("author"),
        "published": (article.get("published") or article.get("published_at") or "")[:10],
    }
    head = yaml.safe_dump({k: v for k, v in stated.items() if v} or {"language": "en"}, allow_unicode=True)
    text = article.get("text") or article.get("body") or ""
    file.write_text(f"---\n{head}---\n{text}\n", encoding="utf-8")
    return file


def as_files(articles: Iterable[Row], folder: Path) -> Path:
    """Articles as files named 0000.md and on."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, article in enumerate(articles):
        as_file(article, folder / f"{number:04}.md")
    return folder


def half_of(group: str) -> Half:
    """The half that everything of one group falls into."""
    return "check" if hashlib.sha256(group.encode()).digest()[0] % 2 else "dev"


def load(name: str, half: Half, limit: int | None = None, seed: int = 0) -> list[Item]:
    """The items of one half, in the set's order; with `limit`, a sample of so many, chosen by `seed`.

    Raises:
        KeyError: there is no such set.
        FileNotFoundError: the data isn't there.
    """
    source = SOURCES[name]
    found = [i for i in source.items() if half_of(source.group(i)) == half]
    if limit is None or len(found) <= limit:
        return found
    kept = random.Random(f"{seed} {name} {half}").sample(range(len(found)), limit)
    return [found[n] for n in sorted(kept)]


def squadshifts() -> list[Item]:
    """Questions for fitting and choosing only: all answerable, over Wikipedia and Reddit."""
    found: list[Item] = []
    for file in sorted((DATA / "squadshifts").glob("*.json")):
        for page in json.loads(file.read_text(encoding="utf-8"))["data"]:
            for paragraph in page["paragraphs"]:
                own = (Document(paragraph["context"], title=page.get("title", "")),)
                found += [
                    Item(id=q["id"], question=q["question"], documents=own, row=q, verdicts=frozenset({"answered"}),
                         golds=tuple(a["text"] for a in q["answers"]))
                    for q in paragraph["qas"]
                ]  # fmt: skip
    return found


def _id(item: Item) -> str:
    return item.id


def _own_rows(name: str) -> list[dict[str, Any]]:
    return rows(DATA / name / "questions.jsonl")


def _fitz_gov() -> Iterator[Item]:
    for r in _own_rows("fitz-gov"):
        yield Item(id=r["id"], question=r["question"], documents=tuple(map(Document, r["contexts"])), kind=r["kind"],
                   verdicts=frozenset({r["verdict"]}), row=r)  # fmt: skip


def _answerable(r: Row) -> frozenset[str]:
    return frozenset({"answered"} if r["answerable"] else {"declined"})


def _clapnq() -> Iterator[Item]:
    for r in _own_rows("clapnq"):
        yield Item(id=r["id"], question=r["question"], documents=(Document(r["context"], title=r["title"]),),
                   verdicts=_answerable(r), row=r)  # fmt: skip


def _squad2() -> Iterator[Item]:
    for r in _own_rows("squad2"):
        yield Item(id=r["id"], question=r["question"], documents=(Document(r["context"]),), verdicts=_answerable(r),
                   golds=tuple(a for a in dict.fromkeys(r["answers"]) if a), row=r)  # fmt: skip


def _conflictnq() -> Iterator[Item]:
    for r in _own_rows("conflictnq"):
        real, fake = (Document(r[of][0]["passage"]) for of in ("real_passages", "fake_passages"))
        for kind, own, verdict in (("two passages", (real, fake), "contested"), ("one passage", (real,), "answered")):
            yield Item(id=f"{r['id']} {kind}", question=r["question"], documents=own, kind=kind, row=r,
                       verdicts=frozenset({verdict}), golds=(r["real_short_answer"],))  # fmt: skip


def _wikicontradict() -> Iterator[Item]:
    for number, r in enumerate(_own_rows("wikicontradict")):
        one, other = Document(r["context1"]), Document(r["context2"])
        for kind, own, verdict in (("two passages", (one, other), "contested"), ("one passage", (one,), "answered")):
            yield Item(id=f"{number} {kind}", question=r["question"], documents=own, kind=kind, row=r,
                       verdicts=frozenset({verdict}))  # fmt: skip


def _quotesum() -> Iterator[Item]:
    """A question once, `row["quoted"]` the passages (from 0) that each of its annotators quotes."""
    of: dict[str, list[dict[str, Any]]] = {}
    for r in _own_rows("quotesum"):
        of.setdefault(r["qid"], []).append(r)
    for qid, several in of.items():
        r = several[0]
        numbers = [n for n in range(1, 9) if r[f"source{n}"]]
        own = tuple(Document(r[f"source{n}"], title=r[f"title{n}"]) for n in numbers)
        quoted = [
            sorted({numbers.index(int(n)) for n, _ in _QUOTED.findall(s["summary"]) if int(n) in numbers})
            for s in several
        ]
        if any(quoted):
            yield Item(id=qid, question=r["question"], documents=own, verdicts=frozenset({"answered", "contested"}),
                       row={**r, "quoted": [q for q in quoted if q]})  # fmt: skip


_MTRAG = {"ANSWERABLE": ("answered",), "PARTIAL": ("answered",), "UNANSWERABLE": ("declined",), "UNDERSPECIFIED": ()}


def _mtrag_un() -> Iterator[Item]:
    """Conversations. What has no passages of its own is asked of all those of its collection here."""
    found = _own_rows("mtrag_un")
    of: dict[str, dict[str, Document]] = {}
    for r in found:
        for c in r["contexts"]:
            of.setdefault(r["Collection"], {})[c["text"]] = Document(c["text"], title=c.get("title") or "")
    for r in found:
        own = [Document(c["text"], title=c.get("title") or "") for c in r["contexts"]] or of[r["Collection"]].values()
        turns = tuple(("user" if t["speaker"] == "user" else "assistant", t["text"]) for t in r["input"][:-1])
        kind = r["answerability"][0]
        yield Item(id=r["task_id"], question=r["input"][-1]["text"], documents=tuple(own), turns=turns,
                   kind=kind.lower(), verdicts=frozenset(_MTRAG[kind]), row=r)  # fmt: skip


def _plain_words(text: str) -> set[str]:
    return set(re.findall(r"[^_\W]+", text.casefold()))


def _ramdocs() -> Iterator[Item]:
    """They differ when two of its documents' answers (noise has none) each hold words that the other lacks."""
    for number, r in enumerate(_own_rows("ramdocs")):
        given = [_plain_words(str(d["answer"])) for d in r["documents"] if d["type"] != "noise"]
        differ = any(a - b and b - a for a in given for b in given)
        yield Item(id=f"{number}", question=r["question"], row=r, kind="differ" if differ else "agree",
                   documents=tuple(Document(d["text"]) for d in r["documents"] if d["text"].strip()),
                   verdicts=frozenset({"contested" if differ else "answered"}),
                   golds=tuple(map(str, r["gold_answers"])))  # fmt: skip


def _multihop() -> Iterator[Item]:
    for r in _own_rows("multihop_rag"):
        null = r["question_type"] == "null_query"
        yield Item(id=r["query"], question=r["query"], kind="null" if null else "evidence", row=r,
                   verdicts=frozenset({"declined"} if null else {"answered", "contested"}),
                   golds=() if null or r["answer"].lower() in ("yes", "no") else (r["answer"],))  # fmt: skip


def _article(a: Row) -> Document:
    return Document(a["text"], title=a["title"], publisher=a["publisher"], published=(a["published"] or "")[:10])


def _multihop_articles(items: Sequence[Item]) -> list[Document]:
    return [_article(a) for a in rows(DATA / "multihop_rag" / "articles.jsonl")]


def _who_said() -> Iterator[Item]:
    for number, r in enumerate(rows(POLNEAR / "who_said.jsonl")):
        yield Item(id=f"{number}", question=r["question"], golds=tuple(r["names"]), row=r,
                   verdicts=frozenset({"answered"}))  # fmt: skip


def polnear_articles() -> dict[str, Document]:
    """All 840, by their ids."""
    return {a["id"]: _article(a) for a in rows(POLNEAR / "articles.jsonl")}


def five_articles() -> list[Path]:
    """The files of the five real articles."""
    return sorted((DATA.parent / "articles").glob("*.txt"))


def _polnear_articles(items: Sequence[Item]) -> list[Document]:
    """Those that a question of the items' halves is of, some 140 a half: all 840 take ten minutes to ingest."""
    halves = {half_of(i.row["article"]) for i in items}
    of = {r["article"] for r in rows(POLNEAR / "who_said.jsonl") if half_of(r["article"]) in halves}
    return [article for name, article in polnear_articles().items() if name in of]


def _document_text(item: Item) -> str:
    return item.documents[0].text


def _of_row(name: str) -> Callable[[Item], str]:
    return lambda item: str(item.row[name])


SOURCES: dict[str, Source] = {
    "fitz-gov": Source(items=_fitz_gov, group=_id),
    "clapnq": Source(items=_clapnq, group=_id),
    "squad2": Source(items=_squad2, group=_document_text),
    "conflictnq": Source(items=_conflictnq, group=_of_row("id")),
    "wikicontradict": Source(items=_wikicontradict, group=_of_row("question")),
    "quotesum": Source(items=_quotesum, group=_id),
    "mtrag_un": Source(items=_mtrag_un, group=_of_row("conversation_id")),
    "ramdocs": Source(items=_ramdocs, group=_of_row("question")),
    "multihop_rag": Source(items=_multihop, group=_id, shared=_multihop_articles),
    "polnear": Source(items=_who_said, group=_of_row("article"), shared=_polnear_articles),
}


def all_documents(items: Sequence[Item], source: Source) -> list[Document]:
    """The documents that a corpus for these items holds, each once."""
    if source.shared is not None:
        return source.shared(items)
    return list(dict.fromkeys(d for i in items for d in i.documents))


def passages(article: Article, size: int = 6) -> list[Hit]:
    """An article in runs of so many sentences, as if they had been found."""
    spans = sentence_spans(article.text)
    found: list[Hit] = []
    for i in range(0, len(spans), size):
        start, end = spans[i][0], spans[min(i + size, len(spans)) - 1][1]
        name = f"{article.id}-{start}"
        passage = Passage(id=name, article_id=article.id, start=start, end=end, text=article.text[start:end])
        found.append(Hit(passage=passage, article=article, score=1.0))
    return found
