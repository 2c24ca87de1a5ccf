"""What people are shown on a terminal."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from rag import Answer, Article, Citation, Hit, IngestReport, Passage, show
from rag.types import Entry, FileResult

ARTICLE = Article(id="a1", text="Nobody came. — 🍊", title="[bold] Café", path="in/[a].md", publisher="Gazette",
                  published=date(2023, 11, 2))  # fmt: skip
CITATION = Citation(number=1, article_id="a1", title=ARTICLE.title, publisher="Gazette", published=None,
                    published_from="unknown", url=None, path=ARTICLE.path, quote="Nobody came.", start=0,
                    end=12)  # fmt: skip
Capture = pytest.CaptureFixture[str]


def test_an_answer_is_shown_with_its_sources(capsys: Capture) -> None:
    answer = Answer(question="Who?", verdict="answered", text="Nobody came. [1] — Gazette", citations=(CITATION,))
    show.answer(answer, as_json=False)
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines() == ["Nobody came. [1] — Gazette", "", "[1] [bold] Café", "    in/[a].md"]


def test_an_article_that_is_cited_often_is_named_once(capsys: Capture) -> None:
    cited = (CITATION, replace(CITATION, number=2, article_id="b2", title="Two"), replace(CITATION, number=3))
    told = Answer(question="Who?", verdict="answered", text="Nobody came. [1]", citations=cited)
    show.answer(told, as_json=False)
    assert capsys.readouterr().out.splitlines()[2::2] == ["[1][3] [bold] Café", "[2] Two"]
    show.answer(replace(told, text="There was no one. [1]"), as_json=False)  # in other words: the quotes stand below
    assert capsys.readouterr().out.count("] “Nobody came.”") == 3


def test_a_piped_table_is_a_line_a_row_with_tabs(capsys: Capture) -> None:
    show.articles([replace(ARTICLE, title="A\ttab"), replace(ARTICLE, id="b2", publisher=None)], as_json=False)
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "a1\t2023-11-02\tGazette\tA\\ttab\tin/[a].md",
        "b2\t2023-11-02\tunknown\t[bold] Café\tin/[a].md",
    ]
    assert err == "2 articles\n"


def test_hits_articles_and_one_article(capsys: Capture) -> None:
    passage = Passage(id="a1:0-12", article_id="a1", start=0, end=12, text="Nobody came.")
    show.hits([Hit(passage=passage, article=ARTICLE, score=0.5)], as_json=False)
    show.articles([ARTICLE], as_json=False)
    show.article(ARTICLE, [], as_json=False)
    out, err = capsys.readouterr()
    assert "1. [bold] Café (Gazette, 2023-11-02)" in out
    assert out.count("[bold] Café") == 3
    assert "Nobody came. — 🍊" in out
    assert err == "1 article\n"


def test_long_lines_are_not_broken_where_a_program_reads(capsys: Capture) -> None:
    article = Article(id="a1", text="word " * 400 + "end.", title="T", path="/very/long" * 40)
    show.article(article, [], as_json=False)
    show.articles([article], as_json=False)
    out, _ = capsys.readouterr()
    assert article.text in out.splitlines()
    assert any(article.path in line for line in out.splitlines()[-2:])


def test_a_field_is_shown_with_its_origin_and_an_article_with_its_copies(capsys: Capture) -> None:
    copy = replace(ARTICLE, id="b2", title="[red] Copy", publisher=None)
    article = replace(ARTICLE, story="a1", provenance={"publisher": "front matter"}, captions=((0, 5),))
    show.article(article, [copy], as_json=False)
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "publisher Gazette (front matter)" in lines
    assert "published 2023-11-02" in lines
    assert "same story b2 outlet unknown: [red] Copy" in lines
    assert lines[-1] == ARTICLE.text
    show.article(article, [copy], as_json=False, text=False)
    assert "Nobody came." not in capsys.readouterr().out
    show.article(article, [copy], as_json=True)
    out, err = capsys.readouterr()
    whole = json.loads(out)
    assert (whole["text"], whole["copies"], err) == (ARTICLE.text, ["b2"], "") and "🍊" in out


def test_what_was_left_out_is_shown_with_the_reason(capsys: Capture) -> None:
    pieces = [("[bold] Share", "buttons"), ("© 2023", "copyright note")]
    show.removed(pieces, as_json=False)
    out, err = capsys.readouterr()
    assert out.splitlines() == ["[bold] Share (buttons)", "© 2023 (copyright note)"]
    assert err.startswith("2 pieces")
    show.removed(pieces, as_json=True)
    assert json.loads(capsys.readouterr().out) == [{"text": text, "reason": reason} for text, reason in pieces]
    show.removed([], as_json=False)
    out, err = capsys.readouterr()
    assert out == "" and "Nothing was left out" in err


def test_a_report_counts_and_gives_reasons_without_end(capsys: Capture) -> None:
    results = [FileResult(path=f"{n}.txt", status="failed", reason="is empty") for n in range(30)]
    results.append(FileResult(path="a.md", status="added", article_id="a1"))
    show.report(
        IngestReport(results=tuple(results), notices=("it is so",)), {"articles": 1, "passages": 2}, as_json=False
    )
    out, err = capsys.readouterr()
    counts = dict(line.split("\t") for line in out.splitlines())
    assert counts == {"added": "1", "changed": "0", "unchanged": "0", "skipped": "0", "failed": "30"}
    lines = err.splitlines()
    assert lines[0] == "failed: 0.txt: is empty"
    assert sum(line.startswith("failed:") for line in lines) == 20
    assert any("10 more" in line for line in lines)
    assert any("it is so" in line for line in lines)


def test_a_report_names_what_is_noted_of_an_article_behind_what_failed(capsys: Capture) -> None:
    added = FileResult(path="a.pdf", status="added", article_id="a1", reason="page 2 was not read")
    results = (added, FileResult(path="b.txt", status="failed", reason="is empty"))
    show.report(IngestReport(results=results), {"articles": 1, "passages": 2}, as_json=False)
    err = capsys.readouterr().err.splitlines()
    assert err[:2] == ["failed: b.txt: is empty", "added: a.pdf: page 2 was not read"]
    show.report(IngestReport(results=results), {"articles": 1, "passages": 2}, as_json=True)
    assert json.loads(capsys.readouterr().out)["results"][0]["reason"] == "page 2 was not read"


@pytest.mark.parametrize("path", ["news/[draft].md", "a [/b].md", "[red]x"])
def test_any_file_name_can_be_shown_on_the_progress_bar(
    path: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # a terminal, as rich sees it
    with show.progress("Reading articles") as advance:
        advance(0, 2, path)
    with show.progress("Reading articles") as advance:
        advance(1, 2, path)
    out, err = capsys.readouterr()
    assert out == ""
    assert path in err


HOSTILE = "evil\x1b[2J\x07\x9b31m\u202egpj.exe\nnext\udcff"
WRITTEN = r"evil\x1b[2J\x07\x9b31m\u202egpj.exe\nnext\udcff"


def test_what_a_terminal_would_obey_is_written_out(capsys: Capture) -> None:
    article = replace(ARTICLE, title=HOSTILE, publisher=HOSTILE, path=HOSTILE, text="One\x1b[1m line.\nAnother one.")
    passage = Passage(id="a1:0-12", article_id="a1", start=0, end=12, text=article.text)
    cited = replace(CITATION, title=HOSTILE, path=HOSTILE, publisher=HOSTILE)
    answer = Answer(question="Who?", verdict="answered", text="Nobody\x1b[0m came. [1]", citations=(cited,),
                    unsupported=("It\x1b[8m rained.",), notices=("A\x07 note",))  # fmt: skip
    told = IngestReport(results=(FileResult(path=HOSTILE, status="failed", reason="why\x1b[m"),))
    entry = Entry(
        day=None, precision="day", dated_by="unknown", speaker=HOSTILE, via=None, stance="asserts", citation=cited
    )
    shown: dict[str, Callable[[bool], None]] = {
        "answer": lambda j: show.answer(answer, as_json=j),
        "list": lambda j: show.articles([article], as_json=j),
        "show": lambda j: show.article(article, [article], as_json=j),
        "search": lambda j: show.hits([Hit(passage=passage, article=article, score=0.5)], as_json=j),
        "ingest": lambda j: show.report(told, {"articles": 0, "passages": 0}, as_json=j),
        "timeline": lambda j: show.timeline([entry], as_json=j),
        "message": lambda j: show.message(f"rag: no article {HOSTILE}"),
    }
    for name, command in shown.items():
        for as_json in (False, True):
            command(as_json)
            out, err = capsys.readouterr()
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", out + err), name
            if not as_json and name != "message":
                assert WRITTEN in out + err, name
    assert json.loads(json.dumps(HOSTILE)) == HOSTILE
