"""Near-copies made by code: no document takes another's place, and what is cited stands in the file that is named."""

import json
import random
from collections.abc import Callable
from email.message import EmailMessage
from html import escape
from pathlib import Path

import pytest

from rag import Corpus
from rag.ingest.converters import ReadOptions
from rag.ingest.metadata import make_article
from rag.ingest.sandbox import Sandbox
from rag.types import Article

Form = Callable[[str, dict[str, str]], bytes]

NAMES = "Aylin Bram Chidi Dagny Emeka Fenna Goran Hana Ivo Jarek".split()
THINGS = "ferry bridge dam vaccine harvest orchestra glacier tram reactor lighthouse".split()
DEEDS = "inspected bought closed praised measured sold repaired opposed visited moved".split()
PLACES = "Veldt Orrel Quay Marsh Tolna Brindle Sker Ostrava Lund Pell".split()


def sentence(draw: random.Random) -> str:
    said = draw.choice(("said that", "told a hearing that", "denied that", "wrote that"))
    return (
        f"{draw.choice(NAMES)} of {draw.choice(PLACES)} {said} {draw.randrange(2, 900)} workers {draw.choice(DEEDS)} "
        f"the {draw.choice(THINGS)} near {draw.choice(PLACES)} on the {draw.randrange(1, 29)}th for "
        f"{draw.randrange(1, 99)}.{draw.randrange(10)} million crowns."
    )


def paragraphs(draw: random.Random) -> list[str]:
    return [" ".join(sentence(draw) for _ in range(3)) for _ in range(4)]


def varied(original: list[str], draw: random.Random) -> list[list[str]]:
    """The article with a sentence more, a paragraph less, a number changed, in capitals, and as it is."""
    at = draw.randrange(len(original))
    added, changed = list(original), list(original)
    added[at] += " " + sentence(draw)
    changed[at] = changed[at].replace(" million", "0 million", 1)
    return [added, original[:at] + original[at + 1 :], changed, [p.upper() for p in original], list(original)]


def markdown(text: str, fields: dict[str, str]) -> bytes:
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return (f"---\n{head}---\n{text}" if fields else text).encode()


def page(text: str, fields: dict[str, str]) -> bytes:
    body = "".join(f"<p>{escape(p)}</p>" for p in text.split("\n\n"))
    meta = f'<meta property="og:site_name" content="{fields["publisher"]}">' if fields else ""
    title = f"<title>{fields.get('title', '')}</title>"
    return f"<html><head>{title}{meta}</head><body><article>{body}</article></body></html>".encode()


def mail(text: str, fields: dict[str, str]) -> bytes:
    message = EmailMessage()
    message["Subject"] = fields.get("title", "News")
    message["From"] = f"{fields.get('publisher', 'Someone')} <desk@example.org>"
    message.set_content(text)
    return bytes(message)


def lines(text: str, fields: dict[str, str]) -> bytes:
    return (json.dumps({"text": text, **fields}) + "\n").encode()


FORMS: dict[str, Form] = {".md": markdown, ".html": page, ".eml": mail, ".jsonl": lines}
STATED = {"title": "What the hearing was told", "publisher": "Veldt Herald", "published": "2023-04-05"}


def told(a: Article) -> tuple[object, ...]:
    return a.text, a.title, a.publisher, a.published, a.author, a.url, dict(a.provenance)


def hold_what_they_name(corpus: Corpus) -> None:
    """Every article is what its file alone makes, and every quotation of an answer stands in the file that it names."""
    files: dict[str, list[tuple[object, ...]]] = {}

    def read(path: str) -> list[tuple[object, ...]]:
        file = Path(path.split("#")[0])
        if path not in files:
            with Sandbox() as reader:
                drafts = reader.read(file.read_bytes(), file.name, ReadOptions()).drafts
            files[path] = [told(make_article(d, path).article) for d in drafts]
        return files[path]

    for article in corpus.articles():
        assert told(article) in read(article.path), article.path
    for question in ("How many workers were there?", "Who denied it?"):
        for c in corpus.ask(question).citations:
            assert any(c.quote in str(text) for text, *_ in read(c.path)), c.path


# The fields stated by the first file, or by its copies only; and in either order.
@pytest.mark.parametrize(("suffix", "first"), zip(FORMS, ("with", "without", "without", "with"), strict=True))
def test_near_copies(suffix: str, first: str, corpus: Corpus, tmp_path: Path) -> None:
    draw = random.Random(f"{suffix}{first}")
    original = paragraphs(draw)
    folder = tmp_path / "in"
    folder.mkdir()
    texts = [original, *varied(original, draw)]
    for n, text in enumerate(texts):
        fields = STATED if (n == 0) == (first == "with") else {}
        (folder / f"{n}{suffix}").write_bytes(FORMS[suffix]("\n\n".join(text), fields))
    if first == "without":  # and one after the other, the last first
        for file in sorted(folder.iterdir(), reverse=True):
            corpus.ingest([file])
    else:
        corpus.ingest([folder])
    found = corpus.articles()
    assert len(found) == len({a.text for a in found}) == len(texts) - 1  # the last is the first again
    assert len({a.story for a in found}) == 1
    assert corpus.problems() == []
    hold_what_they_name(corpus)
    # The file that the text of two was named by goes, and files change their texts.
    named = {a.text: Path(a.path.split("#")[0]) for a in found}
    twice = next(path for path in named.values() if path.stem in ("0", "5"))
    twice.unlink()
    other = folder / f"2{suffix}"
    other.write_bytes(FORMS[suffix]("\n\n".join(texts[1]), STATED))
    corpus.ingest([folder], prune=True)
    assert {a.text for a in corpus.articles()} < {a.text for a in found}
    assert len(corpus.articles()) == len(texts) - 2
    assert corpus.problems() == []
    hold_what_they_name(corpus)
