import random

from rag.ingest.dedupe import bands, identity, same_story

WORDS = (
    "port ship shell army minister said denied report arms rail train cargo night guard crane pier fuel grain".split()
)


def made_up(seed: int, sentences: int = 30) -> list[str]:
    draw = random.Random(seed)
    return [" ".join(draw.choices(WORDS, k=12)).capitalize() + f" {draw.randrange(10_000)}." for _ in range(sentences)]


def test_only_the_same_text_is_the_same_article() -> None:
    text = "The ministry denied it.\n\nTwo ships left on “Monday”, with 10.5 tons."
    assert identity(text) == identity(str(text)) and len(identity(text)) == 16
    for other in (text.replace("10.5", "105"), text.upper(), text.replace("“", '"'), text + " ", text + " He left."):
        assert identity(other) != identity(text)


def test_a_cut_and_retitled_copy_is_the_same_story() -> None:
    for seed in range(20):
        original = made_up(seed)
        copy = ["Another lead of the copying outlet, in its own words.", *original[: len(original) // 2]]
        assert same_story(" ".join(original), " ".join(copy))
        assert not same_story(" ".join(original), " ".join(made_up(seed + 1000)))


def test_short_texts_are_never_one_story() -> None:
    assert not same_story("He declined to comment on Tuesday.", "He declined to comment on Tuesday.")


def test_bands_meet_for_copies_and_not_for_others() -> None:
    met = strangers = 0
    for seed in range(50):
        original = made_up(seed)
        halved = set(bands(" ".join(original[:15])))
        met += bool(halved & set(bands(" ".join(original))))
        strangers += bool(halved & set(bands(" ".join(made_up(seed + 1000)))))
    assert met >= 47
    assert strangers <= 1


def test_bands_are_the_same_in_every_process() -> None:
    # Stored numbers: a change of them would leave old articles without their copies.
    assert bands("one two three four five six")[:2] == [-3607289290334560876, -121749877652757679]
