"""Cases held against their articles, and new ones made by asking or from kept feedback."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.corpus import Corpus
from rag.errors import CaseError
from rag.evaluate.cases import Case, lines_of
from rag.evaluate.facts import holds
from rag.evaluate.metrics import file_name, short_answer
from rag.types import Answer, Article


def check(cases: Sequence[Case], articles: Sequence[Article]) -> list[str]:
    """What is wrong with cases, a line each: articles that are not there, facts and evidence that none of them holds.

    Everything a case names is looked for in the articles that it names; texts that must be absent are not looked for.
    """
    by_name: dict[str, list[Article]] = {}
    for article in articles:
        by_name.setdefault(file_name(article.path), []).append(article)
    return [f"{case.id}: {problem}" for case in cases for problem in _problems(case, by_name)]


def _problems(case: Case, by_name: Mapping[str, Sequence[Article]]) -> Iterator[str]:
    referenced = [a for name in case.articles for a in by_name.get(name, ())]
    for name in case.articles:
        if name not in by_name:
            yield f"articles: the corpus has no {name}"
    if not referenced:
        return
    texts = ["\n".join((a.title, a.publisher or "", a.text)) for a in referenced]
    for forms in case.facts:
        if not any(holds(text, form) for text in texts for form in forms):
            yield f"facts: {' or '.join(forms)} stands in none of its articles"
    for forms in (*case.who, *(side.speaker for side in case.sides)):
        if not any(holds(text, form) for text in texts for form in forms):
            yield f"who: {' or '.join(forms)} stands in none of its articles"
    bare = ["".join(a.text.split()) for a in referenced]
    for evidence in case.evidence:
        if not any("".join(evidence.split()) in text for text in bare):
            yield f"evidence: {evidence!r} stands in none of its articles"
    outlets = case.filter.publishers if case.filter else ()
    if outlets and not any((a.publisher or "").casefold() in outlets for a in referenced):
        yield f"where: none of its articles is of {case.where.publisher if case.where else ''}"


def case_of(answer: Answer, taken: Sequence[str], facts: Sequence[str] = (), kind: str | None = None) -> Case:
    """A case made of an answer that was found good: its citations are the evidence, its speakers the sides.

    Args:
        taken: the ids that other cases have.
        facts: what must stand in the answer; forms of one fact parted by '|'. None: the short answer, where there is
            one, else the first citation's words.
        kind: by default declined, contested or fact, by the verdict.

    Raises:
        CaseError: it makes no case.
    """
    kept: dict[str, Any] = {"id": new_id(answer.question, taken), "question": answer.question, "kind": kind or "fact"}
    if answer.verdict == "declined":
        return Case.model_validate(kept | {"kind": "declined"})
    if answer.verdict == "contested":
        sides = {(p.stance, p.speaker): {"stance": p.stance, "speaker": [p.speaker]} for p in answer.positions}
        kept |= {"kind": kind or "contested", "sides": list(sides.values())}
    given = [[form.strip() for form in fact.split("|")] for fact in facts]
    if not given and not kept.get("sides"):
        short = short_answer(answer)
        given = [[short if short and holds(answer.citations[0].quote, short) else answer.citations[0].quote]]
    kept["facts"] = given
    expected = [form for forms in given for form in forms]
    holding = [c for c in answer.citations if not expected or any(holds(c.quote, form) for form in expected)]
    kept["articles"] = list(dict.fromkeys(file_name(c.path) for c in holding or answer.citations))
    kept["evidence"] = list(dict.fromkeys(c.quote for c in holding[:4]))
    try:
        return Case.model_validate(kept)
    except ValueError as e:
        raise CaseError(f"the answer to {answer.question!r} makes no case: {e}") from e


def from_feedback(path: Path, corpus: Corpus, taken: Sequence[str]) -> Iterator[tuple[Case | None, str]]:
    """Cases from kept feedback, each with the reader's note; None where a bad answer needs its facts from a person.

    An answer that was rated up is a case as it stands. One rated down gives no facts: its question and note are
    returned for a person to answer.

    Raises:
        CaseError: a line isn't feedback; the message names file and line.
    """
    ids = list(taken)
    for number, line in lines_of(path):
        try:
            row = json.loads(line)
            question, rating, note = str(row["question"]), row["rating"], str(row.get("note") or "")
        except (ValueError, KeyError, TypeError, AttributeError) as e:
            raise CaseError(f"{path}, line {number}: not feedback as the page keeps it ({e!r})") from e
        if rating != "up":
            yield None, f"{question} ({note or 'no note'})"
            continue
        answer = corpus.ask(question)
        quotes = {c["quote"] for c in row.get("answer", {}).get("citations", ())}
        if quotes and not quotes & {c.quote for c in answer.citations}:
            yield None, f"{question} (is answered otherwise by now)"
            continue
        case = case_of(answer, ids)
        ids.append(case.id)
        yield case.model_copy(update={"note": note}), note


def append(path: Path, case: Case) -> None:
    """Add a case to a file, as one line; fields that say nothing are left out."""
    line = case.model_dump_json(exclude_defaults=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    gap = "\n" if before and not before.endswith("\n") else ""
    with path.open("a", encoding="utf-8") as f:
        f.write(f"{gap}{line}\n")


def new_id(question: str, taken: Sequence[str]) -> str:
    """A short name from the question's words that no other case has: 'Who heads it?' is who-heads-it."""
    name = "-".join(re.findall(r"[^\W_]+", question.casefold())[:5])[:40] or "case"
    return next(f"{name}{n or ''}" for n in ["", *map(str, range(2, len(taken) + 3))] if f"{name}{n}" not in taken)
