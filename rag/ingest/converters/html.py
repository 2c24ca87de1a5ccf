"""A saved web page to a draft: the article's text without the page around it, and what the page says of it.

trafilatura finds the text; `html_article` corrects its answer by the page's blocks. All text that is shown is kept,
or removed with a reason. Knows no site, follows no link, runs no script. Figures: docs/extraction.md.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rag.errors import UnreadableError
from rag.ingest.converters.base import Converter, NotAnArticle, beginning
from rag.ingest.converters.html_blocks import Block, is_hidden
from rag.ingest.draft import Draft, Removed, Stated
from rag.text.lines import ends_sentence, is_body, is_sentence, letters, weight

_SHOWN = 0.5  # of the answer's letters must be found in what the page shows
_TEASERS, _MANY = 4, 12  # of which a page of links to articles has at least so many
_FEWEST = 20.0  # words, in any script: less is a notice, a menu or a picture's page, unless marked as an article


def read_html(page: bytes | str, url: str | None = None) -> Draft:
    """The article on a page.

    Args:
        page: the page's bytes, or its text where the encoding is known.
        url: the address it was fetched from, if known; else the page's own is taken.

    Returns:
        A draft with `is_bounded` set: a paragraph, heading, list item or table row a line. `published` is a date that
        the page or its address states as that of publication; where only another date is seen, `note` says which.

    Raises:
        UnreadableError: it is no page, or no article was found on it.
    """
    from rag.ingest.converters import html_article, html_blocks, html_metadata
    from rag.ingest.converters.markup import text_of

    root = html_blocks.parsed(html_blocks.decoded(page))
    records = html_metadata.json_ld(root)
    found = html_blocks.blocks(root)
    answer = extracted(root)
    kept, why = html_article.article(found, answer, html_metadata.titles(root, records))
    stated = html_metadata.fields(root, records, found, kept, url)
    lines = [found[i] for i in kept]
    text = [block.text for block in lines]
    is_list = _links(found) and not any(map(ends_sentence, answer)) and not _is_long_enough(text, lines)
    is_marked = _is_marked(root, records)
    if is_list or _is_index(found, lines, "article" if is_marked else "*"):
        raise NotAnArticle("is a page of links to articles, not an article: save or name the articles")
    if len("".join(text)) < _SHOWN * len("".join(set(answer))):
        # Two tellings that differ widely: the fuller is kept, and the note says so.
        bodies = [text_of(str(record.get("articleBody") or "")).split("\n") for record in records]
        whole = letters("".join(answer))
        text = next((body for body in bodies if letters("".join(body)) == whole), answer)
        lines, why = [], {i: "beside what the page's data hold" for i in range(len(found))}
        stated["note"] = Stated("the text stands in the page's data, not in what it shows", "page")
    is_short = not _is_long_enough(text, lines)
    if (is_short or not is_marked) and (wall := _wall(root, records, lines, is_short)):
        raise wall
    if is_short:
        raise UnreadableError("is a page in which no article was found: if it shows one, print it to PDF or copy it")
    if _is_cut(found, lines):
        stated["note"] = Stated("the page hides more of the article, which is not read: save it with all of it", "page")
    if _is_paid(records):
        stated["note"] = Stated("the page says that not all of the article is free to read", "isAccessibleForFree")
    return Draft(
        text="\n\n".join(text),
        fields=stated,
        is_bounded=True,
        captions=tuple(block.text for block in lines if block.kind == "caption"),
        removed=tuple(Removed(found[i].text, reason) for i, reason in why.items() if not found[i].hidden),
    )


def _is_cut(found: list[Block], kept: list[Block]) -> bool:
    """Whether paragraphs are hidden in an element beside one of its kind, which holds the article's."""
    shown, own = {e for block in kept for e in block.around}, {block.key for block in kept}
    unread = (block for block in found if block.hidden and is_body(block.text) and block.key not in own)
    hidden = {e for block in unread for e in [e for e in block.around if is_hidden(e)][-1:]}
    beside = ((e, other) for e in hidden - shown for other in e.xpath("../*[not(parent::body)]") if other in shown)
    return any((e.tag, e.get("class")) == (other.tag, other.get("class")) for e, other in beside)


def _is_paid(records: Sequence[Mapping[str, Any]]) -> bool:
    return any(str(record.get("isAccessibleForFree")).lower() == "false" for record in records)


def _is_marked(root: Any, records: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the page says of itself that it holds an article."""
    marks = "//article | //*[@itemprop='articleBody'] | //meta[@property='og:type' and @content='article']"
    return any(record.get("headline") for record in records) or bool(root.xpath(f"boolean({marks})"))


def _is_index(found: list[Block], kept: list[Block], tag: str) -> bool:
    """Whether most of the text stands in teasers: elements of a tag with a headline each that is a link."""
    from rag.ingest.converters.html_article import entries

    heads = [block.element for block in found if block.kind == "heading" and block.linked >= 0.5]
    teasers = {e for e in entries(heads).values() if next(e.iter(tag), None) is not None}
    held: Counter[Any] = Counter()
    for block in kept:
        held.update(dict.fromkeys(teasers.intersection(block.around), len(block.key)))
    size = sum(len(block.key) for block in kept)
    return len(held) >= _TEASERS and 2 * held.total() > size > 2 * max(held.values())


def _links(found: list[Block]) -> bool:
    """Whether most of what a page shows are links."""
    shown = [block for block in found if not block.hidden]
    links = [block for block in shown if block.linked >= 0.5]
    return len(links) >= _MANY and 2 * sum(len(b.key) for b in links) > sum(len(b.key) for b in shown)


def _wall(root: Any, records: Sequence[Mapping[str, Any]], kept: list[Block], is_short: bool) -> NotAnArticle | None:
    """What stands before the article: by what the page loads; on a longer one by what its text stands in or beside."""
    tags = ("script", "iframe", "form", "link", "div")
    around_each = [set(block.around) for block in kept]
    common = [e for first in kept[:1] for e in first.around if all(e in others for others in around_each)]
    around = _attributes(e for e in root.iter(*tags) if is_short or e in common)
    beside = next((e for e in common if e is not kept[0].element and e.tag != "body"), root)
    loaded = around + _attributes(beside.iter("script"))
    if any(name in loaded for name in _CHALLENGES) or (is_short and any(name in loaded for name in _OF_FORMS)):
        return NotAnArticle("is a check for robots (captcha), not the article: save the page once it shows the article")
    if is_short and _is_paid(records):
        return NotAnArticle("is the stub of an article that must be paid for: save the page when you are logged in")
    if any(name in around for name in _CONSENT):
        return NotAnArticle("is a question about cookies, not the article: save the page once it is answered")
    return None


def _attributes(elements: Iterable[Any]) -> str:
    names = ("src", "action", "href", "id", "class")
    return " ".join(str(e.get(name) or "") for e in elements for name in names).lower()


# What the pages of those who sell such checks and questions load or are made of.
_CHALLENGES = (
    "challenges.cloudflare.com", "challenge-platform", "captcha-delivery", "px-captcha", "geetest", "arkoselabs",
)  # fmt: skip
_OF_FORMS = ("hcaptcha", "recaptcha")  # which stand under articles too
_CONSENT = (
    "cookiebot", "onetrust", "didomi", "sourcepoint", "sp_message", "usercentrics", "quantcast", "trustarc", "cookie",
    "consent",
)  # fmt: skip


def extracted(root: Any) -> list[str]:
    """The paragraphs of what trafilatura takes for the article; none when it finds none. The tree stays as it is."""
    from trafilatura import bare_extraction
    from trafilatura.settings import use_config

    config = use_config()
    config.set("DEFAULT", "MAX_TREE_SIZE", "0")
    document: Any = bare_extraction(root, include_comments=False, include_tables=True, config=config)
    text = document.text if document is not None else ""
    return [line for line in (" ".join(line.split()) for line in text.split("\n")) if line]


def _is_long_enough(text: list[str], lines: list[Block]) -> bool:
    if sum(weight(line) for line in text) >= _FEWEST:
        return True
    # A short page is an article where a sentence and a headline stand in an element that says so.
    articles = (e for block in lines if is_sentence(block.text) for e in block.element.iterancestors("article"))
    return any(next(e.iter("h1"), None) is not None for e in articles)


# '<!doctype html>', '<html lang=en>', '<HEAD>'; not 'Use <b>', not '<rss>'.
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)
_SUFFIXES = (".html", ".htm", ".xhtml")
HTML = Converter(
    "html",
    _SUFFIXES,
    lambda data, suffix: bool(_HTML.match(beginning(data))) or (suffix in _SUFFIXES and b"<" in data),
    lambda file: read_html(file.data, file.options.url),
)
