"""How well it is known when the articles do not say; fits the weights of rag/answer/answerable.yaml.

python bench/decline.py            (needs ../shared beside the project; about ten minutes)
python bench/decline.py --write    also writes the weights, fitted on all of it but part d of the exam

Questions with and without an answer: SQuAD 2.0 (a paragraph each), RAMDocs (its documents; the documents of the
likest other question), MultiHop-RAG (its null questions), PolNeAR (who said it; the same with the article left out),
the five real articles and the sample corpus (questions of our own, in unanswerable.jsonl and eval/; exam.jsonl).
Fitted on every second question and shown for the others, then the other way round; then five-fold over SQuAD 2.0.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from data import DATA, as_files, rows
from rag.answer.answerable import DECISIVE, SEVERAL, rarity, signs, together
from rag.answer.asked import asked
from rag.answer.same import Same
from rag.answer.wanted import wanted

from rag import Corpus, Settings
from rag.answer import answerable
from rag.answer.evidence import Evidence, Matrix, Vector, weigh
from rag.asking import absent, named
from rag.index.database import Database
from rag.index.embed import embed_parts, load_embedder
from rag.index.sentences import SentenceVectors
from rag.ingest.statements import find_statements
from rag.retrieve.query import search_terms
from rag.settings import DEFAULT_EMBEDDER, load_settings
from rag.text import sentence_spans
from rag.types import Article, Hit, Passage, Statement

Weights = dict[str, float]
# Weight of a set in the fit, and how hard the weights are held down (each sign brought to a spread of one).
SETS = {
    "squad2": 1.0,
    "ramdocs": 0.5,
    "polnear": 0.2,
    "articles": 0.7,
    "exam": 1.0,
    "exam d": 0.0,
    "sample": 1.0,
    "multihop_rag": 1.0,
}
RIDGE = 10.0, 3.0
# PolNeAR's questions that are asked, with and without their article.
WHO_SAID = 160
WRITTEN = Path(answerable.__file__).with_name("answerable.yaml")


@dataclass(frozen=True, slots=True)
class Case:
    """A question, its evidence, and whether that answers it; `half` 0 or 1; `answers` where they are known."""

    of: str
    question: str
    evidence: Sequence[Evidence]
    answerable: bool
    half: int
    answers: Sequence[str] = ()
    same: Same = ()
    absent: Sequence[str] = ()


def cases(homes: Path | None = None) -> list[Case]:
    """All of them, with their evidence; the corpora are kept in a folder if one is given."""
    with tempfile.TemporaryDirectory() as work:
        at = homes or Path(work)
        return [*_documents(), *_multihop(at), *_polnear(at), *_own(at)]


def _documents() -> Iterable[Case]:
    """SQuAD 2.0 and RAMDocs: a question with texts of its own."""
    embedder = load_embedder(DEFAULT_EMBEDDER, load_settings().cache)
    passes: dict[str, tuple[Vector, Matrix]] = {}

    def passed(text: str) -> tuple[Vector, Matrix]:
        """The vectors of a text and of its sentences, kept: RAMDocs gives a document to several questions."""
        if text not in passes:
            whole, parts = embed_parts(embedder, [text], [sentence_spans(text)])
            passes[text] = whole[0], parts[0]
        return passes[text]

    def case(of: str, q: str, texts: Sequence[str], answerable: bool, n: int, answers: Sequence[str] = ()) -> Case:
        asked = embedder.embed_query(q)
        near = sorted(texts, key=lambda t: -float(passed(t)[0] @ asked))[:12]
        hits = [_whole(t, f"{n}-{i}", i, float(passed(t)[0] @ asked)) for i, t in enumerate(near)]
        found = weigh(q, search_terms(q), hits, asked, [passed(t)[1] for t in near])
        return Case(of, q, found, answerable, n % 2, answers)

    for n, r in enumerate(rows(DATA / "squad2" / "questions.jsonl")):
        yield case("squad2", r["question"], [r["context"]], r["answerable"], n, r["answers"])
    ram = rows(DATA / "ramdocs" / "questions.jsonl")
    vectors = embedder.embed([r["question"] for r in ram])
    likeness = vectors @ vectors.T - 2 * np.eye(len(ram))
    for n, r in enumerate(ram):
        yield case("ramdocs", r["question"], [d["text"] for d in r["documents"]], True, n)
        answers = [str(a).casefold() for a in r["gold_answers"] + r["wrong_answers"]]
        other = ram[int(np.argmax(likeness[n]))]
        texts = [d["text"] for d in other["documents"]]
        texts += [d["text"] for d in r["documents"] if d["type"] == "noise"]
        texts = [t for t in texts if not any(a in t.casefold() for a in answers)]
        if texts and other["question"] != r["question"]:
            yield case("ramdocs", r["question"], texts, False, n)


def _whole(text: str, name: str, rank: int, similarity: float) -> Hit:
    article = Article(id=name, text=text, title="", path=name)
    passage = Passage(id=name, article_id=name, start=0, end=len(text), text=text)
    return Hit(passage=passage, article=article, score=2 / (61 + rank), similarity=similarity)


@contextmanager
def kept(home: Path, files: Callable[[], Path]) -> Iterator[tuple[Corpus, SentenceVectors]]:
    """A corpus of some files, ingested if the home isn't there, and its sentences' vectors."""
    made = home.exists()
    with Corpus.open(Settings(home=home)) as corpus:
        if not made:
            corpus.ingest([files()])
        yield corpus, SentenceVectors(Database(home / "catalog.sqlite3"), corpus.embedder.embed)


def _multihop(homes: Path) -> Iterable[Case]:
    articles = rows(DATA / "multihop_rag" / "articles.jsonl")
    with kept(homes / "multihop_rag", lambda: as_files(articles, homes / "multihop_rag-files")) as home:
        for n, r in enumerate(rows(DATA / "multihop_rag" / "questions.jsonl")):
            yield _asked(*home, "multihop_rag", r["query"], r["question_type"] != "null_query", n)


def _polnear(homes: Path) -> Iterable[Case]:
    articles = rows(DATA / "polnear" / "train" / "articles.jsonl")
    files = {a["id"]: f"{n:04}.md" for n, a in enumerate(articles)}
    with kept(homes / "polnear", lambda: as_files(articles, homes / "polnear-files")) as home:
        for n, r in enumerate(rows(DATA / "polnear" / "train" / "who_said.jsonl")[:WHO_SAID]):
            yield _asked(*home, "polnear", r["question"], True, n)
            yield _asked(*home, "polnear", r["question"], False, n, without=files[r["article"]])


def _own(homes: Path) -> Iterable[Case]:
    here = Path(__file__).parent
    with kept(homes / "articles", lambda: DATA.parent / "articles") as home:
        for r in rows(here / "unanswerable.jsonl"):
            yield _asked(*home, "articles", r["question"], r["answerable"], int(r["half"] == "check"))
        for n, r in enumerate(rows(here / "real_articles.jsonl")):
            yield _asked(*home, "articles", r["question"], True, n)
        for n, r in enumerate(rows(here / "exam.jsonl")):
            of = "exam d" if r["part"] == "d" else "exam"
            yield _asked(*home, of, r["question"], r["kind"] != "unanswerable", n)
    with kept(homes / "sample", lambda: here.parent / "corpus") as home:
        for n, r in enumerate(rows(here.parent / "eval" / "sample.jsonl")):
            yield _asked(*home, "sample", r["question"], r["kind"] != "declined", n)


def _asked(
    corpus: Corpus, vectors: SentenceVectors, of: str, question: str, answerable: bool, n: int, without: str = ""
) -> Case:
    """A question to a corpus, the article of one file (and its copies) left out."""
    hits = corpus.search(question, 12 if not without else 40)
    gone = {h.article.story for h in hits if without and h.article.path.endswith(without)}
    left = [h for h in hits if h.article.story not in gone][:12]
    asked, query = corpus.embedder.embed_query(question), corpus.understood(question)
    found = weigh(question, search_terms(question), left, asked, vectors.of([h.passage for h in left]), named(query))
    return Case(of, question, found, answerable, n % 2, same=named(query), absent=absent(query))


# The fit


def several(c: Case) -> bool:
    """Whether the question asks for several things at once."""
    return len(wanted(c.question).content) >= SEVERAL


@cache
def told(article: Article) -> Sequence[Statement]:
    """An article's statements."""
    return find_statements(article)


def seen(c: Case) -> list[dict[str, float]]:
    """The signs of what decides: of each of the first sentences, or of all of them together."""
    a = wanted(c.question, c.same)
    if several(c):
        return [together(a, c.evidence, c.absent)]
    rare, manner = rarity(a.content, c.evidence), asked(c.question).manner
    return [signs(a, e, rare, manner, told(e.article), n == 0) for n, e in enumerate(c.evidence[:DECISIVE])]


def fit(known: Sequence[tuple[Case, list[dict[str, float]]]], held_down: float) -> Weights:
    """Ridge logistic regression by Newton's method; a question counts by the sentence that speaks most for it.

    Every set weighs what `SETS` says, half of it the answerable ones. The choice of the sentence needs weights, so
    the first fit takes the first sentence, and three more the best by the fit before (as in multiple-instance
    learning: Andrews, Tsochantaridis and Hofmann, NIPS 2002).
    """
    labels = list(known[0][1][0])
    of = [(c.of, c.answerable) for c, _ in known]
    share = np.array([100 * SETS[o] / sum(x == (o, y) for x in of) / len({b for s, b in of if s == o}) for o, y in of])
    y = np.array([float(c.answerable) for c, _ in known])
    tables = [np.array([[s[name] for name in labels] for s in found]) for _, found in known]
    spread = np.concatenate(tables).std(0) + 1e-9
    b = np.zeros(len(labels) + 1)
    ridge = np.diag([1e-3] + [held_down] * len(labels))
    for turn in range(4):
        x = np.array([t[0 if turn == 0 else int(np.argmax(t / spread @ b[1:]))] for t in tables]) / spread
        x = np.c_[np.ones(len(x)), x]
        for _ in range(30):
            p = 1 / (1 + np.exp(-x @ b))
            b -= np.linalg.solve(
                (x * (share * p * (1 - p))[:, None]).T @ x + ridge, x.T @ (share * (p - y)) + ridge @ b
            )
    return {"intercept": float(b[0])} | dict(zip(labels, (b[1:] / spread).tolist(), strict=True))


def fitted(known: Sequence[tuple[Case, list[dict[str, float]]]]) -> dict[str, Weights]:
    """The weights for one sentence and for all together."""
    return {
        "sentence": fit([k for k in known if not several(k[0])], RIDGE[0]),
        "together": fit([k for k in known if several(k[0]) and k[0].of == "multihop_rag"], RIDGE[1]),
    }


def answered(c: Case, found: Sequence[Mapping[str, float]], weights: Mapping[str, Weights]) -> bool:
    """Whether the question is answered with these weights."""
    if several(c):
        return answerable.probability(found[0], weights["together"]) >= answerable.LEAST_TOGETHER
    return max(answerable.probability(s, weights["sentence"]) for s in found) >= answerable.LEAST


def declined(label: str, known: Sequence[tuple[Case, list[dict[str, float]]]], weights: Mapping[str, Weights]) -> None:
    """A line a set: the shares of unanswerable and answerable questions that are declined."""
    for of in SETS:
        held = [(c.answerable, answered(c, found, weights)) for c, found in known if c.of == of]
        shares = [1 - np.mean([a for y, a in held if y is wanted_]) for wanted_ in (False, True)]
        balanced = (shares[0] + 1 - shares[1]) / 2
        print(f"{label:8} {of:13} {len(held):5} {shares[0]:12.3f} {shares[1]:12.3f} {balanced:10.3f}")


def folds(known: Sequence[tuple[Case, list[dict[str, float]]]], number: int = 5) -> float:
    """Balanced accuracy on SQuAD 2.0, each fifth of it judged by what was fitted without it."""
    mine = [k for k in known if k[0].of == "squad2"]
    rest = [k for k in known if k[0].of != "squad2"]
    fold = np.random.default_rng(0).permutation(len(mine)) % number
    right: dict[bool, list[bool]] = {True: [], False: []}
    for f in range(number):
        weights = fitted(rest + [k for k, n in zip(mine, fold, strict=True) if n != f])
        for (c, found), n in zip(mine, fold, strict=True):
            if n == f:
                right[c.answerable].append(answered(c, found, weights) is c.answerable)
    return float(np.mean([np.mean(r) for r in right.values()]))


def first_right(every: Sequence[Case]) -> tuple[float, float]:
    """SQuAD 2.0: of the answerable questions answered, the share whose first sentence holds the answer; and overall."""
    shown = [
        (c, answerable.assess(c.question, c.evidence, None, {e.article.id: told(e.article) for e in c.evidence}))
        for c in every
        if c.of == "squad2" and c.answerable
    ]
    right = [any(x in a.answering[0].text for x in c.answers) for c, a in shown if a.answered]
    return float(np.mean(right)), sum(right) / len(shown)


def main(read: Callable[[Path | None], list[Case]] = cases) -> None:
    """Fit, print, and write the weights if that is asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true")
    options.add_argument("--homes", type=Path, help="folder in which the corpora are kept for the next run")
    given = options.parse_args()
    every = [c for c in read(given.homes) if c.evidence]
    known = [(c, seen(c)) for c in every]
    print("half     set           cases  declined: unanswerable  answerable  balanced accuracy")
    for half, label in ((0, "check"), (1, "dev")):
        weights = fitted([k for k in known if k[0].half == half])
        declined(label, [k for k in known if k[0].half != half], weights)
    print(f"squad2, five-fold: balanced accuracy {folds(known):.3f}")
    if given.write:
        head = "# Made by `python bench/decline.py --write`; what the signs are: rag/answer/answerable.py\n"
        own = fitted(known)
        rounded = {of: {n: round(w, 3) for n, w in ws.items()} for of, ws in own.items()}
        WRITTEN.write_text(head + yaml.safe_dump(rounded, sort_keys=False), encoding="utf-8")
    declined("written", known, yaml.safe_load(WRITTEN.read_text(encoding="utf-8")))
    print("squad2, answer in the first sentence of those answered, of all: {:.3f} {:.3f}".format(*first_right(every)))


if __name__ == "__main__":
    main()
