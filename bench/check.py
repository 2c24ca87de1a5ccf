"""Does the check pass anything altered? 10,000 seeded answers, clean and altered, of real articles.

python bench/check.py [--answers 10000] [--half dev|check|both] [--seed 0]    (needs ../shared/data)

Each answer has up to three sentences taken from eight passages (four of one article, four of others). A clean one is
verbatim, attributed, shortened, quoted in part, or has its figures and dates written another way. An altered one has
one thing changed by code that shares nothing with the check. `corroborate` (0.1.0: numbers, dates, quotations of an
answer against its chunks, no markers, no names) runs beside it where it is installed, sentence by sentence.
"""

import argparse
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from printed import table
from sets import DATA, passages, rows

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
DATES = re.compile(rf"\b(?:{'|'.join(MONTHS)}) \d{{1,2}}\b")
SAYS = {"said", "says", "told", "added", "argued", "claimed", "explained", "noted", "wrote", "insisted", "warned"}
OPENERS = set(
    "The A An In On But And It He She They This That His Her Their Without At For With As After When While If Some "
    "Many Most One These There".split()
)


@dataclass(frozen=True)
class Case:
    """A sentence for an answer; `place` (hit, start, end) is where the sentence stands that it was made of."""

    kind: str
    text: str
    place: tuple[int, int, int]
    marker: str
    clean: bool


def articles(half: str) -> list[Article]:
    """The articles of both sets; even ones are the dev half, odd ones the check half."""
    found = rows(DATA / "polnear" / "train" / "articles.jsonl") + rows(DATA / "multihop_rag" / "articles.jsonl")
    kept = [a for i, a in enumerate(found) if half == "both" or i % 2 == (half == "check")]
    made = []
    for i, a in enumerate(kept):
        text = a.get("text") or a.get("body") or ""
        day = (a.get("published") or a.get("published_at") or "")[:10]
        made.append(Article(id=str(i), text=text, title=a.get("title") or "", path=str(i),
                            publisher=a.get("publisher") or a.get("source"),
                            published=date.fromisoformat(day) if day else None))  # fmt: skip
    return made


@dataclass(frozen=True)
class Attribution:
    """Somebody's words as PolNeAR marks them: who, what, and where in the article."""

    source: str
    content: str
    start: int
    end: int


def attributions(pool: Sequence[Article]) -> dict[str, list[Attribution]]:
    """Of each article, by its id, the indirect statements with a verb of saying and a source with a name."""
    names = {a["text"]: a["id"] for a in rows(DATA / "polnear" / "train" / "articles.jsonl")}
    ids = {names[a.text]: a for a in pool if a.text in names}
    found: dict[str, list[Attribution]] = {}
    for r in rows(DATA / "polnear" / "train" / "attributions.jsonl"):
        article = ids.get(r["article"])
        whole = all(len(r[part]) == 1 and len(r[part][0]["spans"]) == 1 for part in ("source", "cue", "content"))
        if article is None or not whole or r["cue"][0]["text"] not in SAYS:
            continue
        source, content = r["source"][0]["text"], r["content"][0]["text"]
        start, end = r["content"][0]["spans"][0]
        told = not re.search(r"[“”\"\n]", content) and 6 <= len(content.split()) <= 30
        if told and re.fullmatch(r"(?:[A-Z][\w’'.-]+ ?){1,4}", source) and source not in OPENERS:
            found.setdefault(article.id, []).append(Attribution(source, content.rstrip(" ,."), start, end))
    return found


def same_name(one: str, other: str) -> bool:
    """Whether two words name one thing: 'American' and 'Americans'."""
    return one.startswith(other) or other.startswith(one)


def usable(hits: Sequence[Hit]) -> list[tuple[int, int, int]]:
    """The sentences of 8 to 40 words that end as sentences do, as (hit, start, end)."""
    found = []
    for i, hit in enumerate(hits):
        for start, end in sentence_spans(hit.passage.text):
            text = hit.passage.text[start:end]
            whole = text.count("“") == text.count("”") and text.count('"') % 2 == 0
            capitals = sum(w[:1].isupper() for w in text.split()) / len(text.split())  # a headline is no sentence
            told = 8 <= len(text.split()) <= 40 and text[0].isupper() and text.endswith(".") and "{" not in text
            if whole and told and capitals < 0.6:
                found.append((i, hit.passage.start + start, hit.passage.start + end))
    return found


class Maker:
    """Makes sentences, clean and altered, of one set of passages."""

    def __init__(
        self,
        rng: random.Random,
        hits: Sequence[Hit],
        elsewhere: Sequence[str],
        reported: Mapping[str, Sequence[Attribution]],
    ) -> None:
        """`elsewhere` are names of other articles; `reported` what each article reports, by its id."""
        self.rng, self.hits, self.elsewhere = rng, hits, elsewhere
        self.places = usable(hits)
        self.reported = [
            (i, a)
            for i, h in enumerate(hits)
            for a in reported.get(h.article.id, ())
            if h.passage.start <= a.start and a.end <= h.passage.end
        ]

    def source(self, place: tuple[int, int, int]) -> str:
        """The sentence there."""
        return self.hits[place[0]].article.text[place[1] : place[2]]

    def clean(self) -> Case | None:
        """A sentence that its passage supports."""
        if self.reported and self.rng.random() < 0.1:
            hit, told = self.rng.choice(self.reported)
            return Case("reported", _reports(told.source, told), (hit, told.start, told.end), f"[{hit + 1}]", True)
        place = self.rng.choice(self.places)
        text, hit = self.source(place), self.hits[place[0]]
        kind, made = self.rng.choice(
            [self.verbatim, self.attributed, self.shortened, self.quoted, self.respelt, self.redated]
        )(text, hit)
        marker = self.rng.choice([f"[{place[0] + 1}]", f"[{place[0] + 1}]", f"[Passage {place[0] + 1}]", ""])
        return Case(kind, made, place, marker, True) if made else None

    def verbatim(self, text: str, hit: Hit) -> tuple[str, str]:
        """The sentence as it stands."""
        return "verbatim", text

    def attributed(self, text: str, hit: Hit) -> tuple[str, str]:
        """The outlet in front, and its day."""
        told = f" on {hit.article.published:%-d %B %Y}" if hit.article.published and self.rng.random() < 0.5 else ""
        publisher = hit.article.publisher or "The article"
        first = text.split()[0]
        text = text[0].lower() + text[1:] if first in OPENERS else text
        return "attributed", f"{publisher} reported{told} that {text}"

    def shortened(self, text: str, hit: Hit) -> tuple[str, str]:
        """Without a few words between commas."""
        made = re.sub(r", (?!and |or |but )(?:[a-z’'-]+ ){1,4}[a-z’'-]+,", "", text, count=1)
        return "shortened", made if made != text and "“" not in text and '"' not in text else ""

    def quoted(self, text: str, hit: Hit) -> tuple[str, str]:
        """Seven words of it as a quotation."""
        words = re.sub(r"[“”\"]", "", text) if "“" not in text and '"' not in text else ""
        parts = words.split()
        if len(parts) < 10:
            return "quoted", ""
        at = self.rng.randrange(0, len(parts) - 7)
        return "quoted", f"In the words of {hit.article.publisher or 'the article'}: “{' '.join(parts[at : at + 7])}”."

    def respelt(self, text: str, hit: Hit) -> tuple[str, str]:
        """Its figures written another way."""

        def turn(m: re.Match[str]) -> str:
            if re.search(r"[A-Z][a-z]+\.? $", text[: m.start()]):  # Nov. 8, Section 2
                return m[0]
            value = int(m[0].replace(",", ""))
            if value in SPELT and value > 1:
                return SPELT[value]
            if value % 1000 == 0 and 0 < value // 1000 < 13:
                return f"{SPELT[value // 1000]} thousand"
            return f"{value:,}" if "," not in m[0] and not 1900 <= value <= 2100 else str(value)

        made = re.sub(r"(?<=\d) percent\b", "%", NUMBER.sub(turn, text))
        return "figures respelt", made if made != text else ""

    def redated(self, text: str, hit: Hit) -> tuple[str, str]:
        """A day written out with its year."""
        for m in resolve(text, hit.article.published):
            if text[m.start - 1 : m.start] in '“"':  # a programme's name
                continue
            told = re.match(r"\w+\.? \d|on |[A-Z]\w+day$", m.text) and "-" not in m.text
            if m.date and m.precision == "day" and told:
                before, weekday = text[: m.start], m.text.endswith("day")
                led = before.endswith(("on ", "of ", "by ") if weekday else (" on ", " since ", " of ", " by ", ", "))
                return "dates respelt", f"{before}{'' if led else 'on '}{m.date:%-d %B %Y}{text[m.end :]}"
        return "dates respelt", ""

    def altered(self, kind: str) -> Case | None:
        """A sentence with one thing changed, or its marker."""
        if kind == "another speaker":
            return self.another_speaker()
        place = self.rng.choice(self.places)
        text = self.source(place)
        wrong = self.rng.choice([i for i in range(len(self.hits)) if i != place[0]])
        if kind == "shuffled marker":
            return Case(kind, text, place, f"[{wrong + 1}]", False)
        if kind == "missing marker":
            return Case(kind, text, place, f"[{self.rng.randrange(len(self.hits) + 1, 99)}]", False)
        made = getattr(self, kind.replace(" ", "_"))(text, place)
        marker = self.rng.choice([f"[{place[0] + 1}]", f"[{wrong + 1}]", ""])
        if not made or any(made in h.passage.text for h in self.hits):
            return None
        return Case(kind, made, place, marker, False)

    def another_speaker(self) -> Case | None:
        """What one says in the mouth of another who speaks in the same article."""
        if not self.reported:
            return None
        hit, told = self.rng.choice(self.reported)
        article = self.hits[hit].article
        others = [a.source for i, a in self.reported if self.hits[i].article.id == article.id]
        others = [o for o in others if not set(told.source.split()) & set(o.split())]
        # whoever stands in the sentence may have said it too: 'Holt agreed with Lund that it sank'
        line = article.text[article.text.rfind("\n", 0, told.start) + 1 : told.end + 200].split("\n")[0]
        others = [o for o in others if o.split()[-1] not in line]
        if not others:
            return None
        made = _reports(self.rng.choice(others), told)
        return Case("another speaker", made, (hit, told.start, told.end), f"[{hit + 1}]", False)

    def random_number(self, text: str, place: tuple[int, int, int]) -> str:
        """A number made up."""
        found = list(NUMBER.finditer(text))
        if not found:
            return ""
        m = self.rng.choice(found)
        value = int(m[0].replace(",", ""))
        other = self.rng.choice([value + self.rng.randint(1, 9), value * 10, max(2, value * 2), value + 100])
        return text[: m.start()] + (f"{other:,}" if other > 9999 else str(other)) + text[m.end() :]

    def passage_number(self, text: str, place: tuple[int, int, int]) -> str:
        """Another number that the same passage holds, the hard case."""
        found = list(NUMBER.finditer(text))
        others = [n for n in NUMBER.findall(self.hits[place[0]].passage.text) if n not in {m[0] for m in found}]
        if not found or not others:
            return ""
        m = self.rng.choice(found)
        return text[: m.start()] + self.rng.choice(others) + text[m.end() :]

    def swapped_numbers(self, text: str, place: tuple[int, int, int]) -> str:
        """Two numbers in each other's places."""
        found = list(NUMBER.finditer(text))
        same = len(found) > 1 and text[: found[0].start()].split()[-1:] == text[: found[1].start()].split()[-1:]
        if len(found) < 2 or found[0][0] == found[1][0] or same:  # 'part 1 and part 2' says the same swapped
            return ""
        a, b = found[:2]
        return text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :]

    def other_date(self, text: str, place: tuple[int, int, int]) -> str:
        """Another day or month."""
        m = DATES.search(text)
        if not m:
            return ""
        month, day = m[0].split()
        new = self.rng.choice([f"{month} {int(day) % 28 + 1}", f"{self.rng.choice(MONTHS)} {day}"])
        return text.replace(m[0], new, 1) if new != m[0] else ""

    def spliced_quote(self, text: str, place: tuple[int, int, int]) -> str:
        """Half of one quotation and half of another."""
        quotes = [q for h in self.hits for q in QUOTE.findall(h.passage.text) if len(q.split()) > 7]
        if len(quotes) < 2:
            return ""
        a, b = self.rng.sample(quotes, 2)
        half, rest = a.split(), b.split()
        name = (NAME.findall(text) or ["The source"])[0]
        return f"{name} said, “{' '.join(half[: len(half) // 2])} {' '.join(rest[len(rest) // 2 :])}”"

    def altered_quote(self, text: str, place: tuple[int, int, int]) -> str:
        """A word within a quotation replaced."""
        m = QUOTE.search(text)
        if not m:
            return ""
        words = m[1].split()
        if len(words) < 4:
            return ""
        at = self.rng.randrange(1, len(words) - 1)
        words[at] = self.rng.choice(["never", "gladly", "hundreds", "secretly", "perhaps"])
        return text[: m.start(1)] + " ".join(words) + text[m.end(1) :]

    def foreign_name(self, text: str, place: tuple[int, int, int]) -> str:
        """A name that none of the passages has."""
        m = NAME.search(text)
        held = " ".join(h.article.text + (h.article.publisher or "") for h in self.hits)
        new = self.rng.choice(self.elsewhere)
        return text[: m.start()] + new + text[m.end() :] if m and new.split()[-1] not in held else ""

    def passage_name(self, text: str, place: tuple[int, int, int]) -> str:
        """A name of another of the passages."""
        m = NAME.search(text)
        others = [n for i, h in enumerate(self.hits) if i != place[0] for n in NAME.findall(h.passage.text)]
        words = set(re.findall(r"\w{3,}", text))
        others = [n for n in others if not any(same_name(a, b) for a in n.split() for b in words)]
        return text[: m.start()] + self.rng.choice(others) + text[m.end() :] if m and others else ""

    def swapped_names(self, text: str, place: tuple[int, int, int]) -> str:
        """Two names in each other's places."""
        found = list(NAME.finditer(text))
        if len(found) < 2 or set(found[0][0].split()) & set(found[1][0].split()):
            return ""
        a, b = found[:2]
        if text[a.end() : b.start()] in (", ", " and ", " or ", ", and "):  # 'Falk and Brandt' says the same swapped
            return ""
        return text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :]

    def spliced_sentence(self, text: str, place: tuple[int, int, int]) -> str:
        """The first half of one sentence with the second half of one of another article."""
        others = [p for p in self.places if self.hits[p[0]].article.id != self.hits[place[0]].article.id]
        if not others:
            return ""
        rest = self.source(self.rng.choice(others)).split()
        half = text.split()
        return " ".join([*half[: len(half) // 2], *rest[len(rest) // 2 :]])

    def negated(self, text: str, place: tuple[int, int, int]) -> str:
        """A 'not' put in."""
        if re.search(r"\b(?:not|no|never|n’t|n't|nor|without|none)\b", text):
            return ""
        made = re.sub(r"\b(was|were|is|are|has|have|will|would|could|can)\b", r"\1 not", text, count=1)
        return made if made != text else ""


@cache
def statements(article: Article) -> Sequence[Statement]:
    """What an article reports, as an ingest finds it."""
    return find_statements(article)


def _reports(speaker: str, told: Attribution) -> str:
    return f"{speaker.strip()} said that {told.content}."


ALTERED = ("another speaker", "shuffled marker", "missing marker", "random number", "passage number",
           "swapped numbers", "other date", "spliced quote", "altered quote", "foreign name", "passage name",
           "swapped names", "spliced sentence", "negated")  # fmt: skip


def answers(
    rng: random.Random, pool: Sequence[Article], count: int, altered: Sequence[str] = ALTERED
) -> list[tuple[list[Hit], list[Case]]]:
    """That many answers: half of them clean, in the others one sentence is altered."""
    reported = attributions(pool)
    names = [n for a in rng.sample(pool, min(100, len(pool))) for n in NAME.findall(a.text) if " " in n]
    made: list[tuple[list[Hit], list[Case]]] = []
    kinds = [altered[i % len(altered)] for i in range(count)]
    while len(made) < count:
        main, *rest = rng.sample(pool, 5)
        hits = passages(main)[:4] + [h for a in rest for h in passages(a)[:1]]
        rng.shuffle(hits)
        maker = Maker(rng, hits, names, reported)
        if len(maker.places) < 4:
            continue
        kind = kinds[len(made) // 2] if len(made) % 2 else ""
        cases = [c for c in (maker.clean() for _ in range(2)) if c]
        if kind:
            case = next((c for c in (maker.altered(kind) for _ in range(20)) if c), None)
            if case is None:
                if rng.random() < 0.9:  # no number, no quotation here: other passages
                    continue
                kinds[len(made) // 2] = rng.choice(altered)
                continue
            cases.insert(rng.randrange(len(cases) + 1), case)
        if cases:
            made.append((hits, cases))
    return made


def stands(case: Case, hits: Sequence[Hit], place: tuple[int, int, int]) -> bool:
    """Whether the place cited holds the sentence that the case was made of."""
    a, b = hits[case.place[0]], hits[place[0]]
    same = a.article.id == b.article.id and place[1] < case.place[2] and case.place[1] < place[2]
    return same or a.article.text[case.place[1] : case.place[2]] in b.article.text[place[1] : place[2]]


def peer() -> Callable[[str, Sequence[Hit]], bool] | None:
    """Corroborate's judgement of a sentence, None where it isn't installed."""
    try:
        import corroborate
    except ImportError:
        return None
    return lambda text, hits: corroborate.check_answer("", [h.passage.text for h in hits], text).ok()


def main() -> None:
    """Print how many of each kind pass."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--answers", type=int, default=10_000)
    parser.add_argument("--half", choices=("dev", "check", "both"), default="both")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=0, help="print so many of what went wrong")
    parser.add_argument("--only", choices=ALTERED, nargs="+", help="alter answers in these ways only")
    parser.add_argument("--without-speakers", action="store_true", help="don't ask who said it")
    args = parser.parse_args()
    judge = peer()
    passed, total, theirs, wrong, asked = (Counter[str]() for _ in range(5))
    shown = 0
    for hits, cases in answers(random.Random(args.seed), articles(args.half), args.answers, args.only or ALTERED):
        told = {h.article.id: statements(h.article) for h in hits} if not args.without_speakers else None
        checker = Checker("", hits, statements=told, reports=reports)
        for case in cases:
            total[case.kind] += 1
            text = f"{case.text} {case.marker}" if case.marker else case.text
            results = [checker.check(s) for s in sentences([text])]
            supported = bool(results) and all(r.verbatim for r in results)
            asked[case.kind] += bool(results) and all(r.places for r in results) and not supported
            places = [(p.hit, p.start, p.end) for r in results for p in r.places]
            repairable = case.clean or case.kind in ("shuffled marker", "missing marker")
            right = supported and repairable and all(stands(case, hits, p) for p in places)
            passed[case.kind] += supported
            wrong[case.kind] += supported and not right
            theirs[case.kind] += bool(judge and judge(case.text, hits))
            if shown < args.show and (not right if case.clean else supported and not right):
                shown += 1
                print(f"{case.kind}: {text}\n   {[r.problem for r in results]}")
                for p in places:
                    print("   cites:", hits[p[0]].article.text[p[1] : p[2]])
                source = hits[case.place[0]].article.text[case.place[1] : case.place[2]]
                print("   of:", source)
    print(f"{args.answers:,} answers, half {args.half}, seed {args.seed}")
    table(["kind", "sentences", "passed", "wrongly", "left to the model", "corroborate passes"], (
        [kind, total[kind], passed[kind] / total[kind], wrong[kind], asked[kind] / total[kind],
         theirs[kind] / total[kind] if judge else ""]
        for kind in sorted(total, key=lambda k: (k in ALTERED, k))
    ))  # fmt: skip
    clean, altered = [k for k in total if k not in ALTERED], [k for k in total if k in ALTERED]
    print(f"\nclean passed: {sum(passed[k] for k in clean) / sum(total[k] for k in clean):.4f}")
    print(f"altered passed as supported: {sum(wrong[k] for k in altered)} of {sum(total[k] for k in altered):,}; "
          f"clean with a wrong citation: {sum(wrong[k] for k in clean)}")  # fmt: skip


if __name__ == "__main__":
    main()
