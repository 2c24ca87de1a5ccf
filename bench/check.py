"""Does the check of a language model's sentences pass anything altered? Sentences made by code from real articles.

    python bench/check.py [--sentences 3000] [--half dev|check] [--seed 0] [--show 10]    (needs ../shared/data)

A sentence of eight passages (four of one article of PolNeAR or MultiHop-RAG, four of others) is left as it is, written
otherwise so that it still says the same (CLEAN), or has one thing changed by code that shares nothing with the check
(ALTERED). *Held*: its words stand in one sentence there, in the same order, and nothing exact in it is otherwise, so
that it is shown without asking the model. *Left to the model*: all that is exact in it stands there. Even articles are
the dev half, whose errors are read (`--show`); odd ones are the check half.
"""

import argparse
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import cycle

from printed import table
from sets import DATA, POLNEAR, passages, rows

from rag.answer.verification.checker import Checker
from rag.answer.verification.drafts import sentences
from rag.asking import reports
from rag.ingest.attribution import find_statements
from rag.text import sentence_spans
from rag.text.dates import resolve
from rag.types import Article, Hit, Statement

SPELT = dict(enumerate("zero one two three four five six seven eight nine ten eleven twelve".split()))
MONTHS = "January February March April June July August September October November December".split()
NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][a-z]{2,} ){0,2}[A-Z][a-z]{2,}(?=[ ,.])")
NUMBER = re.compile(r"(?<![\w.,-])\d{1,3}(?:,\d{3})+(?![\w,.]\d|\w)|(?<![\w.,$-])\d{1,6}(?![\w-]|[.,]\d)")
QUOTE = re.compile(r"“([^“”]{25,})”")
DAY = re.compile(rf"\b(?:{'|'.join(MONTHS)}) \d{{1,2}}\b")
SAYS = {"said", "says", "told", "added", "argued", "claimed", "explained", "noted", "wrote", "insisted", "warned"}
OPENERS = set(
    "The A An In On But And It He She They This That His Her Their Without At For With As After When While If Some "
    "Many Most One These There".split()
)


@dataclass(frozen=True)
class Attribution:
    """Somebody's words as PolNeAR marks them: who, what, and where in the article."""

    source: str
    content: str
    start: int
    end: int

    def said_by(self, speaker: str) -> str:
        """The words in somebody's mouth."""
        return f"{speaker.strip()} said that {self.content}."


@dataclass(frozen=True)
class Found:
    """Eight passages, one of their sentences, and what their articles report."""

    rng: random.Random
    hits: Sequence[Hit]
    hit: Hit
    text: str
    reported: Sequence[tuple[Hit, Attribution]]

    @property
    def others(self) -> list[Hit]:
        """The passages that the sentence isn't of."""
        return [h for h in self.hits if h is not self.hit]


Change = Callable[[Found], str]
"""Gives the sentence changed, or '' where there is nothing in it to change so."""


# Still true


def verbatim(f: Found) -> str:
    """As it stands."""
    return f.text


def attributed(f: Found) -> str:
    """The outlet in front, and its day."""
    article, first = f.hit.article, f.text.split()[0]
    day = f" on {article.published:%-d %B %Y}" if article.published and f.rng.random() < 0.5 else ""
    text = f.text[0].lower() + f.text[1:] if first in OPENERS else f.text
    return f"{article.publisher or 'The article'} reported{day} that {text}"


def quoted_in_part(f: Found) -> str:
    """Seven words of it as a quotation."""
    words = f.text.split()
    if re.search('[“”"]', f.text) or len(words) < 10:
        return ""
    at = f.rng.randrange(0, len(words) - 7)
    return f"In the words of {f.hit.article.publisher or 'the article'}: “{' '.join(words[at : at + 7])}”."


def figures_respelt(f: Found) -> str:
    """Its figures written another way."""

    def turn(m: re.Match[str]) -> str:
        if re.search(r"[A-Z][a-z]+\.? $", f.text[: m.start()]):  # Nov. 8, Section 2
            return m[0]
        value = int(m[0].replace(",", ""))
        if value in SPELT and value > 1:
            return SPELT[value]
        if value % 1000 == 0 and 0 < value // 1000 < 13:
            return f"{SPELT[value // 1000]} thousand"
        return f"{value:,}" if "," not in m[0] and not 1900 <= value <= 2100 else str(value)

    made = re.sub(r"(?<=\d) percent\b", "%", NUMBER.sub(turn, f.text))
    return made if made != f.text else ""


def dates_respelt(f: Found) -> str:
    """A day written out with its year."""
    for m in resolve(f.text, f.hit.article.published):
        if f.text[m.start - 1 : m.start] in '“"':  # a programme's name
            continue
        if m.date and m.precision == "day" and re.match(r"\w+\.? \d|on |[A-Z]\w+day$", m.text) and "-" not in m.text:
            before, weekday = f.text[: m.start], m.text.endswith("day")
            led = before.endswith(("on ", "of ", "by ") if weekday else (" on ", " since ", " of ", " by ", ", "))
            return f"{before}{'' if led else 'on '}{m.date:%-d %B %Y}{f.text[m.end :]}"
    return ""


def reported(f: Found) -> str:
    """What the article has somebody say, under that name."""
    one = f.rng.choice(f.reported)[1] if f.reported else None
    return one.said_by(one.source) if one else ""


# No longer true


def number_of_the_same_passage(f: Found) -> str:
    """Another number that the passage holds."""
    found = list(NUMBER.finditer(f.text))
    others = [n for n in NUMBER.findall(f.hit.passage.text) if n not in {m[0] for m in found}]
    if not found or not others:
        return ""
    m = f.rng.choice(found)
    return f.text[: m.start()] + f.rng.choice(others) + f.text[m.end() :]


def two_numbers_swapped(f: Found) -> str:
    """Each in the other's place."""
    a, b, *_ = [*NUMBER.finditer(f.text), None, None]
    if not a or not b or a[0] == b[0] or f.text[: a.start()].split()[-1:] == f.text[: b.start()].split()[-1:]:
        return ""  # 'part 1 and part 2' says the same swapped
    return _swapped(f.text, a, b)


def date_of_another_day(f: Found) -> str:
    """Another day or month."""
    m = DAY.search(f.text)
    if not m:
        return ""
    month, day = m[0].split()
    other = f.rng.choice([f"{month} {int(day) % 28 + 1}", f"{f.rng.choice(MONTHS)} {day}"])
    return f.text.replace(m[0], other, 1)


def word_in_a_quotation(f: Found) -> str:
    """One of its words is another."""
    m = QUOTE.search(f.text)
    words = m[1].split() if m else []
    if not m or len(words) < 4:
        return ""
    words[f.rng.randrange(1, len(words) - 1)] = f.rng.choice(["never", "gladly", "hundreds", "secretly", "perhaps"])
    return f.text[: m.start(1)] + " ".join(words) + f.text[m.end(1) :]


def quotation_spliced_of_two(f: Found) -> str:
    """Half of one and half of another."""
    quotes = [q.split() for h in f.hits for q in QUOTE.findall(h.passage.text) if len(q.split()) > 7]
    if len(quotes) < 2:
        return ""
    a, b = f.rng.sample(quotes, 2)
    name = (NAME.findall(f.text) or ["The source"])[0]
    return f"{name} said, “{' '.join(a[: len(a) // 2])} {' '.join(b[len(b) // 2 :])}”"


def name_of_another_passage(f: Found) -> str:
    """A name that the sentence hasn't, of 'American' and 'Americans' neither."""
    m, words = NAME.search(f.text), re.findall(r"\w{3,}", f.text)
    names = [n for h in f.others for n in NAME.findall(h.passage.text)]
    names = [n for n in names if not any(a.startswith(b) or b.startswith(a) for a in n.split() for b in words)]
    return f.text[: m.start()] + f.rng.choice(names) + f.text[m.end() :] if m and names else ""


def two_names_swapped(f: Found) -> str:
    """Each in the other's place."""
    a, b, *_ = [*NAME.finditer(f.text), None, None]
    if not a or not b or set(a[0].split()) & set(b[0].split()):
        return ""
    if f.text[a.end() : b.start()] in (", ", " and ", " or ", ", and "):  # 'Falk and Brandt' says the same swapped
        return ""
    return _swapped(f.text, a, b)


def said_by_another(f: Found) -> str:
    """What one says in the mouth of another who speaks in the same article, and not in the same line."""
    if not f.reported:
        return ""
    hit, one = f.rng.choice(f.reported)
    article = hit.article
    line = article.text[article.text.rfind("\n", 0, one.start) + 1 : one.end + 200].split("\n")[0]
    others = [o.source for h, o in f.reported if h.article.id == article.id]
    others = [o for o in others if not set(one.source.split()) & set(o.split()) and o.split()[-1] not in line]
    return one.said_by(f.rng.choice(others)) if others else ""


def spliced_of_two_articles(f: Found) -> str:
    """Its first half with the second half of a sentence of another article."""
    rest = [s for h in f.hits if h.article.id != f.hit.article.id for s in usable(h)]
    half, other = f.text.split(), f.rng.choice(rest).split() if rest else []
    return " ".join([*half[: len(half) // 2], *other[len(other) // 2 :]]) if other else ""


def negated(f: Found) -> str:
    """A 'not' put in."""
    if re.search(r"\b(?:not|no|never|n’t|n't|nor|without|none)\b", f.text):
        return ""
    made = re.sub(r"\b(was|were|is|are|has|have|will|would|could|can)\b", r"\1 not", f.text, count=1)
    return made if made != f.text else ""


def _swapped(text: str, a: re.Match[str], b: re.Match[str]) -> str:
    return text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :]


CLEAN: tuple[Change, ...] = (verbatim, attributed, quoted_in_part, figures_respelt, dates_respelt, reported)
ALTERED: tuple[Change, ...] = (
    number_of_the_same_passage, two_numbers_swapped, date_of_another_day, word_in_a_quotation,
    quotation_spliced_of_two, name_of_another_passage, two_names_swapped, said_by_another, spliced_of_two_articles,
    negated,
)  # fmt: skip


# The sentences


def articles(half: str) -> list[Article]:
    """The articles of both sets; even ones are the dev half, odd ones the check half."""
    found = rows(POLNEAR / "articles.jsonl") + rows(DATA / "multihop_rag" / "articles.jsonl")
    made: list[Article] = []
    for number, row in enumerate(found[half == "check" :: 2]):
        day = (row.get("published") or row.get("published_at") or "")[:10]
        made.append(Article(id=str(number), text=row.get("text") or row.get("body") or "", title=row.get("title") or "",
                            path=str(number), publisher=row.get("publisher") or row.get("source"),
                            published=date.fromisoformat(day) if day else None))  # fmt: skip
    return made


def attributions(pool: Sequence[Article]) -> dict[str, list[Attribution]]:
    """Of each article, by its id, the indirect statements with a verb of saying and a source with a name."""
    texts = {a.text: a for a in pool}
    known = {row["id"]: texts[row["text"]] for row in rows(POLNEAR / "articles.jsonl") if row["text"] in texts}
    found: dict[str, list[Attribution]] = {}
    for r in rows(POLNEAR / "attributions.jsonl"):
        whole = all(len(r[part]) == 1 and len(r[part][0]["spans"]) == 1 for part in ("source", "cue", "content"))
        if r["article"] not in known or not whole or r["cue"][0]["text"] not in SAYS:
            continue
        source, content = r["source"][0]["text"], r["content"][0]["text"]
        is_indirect = not re.search(r"[“”\"\n]", content) and 6 <= len(content.split()) <= 30
        if is_indirect and re.fullmatch(r"(?:[A-Z][\w’'.-]+ ?){1,4}", source) and source not in OPENERS:
            start, end = r["content"][0]["spans"][0]
            one = Attribution(source, content.rstrip(" ,."), start, end)
            found.setdefault(known[r["article"]].id, []).append(one)
    return found


def usable(hit: Hit) -> list[str]:
    """The sentences of a passage of 8 to 40 words that end as sentences do, and are no headlines."""
    found: list[str] = []
    for start, end in sentence_spans(hit.passage.text):
        text = hit.passage.text[start:end]
        words = text.split()
        is_whole = text.count("“") == text.count("”") and text.count('"') % 2 == 0
        is_sentence = 8 <= len(words) <= 40 and text[0].isupper() and text.endswith(".") and "{" not in text
        if is_whole and is_sentence and sum(w[:1].isupper() for w in words) / len(words) < 0.6:
            found.append(text)
    return found


def drawn(rng: random.Random, pool: Sequence[Article], said: dict[str, list[Attribution]]) -> Found | None:
    """A sentence by chance; None where the passages have none."""
    main, *rest = rng.sample(pool, 5)
    hits = cut(main)[:4] + [h for a in rest for h in cut(a)[:1]]
    places = [(h, text) for h in hits for text in usable(h)]
    if not places:
        return None
    reports = [(h, a) for h in hits for a in said.get(h.article.id, ())
               if h.passage.start <= a.start and a.end <= h.passage.end]  # fmt: skip
    hit, text = rng.choice(places)
    return Found(rng, hits, hit, text, reports)


cut = cache(passages)


@cache
def statements(article: Article) -> Sequence[Statement]:
    """What an article reports, as an ingest finds it."""
    return find_statements(article)


def is_new(found: Found, text: str) -> bool:
    """Whether none of the passages has the words of an altered sentence."""
    return not any(text in h.passage.text for h in found.hits)


def main() -> None:
    """Print how many of each kind are held, and how many are left to the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=3000)
    parser.add_argument("--half", choices=("dev", "check"), default="dev")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=0, help="print so many of what went wrong")
    args = parser.parse_args()
    rng, pool = random.Random(args.seed), articles(args.half)
    said = attributions(pool)
    total, held, left = (Counter[str]() for _ in range(3))
    for kind in cycle((*CLEAN, *ALTERED)):
        if total.total() == args.sentences:
            break
        tries = (drawn(rng, pool, said) for _ in range(40))  # most passages have no date, no quotation
        made = ((found, kind(found)) for found in tries if found)
        found, text = next((m for m in made if m[1] and (kind in CLEAN or is_new(*m))), (None, ""))
        if not found:
            continue
        known = {h.article.id: statements(h.article) for h in found.hits}
        checker = Checker("", found.hits, statements=known, reports=reports)
        results = [checker.check(s) for s in sentences([text])]
        is_held = bool(results) and all(r.verbatim for r in results)
        is_left = not is_held and bool(results) and all(r.places for r in results)
        name = kind.__name__.replace("_", " ")
        total[name] += 1
        held[name] += is_held
        left[name] += is_left
        if args.show > 0 and (is_held if kind in ALTERED else not is_held and not is_left):
            args.show -= 1
            print(f"{name}: {text}\n   {[r.problem for r in results]}\n   of: {found.text}")
    print(f"{args.sentences:,} sentences, half {args.half}, seed {args.seed}")
    table(["kind", "sentences", "held word for word", "left to the model"],
          ([k, n, held[k] / n, left[k] / n] for k, n in total.items()))  # fmt: skip
    print(f"altered ones held: {sum(held[k.__name__.replace('_', ' ')] for k in ALTERED)}")


if __name__ == "__main__":
    main()
