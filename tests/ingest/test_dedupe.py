import random

from rag.ingest.dedupe import bands, identity, same_story

WORDS = (
    "port ship shell army minister said denied report arms rail train cargo night guard crane pier fuel grain".split()
)


def made_up(seed: int, sentences: int = 30) -> list[str]:
    draw = random.Random(seed)
    return [" ".join(draw.choices(WORDS, k=12)).capitalize() + f" {draw.randrange(10_000)}." for _ in range(sentences)]


def test_identity_ignores_what_stands_between_the_words() -> None:
    text = "The ministry denied it.\n\nTwo ships left on “Monday”."
    assert identity(text, "T") == identity('the ministry denied it. Two ships left on "Monday".', "T")
    assert identity(text, "T") != identity(text.replace("Two", "Ten"), "T")


def test_identity_ignores_what_a_font_or_a_file_does_to_the_letters() -> None:
    text = "Señor Peña’s office denied it on Monday."
    assert identity(text, "T") == identity("Senor Pena’s oﬃce <b>denied</b> it on Monday.", "T")


def test_identity_counts_a_headline_in_the_text_as_title() -> None:
    body = "The ministry denied it.\nTwo ships left."
    assert identity("Ministry denies\n" + body, "Ministry denies") == identity(body, "Ministry denies")
    assert identity("Ministry denies\n" + body, "Another title") != identity(body, "Another title")
    assert identity("Only a title", "Only a title") == identity("Only a title", "")


def test_a_cut_and_retitled_copy_is_the_same_story() -> None:
    for seed in range(20):
        original = made_up(seed)
        copy = ["Another lead of the copying outlet, in its own words."] + original[: len(original) // 2]
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
