"""Takes the furniture out of text that was saved from a page: menus, dates, adverts, lists of other stories.

Decides by where a line stands (before the first paragraph, behind the last, between), by its shape (`furniture`),
and by repetition; keeps what is in doubt. Keeps captions once and marks them. Knows nothing of files, of markup, or
of other articles but through `repeated`. The signs and their order are explained in docs/cleaning.md.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from itertools import pairwise

from rag.ingest import furniture
from rag.ingest.clean_captions import Page, mark_credited, mark_known, mark_twice
from rag.ingest.clean_clock import is_clock, printed_dates
from rag.ingest.clean_facts import facts
from rag.ingest.clean_headline import find_headline, topic
from rag.ingest.clean_shape import LABEL, ends_sentence, is_body, is_sentence, weight
from rag.ingest.draft import Cleaned, Draft, Removed

Repeated = Callable[[str], bool]


def _never(line: str) -> bool:
    return False


def clean_draft(draft: Draft, repeated: Repeated = _never) -> Cleaned:
    """The article of a draft: furniture out, by what its reader found and by the signs of `clean`."""
    cleaned = clean(draft.text, repeated, is_bounded=draft.is_clean, captions=draft.captions)
    return replace(cleaned, removed=draft.removed + cleaned.removed)


def clean(
    text: str, repeated: Repeated = _never, *, is_bounded: bool = False, captions: Collection[str] = ()
) -> Cleaned:
    """The article without the furniture of its page.

    Args:
        text: Plain text with a paragraph, heading, caption or list item a line.
        repeated: Whether a line stands in several other articles of the outlet.
        is_bounded: The reader has found where the article begins and ends. Then a line goes for what it says itself,
            as in every text, and never for where it stands or for what stands around it: a list behind the last
            sentence is the article's.
        captions: Lines that the reader knows as captions.
    """
    page = Page([line for line in text.split("\n") if line.strip()])
    mark_twice(page)
    mark_known(page, captions)
    bounds = _bounds(page)
    if bounds is not None:
        first, last = bounds
        mark_credited(page, last)
        page.headline = find_headline(page.lines, _for_headline(page, first, repeated), first)
        _head(page, first, last, repeated, is_bounded)
        _inside(page, first, last, repeated)
        _foot(page, last, repeated, is_bounded)
        if not any(is_sentence(page.lines[i]) for i in page.left()):  # whatever it is, it isn't an article to cut at
            page.why.clear()
    return _cleaned(text, page)


def _cleaned(text: str, page: Page) -> Cleaned:
    kept: list[str] = []
    spans: list[tuple[int, int]] = []
    at, length = -1, 0
    for line in text.split("\n"):
        if line.strip():
            at += 1
            if at in page.why:
                continue
            if at in page.captions:
                spans.append((length, length + len(line)))
        elif not kept or not kept[-1]:
            continue  # the blank lines around what was removed become one
        kept.append(line)
        length += len(line) + 1
    return Cleaned(
        text="\n".join(kept).rstrip("\n"),
        captions=tuple(spans),
        removed=tuple(Removed(page.lines[i], page.why[i]) for i in sorted(page.why)),
        fields=facts(page.lines, page.why, page.headline, page.left()),
    )


def _bounds(page: Page) -> tuple[int, int] | None:
    """Where the body begins and ends: the first long sentence and the last sentence that aren't furniture."""
    left = [i for i in page.left() if i not in page.captions]
    prose = [i for i in left if is_body(page.lines[i]) and not furniture.is_rights(page.lines[i])]
    prose = [i for i in prose if not furniture.has_credit(page.lines[i]) or i != left[0]]
    first = next((i for i in prose if not furniture.sign(page.lines[i], at_head=True)), None)
    if first is None:
        return None
    last = next(
        i for i in reversed(left)
        if i == first or (is_sentence(page.lines[i]) and not furniture.sign(page.lines[i], at_head=False))
    )  # fmt: skip
    return first, _before_teasers(page, first, last)


def _before_teasers(page: Page, first: int, last: int) -> int:
    """The end of the body, before a list of other stories in which headlines have a sentence under them.

    The list begins with its label, in the last part of the page, or behind the note on rights. In it no sentence
    follows a sentence, as paragraphs do, and none is long.
    """
    whole = sum(weight(line) for line in page.lines[first : last + 1])
    tried = 0
    for i in range(first + 1, last):
        line = page.lines[i]
        rights = furniture.is_rights(line) and not is_body(line)
        if i in page.why or not (rights or furniture.is_related(line)):
            continue
        tried += 1
        if tried > 20:  # a page of labels: none of them begins the end
            break
        after = [j for j in range(i + 1, last + 1) if j not in page.why and not furniture.is_advert(page.lines[j])]
        told = [is_sentence(page.lines[j]) for j in after]
        teasers = [j for j, sentence in zip(after, told, strict=True) if sentence]
        if (
            2 <= len(teasers) <= len(after) / 2 and not told[0]
            and not any(a and b for a, b in pairwise(told))
            and all(weight(page.lines[j]) <= 35 for j in teasers)
            and (rights or sum(weight(page.lines[j]) for j in after) < whole / 3)
        ):  # fmt: skip
            page.why.update(dict.fromkeys(teasers, "list of other stories"))
            return max(j for j in range(first, i) if j not in page.why)
    return last


def _head(page: Page, first: int, last: int, repeated: Repeated, is_bounded: bool) -> None:
    weather = {i for i in range(first) if furniture.is_weather(page.lines[i])}
    about = topic("\n".join(page.lines[first:]))
    menu = _menu(page, first)
    hours = any(is_clock(line) for line in page.lines[first:last])  # a live report's
    for i in page.left():
        line = page.lines[i]
        if i >= first or i == page.headline or i in page.captions:
            continue
        found = furniture.sign(line, at_head=True)
        before_headline = page.headline is not None and i < page.headline
        if found == "a date or time alone" and hours and not _names_day(line):
            found = None
        elif found is None and not ends_sentence(line):
            if repeated(line):
                found = "stands in other articles of the outlet"
            elif page.headline is not None and line == page.lines[page.headline]:
                found = "headline standing twice"
            elif is_bounded:
                pass
            elif i in menu:
                found = "menu"
            elif weight(line) < LABEL and (i - 1 in weather or i + 1 in weather):
                found = "place beside the weather"
            elif weight(line) < LABEL and (before_headline or not topic(line) & about):
                found = "short label at the head"
            elif before_headline and not topic(line) & about:
                found = "line before the headline that isn't of the article"
        if found:
            page.why[i] = found


def _for_headline(page: Page, first: int, repeated: Repeated) -> list[int]:
    return [i for i in page.left() if i < first and i not in page.captions and not repeated(page.lines[i])]


def _menu(page: Page, first: int) -> set[int]:
    """Runs of four short lines and more before the body, the headline not among them."""
    found: set[int] = set()
    run: list[int] = []
    for i in range(first + 1):
        line = page.lines[i]
        if (
            i < first
            and i != page.headline
            and i not in page.captions
            and weight(line) <= 5
            and not ends_sentence(line)
        ):
            run.append(i)
        else:
            found.update(run if len(run) >= 4 else ())
            run = []
    return found


def _inside(page: Page, first: int, last: int, repeated: Repeated) -> None:
    lines, after_label = page.lines, False
    for i in range(first + 1, last):
        line = lines[i]
        if i in page.why or i in page.captions:
            continue
        sentence = is_sentence(line)
        linked, after_label = after_label and not sentence and weight(line) >= LABEL + 1, False
        if furniture.is_advert(line):
            page.why[i] = "advertisement"
        elif i <= first + 5 and (found := furniture.sign(line, at_head=True)) in ("posting line", "byline", "count"):
            page.why[i] = found or ""
        elif furniture.is_code(line):
            page.why[i] = "code"
        elif furniture.is_related(line) and (weight(line) > 1 or line[-1] != ":") and not _heads_prose(lines, i):
            page.why[i] = "related story"
            after_label = weight(line) < LABEL
        elif linked:
            page.why[i] = "related story"
            after_label = True
        elif furniture.is_button(line) and _is_button_here(lines, i):
            page.why[i] = "buttons"
        elif not sentence and repeated(line):
            page.why[i] = "stands in other articles of the outlet"
        elif _asks_reader(line, last - i) or (furniture.is_reader_line(line, at_head=False) and repeated(line)):
            page.why[i] = "line to the reader"


def _asks_reader(line: str, before_end: int) -> bool:
    """'Sign up for our newsletter.' right before the last words of a page: a note on the author stands behind it."""
    return before_end <= 3 and furniture.is_reader_line(line, at_head=True)


def _heads_prose(lines: list[str], i: int) -> bool:
    """Whether a word like 'Latest' or 'Comments' is a heading of the article: prose follows at once."""
    return weight(lines[i]) < 2 and is_sentence(lines[i + 1])


def _is_button_here(lines: list[str], i: int) -> bool:
    """Inside the body a word like 'Share' is a button beside another button, or when it says of what it is one."""
    beside = [lines[j] for j in (i - 1, i + 1) if 0 <= j < len(lines)]
    return weight(lines[i]) >= 3 and lines[i][-1] != ":" or any(furniture.is_button(line) for line in beside)


def _foot(page: Page, last: int, repeated: Repeated, is_bounded: bool) -> None:
    foot = [i for i in page.left() if i > last]
    about = topic("\n".join(page.lines[: last + 1]))
    signs = {i: furniture.sign(page.lines[i], at_head=False) for i in foot}
    listed = _link_list(page, foot, signs)
    ended = announced = False
    for i in foot:
        line, found = page.lines[i], signs[i]
        sentence = is_sentence(line)
        if found:
            ended = True
        elif repeated(line) and (ended or not sentence):
            found = "stands in other articles of the outlet"
        elif sentence or is_bounded or i in page.captions or (announced and not ended):
            pass
        elif ended and not ends_sentence(line):
            found = "after the end of the article"
        elif i in listed:
            found, ended = "list of links", True
        elif weight(line) < LABEL and not topic(line) & about and not _is_item(line) and not ends_sentence(line):
            found = "short label at the foot"
        if found:
            page.why[i] = found
            page.captions.discard(i)
        else:  # 'The votes were these:' has a list behind it that is the article's
            announced = announced or (line[-1] == ":" and weight(line) >= LABEL)


def _link_list(page: Page, foot: list[int], signs: dict[int, str | None]) -> set[int]:
    """Three headlines or more in a row right behind the body, or two with furniture behind them.

    Not the items of a list that the article announces with a colon, or numbers.
    """
    run: list[int] = []
    for i in foot:
        if signs[i] or ends_sentence(page.lines[i]) or _is_item(page.lines[i]) or i in page.captions:
            break
        run.append(i)
    if not run or page.lines[run[0] - 1][-1] == ":":
        return set()
    signed_behind = any(i > run[-1] and signs[i] for i in foot)
    return set(run) if len(run) >= (2 if signed_behind else 3) else set()


def _names_day(line: str) -> bool:
    return bool(printed_dates(line))


def _is_item(line: str) -> bool:
    """An item of a list of the article's own: '1. First', '- second', 'Votes: 12', '(Reported …'."""
    return line[0] in "-–•*(“\"'‘" or line[0].isdigit() or line[-1] in ":;,"
