"""An answer as a document, Markdown with footnotes or JSON; a citation as text, Markdown or BibTeX.

Knows nothing of pages.
"""

import json
import re

from rag.answer.findings import ENGINE, ONLY_NEAR
from rag.jsonform import answer_to_dict
from rag.types import Answer, Article, Citation, Filter, Verdict

_VERDICT: dict[Verdict, tuple[str, str]] = {
    "answered": ("Quoted", "What bears on this, in the articles’ own words"),
    "contested": ("Contested", "The sources disagree"),
    "declined": ("Nothing near", ""),
}
_NAME = 60  # characters of a file's name
# A marker or several, as in `markdown`: [1], [1, 2]. Not: \[1], which an article wrote itself.
_MARKER = re.compile(r"(?<!\\)\[(\d{1,4}(?:\s*,\s*\d{1,4})*)\]")


def called(answer: Answer) -> tuple[str, str, str]:
    """What an answer is called on the page and in what goes out: the kind, its name, and what that means."""
    if answer.text.endswith(ONLY_NEAR):
        return "near", "Nearest lines", "Whether they answer is for you to judge"
    if answer.verdict == "answered" and not answer.citations:  # a greeting, a long list of articles
        return "answered", "About this collection", ""
    if answer.engine != ENGINE and answer.verdict == "answered":
        return "answered", "Answered", "Each sentence was held against the articles."
    return answer.verdict, *_VERDICT[answer.verdict]


def filter_words(where: Filter, most: int) -> str:
    """A filter in words, with at most so many of its outlets: `Veldt Herald, Coast Radio +1, from 2 Mar 2024`."""
    names = [where.publisher] if isinstance(where.publisher, str) else list(where.publisher or ())
    parts = [*names[:most], *where.tags]
    if len(names) > most:
        parts[most - 1] += f" +{len(names) - most}"
    parts += [f"{word} {day.day} {day:%b %Y}" for word, day in (("from", where.after), ("to", where.before)) if day]
    return ", ".join(parts)


def asked_of(where: Filter) -> str:
    """Which articles alone were asked."""
    return f"Only articles of this filter were asked: {filter_words(where, 20)}."


def as_markdown(answer: Answer, where: Filter | None = None) -> str:
    """The answer, asked under a filter, in Markdown, each marker a footnote with the quote and where it stands."""
    cited = {c.number for c in answer.citations}

    def footnotes(m: re.Match[str]) -> str:
        return "".join(f"[^{int(n)}]" if int(n) in cited else f"[{int(n)}]" for n in m[1].split(","))

    parts = [f"# {_line(answer.question)}", f"*{called(answer)[1]}*", asked_of(where) if where else ""]
    parts.append(_MARKER.sub(footnotes, answer.text))
    if answer.positions:
        parts.append(
            "## Positions\n\n"
            + "\n".join(
                f"- **{_line(p.speaker)}** {p.stance}: {_line(p.text)}" + "".join(f"[^{n}]" for n in p.citations)
                for p in answer.positions
            )
        )
    if answer.unsupported:
        parts.append("## Not supported by the articles\n\n" + "\n".join(f"- {_line(s)}" for s in answer.unsupported))
    parts.append("\n".join(f"[^{c.number}]: {citation(c, None, 'text')}" for c in answer.citations))
    return "\n\n".join(p for p in parts if p) + "\n"


def as_json(answer: Answer) -> str:
    """The answer in the form of `rag ask --json`."""
    return json.dumps(answer_to_dict(answer), ensure_ascii=False, indent=2) + "\n"


def file_name(question: str, suffix: str) -> str:
    """A file's name after the question: `did-the-captain-sleep.md`."""
    words = "-".join(re.findall(r"\w+", question.casefold()))
    return f"{words[:_NAME].strip('-') or 'answer'}.{suffix}"


def citation(c: Citation, article: Article | None, form: str) -> str:
    """A citation to paste elsewhere: as BibTeX for `bib`, Markdown for `md`, else as text. Ends without a line end."""
    author = article.author if article else None
    if form == "bib":
        fields = {
            "title": c.title, "author": author, "journal": c.publisher, "year": c.published and str(c.published.year),
            "date": c.published and c.published.isoformat(), "url": c.url, "note": f"“{_line(c.quote)}”",
        }  # fmt: skip
        lines = "".join(f",\n  {name} = {{{_bib(value)}}}" for name, value in fields.items() if value)
        return f"@article{{{c.article_id}{lines}\n}}"
    where = ", ".join(map(_line, (c.publisher or "outlet unknown", str(c.published or "date unknown"))))
    title = _line(c.title)
    if form == "md":
        return f"> {_line(c.quote)}\n\n{f'[{title}]({c.url})' if c.url else title}, {where}"
    by = f"{_line(author)}, " if author else ""
    return f"“{_line(c.quote)}” {by}{title}, {where}. {_line(c.url or c.path)}"


def _bib(value: str) -> str:
    return re.sub(r"[{}\\]", "", _line(value))


def _line(text: str) -> str:
    return " ".join(text.split())
