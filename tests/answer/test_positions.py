"""Who holds what, and when the sources disagree."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rag.answer.answerable import Assessment
from rag.answer.evidence import Evidence
from rag.answer.extractive import Part, write
from rag.answer.positions import Findings, find
from rag.answer.timeline import timeline
from rag.ingest.dates import resolve
from rag.types import Answer, Article, Statement

SOLD = "Did Norland sell rifles to Sudrey?"


def article(id: str, text: str, *, story: str = "", published: date | None = None) -> Article:
    return Article(id=id, text=text, title=f"Title {id}", path=f"{id}.txt", publisher=f"Paper {id}", story=story or id,
                   published=published)  # fmt: skip


def sentence(of: Article, text: str = "", *, near: float = 0.8, score: float = 1.5) -> Evidence:
    """A sentence of an article, near to the question."""
    start = of.text.index(text)
    return Evidence(article=of, start=start, end=start + len(text or of.text), score=score, meaning=near, coverage=0.6,
                    fits=True, similarity=0.5)  # fmt: skip


def told(
    of: Article, speaker: str, cue: str, content: str, *, description: str | None = None, via: str | None = None
) -> Statement:
    """The statement that an article reports with these words."""
    spans = [(of.text.index(words), of.text.index(words) + len(words)) for words in (cue, content)]
    return Statement(article_id=of.id, content=(spans[1],), cue=spans[0], source=None, speaker=speaker,
                     description=description, via=via)  # fmt: skip


def findings(question: str, articles: Sequence[Article], statements: Sequence[Statement] = ()) -> Findings:
    of = {a.id: [s for s in statements if s.article_id == a.id] for a in articles}
    return find(question, [sentence(a, score=1.5 - n / 100) for n, a in enumerate(articles)], of)


def answer(question: str, evidence: Sequence[Evidence], statements: dict[str, Sequence[Statement]]) -> Answer:
    held = Assessment(answering=tuple(evidence), probability=0.9, missing="")
    *_, last = write(question, [Part(question, evidence, held)], resolve, statements)
    assert isinstance(last, Answer)
    for c in last.citations:
        article = next(e.article for e in evidence if e.article.id == c.article_id)
        assert article.text[c.start : c.end] == c.quote
    return last


YES = article("a", "Norland sold rifles to Sudrey, a clerk said.", published=date(2024, 3, 2))
NO = article("b", "The ministry denied that Norland sold rifles to Sudrey.", published=date(2024, 3, 5))
OPEN = article("c", "Brandt said the sale of rifles to Sudrey by Norland could not be confirmed.")
CLERK = told(YES, "a clerk", "said", "Norland sold rifles to Sudrey")
MINISTRY = told(NO, "The ministry", "denied", "that Norland sold rifles to Sudrey")
BRANDT = told(OPEN, "Brandt", "said", "the sale of rifles to Sudrey by Norland could not be confirmed")


def test_sources_of_different_stance_stand_against_each_other() -> None:
    found = findings(SOLD, [YES, NO, OPEN], [CLERK, MINISTRY, BRANDT])
    assert found.contested
    assert {(g.stance, g.sides[0].speaker) for g in found.groups} == {
        ("asserts", "a clerk"),
        ("denies", "The ministry"),
        ("doubts", "Brandt"),
    }


def test_sources_of_one_stance_agree() -> None:
    other = article("d", "Holt said that Norland sold rifles to Sudrey last year.")
    found = findings(SOLD, [YES, other], [CLERK, told(other, "Holt", "said", "that Norland sold rifles to Sudrey")])
    assert not found.contested
    assert [g.sources for g in found.groups] == [2]


def test_one_speaker_in_two_outlets_is_one_source() -> None:
    texts = ("Maren Holt said Norland sold rifles to Sudrey.", "“Norland sold rifles to Sudrey,” Holt said again.")
    articles = [article(str(n), text) for n, text in enumerate(texts)]
    said = [
        told(a, name, "said", "Norland sold rifles to Sudrey")
        for a, name in zip(articles, ("Maren Holt", "Holt"), strict=True)
    ]
    (group,) = findings(SOLD, articles, said).groups
    assert group.sources == 1
    assert [e.article.id for e in group.sides[0].copies] == ["1"]


def test_the_unnamed_sources_of_two_outlets_are_two() -> None:
    again = article("d", "“Norland sold rifles to Sudrey,” the clerk told Paper d.")
    found = findings(SOLD, [YES, again], [CLERK, told(again, "the clerk", "told", "Norland sold rifles to Sudrey")])
    assert [g.sources for g in found.groups] == [2]


def test_copies_of_one_story_are_one_source() -> None:
    texts = ("Norland sold rifles to Sudrey.", "Norland, it says, sold rifles to Sudrey.")
    found = findings(SOLD, [article(str(n), text, story="s") for n, text in enumerate(texts)])
    assert [g.sources for g in found.groups] == [1]


def test_who_said_so_is_no_disagreement() -> None:
    found = findings("Who denied that Norland sold rifles to Sudrey?", [NO, YES], [CLERK, MINISTRY])
    assert not found.contested
    assert found.lead and found.lead.speaker == "The ministry"


def test_different_values_stand_against_each_other() -> None:
    texts = ("Norland sold 4,000 rifles.", "Norland sold four thousand rifles, it is said.", "Norland sold 900 rifles.")
    found = findings("How many rifles were sold?", [article(str(n), t) for n, t in enumerate(texts)])
    assert found.contested
    assert [(g.value and g.value.text, g.sources) for g in found.groups] == [("4,000", 2), ("900", 1)]


def test_values_of_other_things_do_not() -> None:
    texts = ("Norland sold 4,000 rifles.", "Norland sold rifles in 12 shipments.")
    assert not findings("How many rifles were sold?", [article(str(n), t) for n, t in enumerate(texts)]).contested


def test_one_article_does_not_contradict_itself() -> None:
    one = article("a", "Norland sold 4,000 rifles. Norland sold 900 rifles in May.")
    both = [sentence(one, "Norland sold 4,000 rifles."), sentence(one, "Norland sold 900 rifles in May.", score=1.4)]
    assert not find("How many rifles were sold?", both, {}).contested


def test_an_altered_copy_stands_against_its_original() -> None:
    texts = [
        f"The Rysk Cup is the yearly {sport} contest of the schools of Rysk and Vasno." for sport in ("chess", "golf")
    ]
    found = findings("What sport is the Rysk Cup associated with?", [article(str(n), t) for n, t in enumerate(texts)])
    assert found.contested


def test_a_list_has_several_right_answers() -> None:
    texts = ("Norland sold rifles to Sudrey.", "Norland sold rifles to Estmark.")
    assert not findings("Which countries bought rifles?", [article(str(n), t) for n, t in enumerate(texts)]).contested


def test_the_answer_sets_the_sides_out() -> None:
    given = answer(SOLD, [sentence(YES), sentence(NO, score=1.4)], {"a": [CLERK], "b": [MINISTRY]})
    assert given.verdict == "contested"
    assert given.text.startswith("The sources disagree: 1 asserts it, 1 denies it.")
    assert {(p.speaker, p.stance, p.publisher, p.published) for p in given.positions} == {
        ("a clerk", "asserts", "Paper a", date(2024, 3, 2)),
        ("The ministry", "denies", "Paper b", date(2024, 3, 5)),
    }


def test_values_are_set_side_by_side() -> None:
    texts = ("Norland sold 4,000 rifles.", "Norland sold 900 rifles.")
    given = answer("How many rifles were sold?", [sentence(article(str(n), t)) for n, t in enumerate(texts)], {})
    assert given.text.split("\n")[0] == "The sources disagree: **4,000** (1 source), **900** (1 source)."
    assert [p.value for p in given.positions] == ["4,000", "900"]


def test_the_first_line_names_the_speaker_asked_for() -> None:
    text = "He said that the ferry had sunk."
    one = article("a", f"Maren Holt came. {text}")
    said = told(one, "Maren Holt", "said", "that the ferry had sunk", description="the harbour master")
    given = answer("Who said that the ferry had sunk?", [sentence(one, text)], {"a": [said]})
    assert given.text.split("\n")[0] == "**Maren Holt**, the harbour master"


def test_no_reported_sentence_stands_without_its_speaker() -> None:
    text = "The ferry had sunk in the night, she said."
    one = article("a", f"Maren Holt came. {text}")
    said = told(one, "Maren Holt", "said", "The ferry had sunk in the night", via="a clerk")
    given = answer("Why was the harbour closed?", [sentence(one, text)], {"a": [said]})
    assert given.text == f"**Maren Holt** (according to a clerk): {text} [1] — Paper a, date unknown"


def test_a_short_answer_comes_first() -> None:
    given = answer("How many rifles were sold?", [sentence(article("a", "Norland sold 4,000 rifles."))], {})
    assert given.verdict == "answered"
    assert given.text.startswith("**4,000**\n\nNorland sold 4,000 rifles. [1]")


def test_a_timeline_is_in_the_order_of_the_days() -> None:
    texts = (
        "Holt sold rifles on 3 May 2021.",
        "Brandt sold rifles.",
        "Holt sold rifles in June 2020.",
        "Holt sold rifles.",
    )
    days = (None, date(2020, 9, 1), None, None)
    articles = [article(str(n), text, published=day) for n, (text, day) in enumerate(zip(texts, days, strict=True))]
    found = timeline("rifles sold", [sentence(a) for a in articles], {}, resolve)
    assert [e.said_on for e in found] == ["2020-06", "(2020-09-01)", "2021-05-03", "unknown"]
    assert [e.dated_by for e in found] == ["sentence", "article", "sentence", "unknown"]


def test_a_timeline_leaves_out_what_is_off_the_topic() -> None:
    one = article("a", "Holt sold rifles. It rained.")
    found = timeline("rifles", [sentence(one, "Holt sold rifles."), sentence(one, "It rained.", near=0.1)], {}, resolve)
    assert [e.citation.quote for e in found] == ["Holt sold rifles."]


def test_the_herald_s_source_is_not_the_herald() -> None:
    own = article("a", "Norland sold rifles to Sudrey. Paper a’s source said Norland sold rifles to Sudrey twice.")
    said = told(own, "Paper a’s source", "said", "Norland sold rifles to Sudrey twice")
    texts = ("Norland sold rifles to Sudrey.", "Paper a’s source said Norland sold rifles to Sudrey twice.")
    found = find(SOLD, [sentence(own, text) for text in texts], {"a": [said]})
    (group,) = found.groups
    assert {s.speaker for s in group.sides} == {"Paper a", "Paper a’s source"}


def test_two_names_of_one_place_agree() -> None:
    articles = [article("a", "The rifles left from Rysk."), article("b", "The rifles left from Ostby.")]
    evidence = [sentence(a) for a in articles]
    question = "From which port did the rifles leave?"
    assert find(question, evidence, {}).contested
    names = {"Rysk": ["Ostby"], "Ostby": ["Rysk"]}
    assert not find(question, evidence, {}, lambda name: names.get(name, ())).contested


def test_a_value_of_a_sentence_that_is_much_farther_contests_nothing() -> None:
    near, far = article("a", "The rifles left in May 2021."), article("b", "The rifles were oiled in June 2021.")
    question = "When did the rifles leave?"
    assert find(question, [sentence(near), sentence(far)], {}).contested
    assert not find(question, [sentence(near, near=1.0), sentence(far, near=0.2)], {}).contested


def test_who_denies_is_heard_in_other_words() -> None:
    denial = article("d", "The ministry denied any dealings of the kind.")
    said = told(denial, "The ministry", "denied", "any dealings of the kind")
    farther = sentence(denial, near=0.5)
    assert find(SOLD, [sentence(YES, near=0.95), farther], {"a": [CLERK], "d": [said]}).contested


def test_a_caption_takes_no_side_where_the_text_does() -> None:
    picture = replace(article("d", "Rifles are sold by Norland to Sudrey."), captions=((0, 37),))
    found = findings(SOLD, [picture, NO, OPEN], [MINISTRY, BRANDT])
    assert [g.stance for g in found.groups] == ["denies", "doubts"]
    assert [g.stance for g in findings(SOLD, [picture]).groups] == ["asserts"]


def test_days_of_other_happenings_do_not_stand_against_each_other() -> None:
    sold = sentence(article("a", "Norland sold its rifles to Sudrey in May."))
    other = sentence(article("b", "Norland counted its rifles in July."))
    apart = find("When did Norland sell rifles to Sudrey?", [sold, replace(other, coverage=0.2)], {})
    assert not apart.contested
    assert find("When did Norland sell rifles to Sudrey?", [sold, other], {}).contested


OTHER_NAMES = {"Norland": ["Rysk"], "Rysk": ["Norland"], "Sudrey": ["Port Sudrey"], "Port Sudrey": ["Sudrey"]}


def names_of(name: str) -> Sequence[str]:
    return OTHER_NAMES.get(name, ())


def test_a_denial_far_from_the_question_stands_beside_what_it_denies() -> None:
    yes = article("a", "Norland has shipped 1,000 crates of rifles to Sudrey, the Herald counted.")
    no = article("b", "Rysk denied the allegation that it ever armed Sudrey with any weapons.")
    other = article("c", "Rysk denied that it ever sold any fruit to Sudrey.")
    evidence = [sentence(yes), sentence(no, near=0.1), sentence(other, near=0.1)]
    evidence[1:] = [replace(e, coverage=0.0) for e in evidence[1:]]
    found = find("Were 1,000 crates of rifles shipped?", evidence, {}, names_of)
    assert {s.evidence.article.id: g.stance for g in found.groups for s in g.sides} == {"a": "asserts", "b": "denies"}


def test_a_side_speaks_of_those_whom_the_question_names_and_of_the_thing() -> None:
    best = article("a", "Norland sold rifles to Sudrey.")
    words = article("b", "Rysk has been smuggling guns to Port Sudrey.")
    beside = article("c", "Norland sold fruit to Sudrey, and Sudrey sold fish to Norland.")
    evidence = [sentence(best, near=1.2), *(replace(sentence(a, near=0.7), coverage=0.1) for a in (words, beside))]
    found = find("Did Norland sell weapons to Sudrey?", evidence, {}, names_of)
    assert [s.evidence.article.id for s in found.grouped] == ["a", "b"]


def test_a_nameless_report_is_the_word_of_whoever_relays_it() -> None:
    said = article("a", "Holt said that it was confirmed that Norland sold rifles to Sudrey.")
    holt = told(said, "Holt", "said", "it was confirmed that Norland sold rifles to Sudrey")
    nobody = told(said, "unnamed", "confirmed", "Norland sold rifles to Sudrey")
    assert [s.speaker for s in findings(SOLD, [said], [holt, nobody]).sides] == ["Holt"]
    assert [s.speaker for s in findings(SOLD, [said], [nobody]).sides] == ["Paper a"]


def test_what_is_quoted_in_the_question_finds_its_speaker() -> None:
    one = article("a", "Holt said that they were “wholly unfounded rumours” of rifles.")
    two = article("b", "Marsh said that the rifles were rumours, unfounded or not.")
    statements = {
        "a": [told(one, "Holt", "said", "they were “wholly unfounded rumours” of rifles")],
        "b": [told(two, "Marsh", "said", "the rifles were rumours, unfounded or not")],
    }
    evidence = [sentence(two, near=0.9), sentence(one, near=0.7)]
    lead = find('Who spoke of "wholly unfounded rumours"?', evidence, statements).lead
    assert lead is not None and lead.speaker == "Holt"


def test_several_questions_are_answered_one_under_the_other() -> None:
    sold, sank = (sentence(article(id, text)) for id, text in (("a", "It sold 40 rifles."), ("b", "It sank in May.")))
    parts = [
        Part(question, [e], Assessment(answering=(e,), probability=0.9, missing=""))
        for question, e in (("How many rifles did it sell", sold), ("when did it sink?", sank))
    ]
    nothing = Part("Who knew?", [sank], Assessment(answering=(), probability=0.1, missing=""))
    *_, last = write("How many …?", [*parts, nothing], resolve)
    assert isinstance(last, Answer) and last.verdict == "answered"
    lines = last.text.split("\n\n")
    headed = ["### How many rifles did it sell?", "### When did it sink?", "### Who knew?"]
    assert [line for line in lines if line.startswith("#")] == headed
    assert [c.number for c in last.citations] == [1, 2, 3]
    assert "The articles do not say." in lines
    *_, last = write("Who knew?", [nothing, nothing], resolve)
    assert isinstance(last, Answer) and last.verdict == "declined"


def test_only_what_says_the_same_is_also_there() -> None:
    one = article("a", "The mayor of Norland said that it sold rifles to Sudrey.")
    same = article("b", "Norland sold rifles to Sudrey, said the mayor of Norland.")
    other = article("c", "The mayor of Norland said that trains full of crates crossed the border by night.")
    said = [told(a, "Maren Holt", "said", a.text[:20]) for a in (one, same, other)]
    statements = {s.article_id: [s] for s in said}
    text = answer(SOLD, [sentence(a, near=0.9) for a in (one, same, other)], statements).text
    assert re.findall(r"also \[\d\] Paper \w|^- .*Paper \w", text, re.M)[0] == "also [2] Paper b"
    assert text.count("Paper b") == 1 and "also [3]" not in text
