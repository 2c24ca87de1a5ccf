"""Values as JSON: nothing lost, dates in ISO form."""

import json
from dataclasses import replace
from datetime import date

from rag import Answer, Article, Citation, Hit, Passage, Position
from rag.jsonform import answer_to_dict, article_to_dict, hit_to_dict

ARTICLE = Article(
    id="a1", text="Nobody came. — 🍊", title="Café", path="in/a.md", publisher="Gazette", published=date(2023, 11, 2),
    published_from="page", url="https://example.org", language="en", author="M. Holt",
)  # fmt: skip
UNKNOWN = Article(id="a2", text="No.", title="No", path="b.txt")
CITATION = Citation(
    number=1, article_id="a1", title="Café", publisher="Gazette", published=date(2023, 11, 2), published_from="page",
    url=None, path="in/a.md", quote="Nobody came.", start=0, end=12,
)  # fmt: skip
ORDER = "question verdict text citations positions unsupported constraints engine seconds".split()


def test_an_answer() -> None:
    position = Position(stance="denies", speaker="the owner", text="Nobody came.", citations=(1,),
                        publisher="Gazette", published=date(2023, 11, 2), via="a clerk", sources=2)  # fmt: skip
    answer = Answer(question="Who?", verdict="contested", text="Nobody came. [1]", citations=(CITATION,),
                    positions=(position,), unsupported=("Ten came.",), seconds=0.5)  # fmt: skip
    found = answer_to_dict(answer)
    assert json.loads(json.dumps(found)) == {
        "question": "Who?", "verdict": "contested", "text": "Nobody came. [1]",
        "citations": [{
            "number": 1, "article_id": "a1", "title": "Café", "publisher": "Gazette", "published": "2023-11-02",
            "published_from": "page", "url": None, "path": "in/a.md", "quote": "Nobody came.", "start": 0, "end": 12,
        }],
        "positions": [{"stance": "denies", "speaker": "the owner", "text": "Nobody came.", "citations": [1],
                           "publisher": "Gazette", "published": "2023-11-02", "via": "a clerk", "value": None,
                           "sources": 2}],
        "unsupported": ["Ten came."], "constraints": [], "engine": "extractive", "seconds": 0.5,
    }  # fmt: skip
    assert list(found) == ORDER
    told = replace(answer, notices=("The language model failed.",))
    assert answer_to_dict(told)["notices"] == ("The language model failed.",)


def test_an_article_with_and_without_its_text() -> None:
    with_text = article_to_dict(ARTICLE, text=True)
    assert with_text["text"] == ARTICLE.text
    assert with_text["published"] == "2023-11-02"
    assert {k: v for k, v in with_text.items() if k != "text"} == article_to_dict(ARTICLE)
    assert article_to_dict(UNKNOWN)["published"] is None
    json.dumps([with_text, article_to_dict(UNKNOWN)])


def test_a_hit() -> None:
    passage = Passage(id="a1:0-12", article_id="a1", start=0, end=12, text="Nobody came.")
    found = json.loads(json.dumps(hit_to_dict(Hit(passage=passage, article=ARTICLE, score=0.03, similarity=None))))
    assert found["text"] == "Nobody came." == ARTICLE.text[found["start"] : found["end"]]
    assert (found["id"], found["article_id"], found["published"]) == ("a1:0-12", "a1", "2023-11-02")
    assert found["similarity"] is None
