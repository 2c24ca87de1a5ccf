"""Lines of pages to paragraphs: which end one, and what a hyphen at a line's end was."""

from rag.ingest.converters.pdf_lines import Line, paragraphs, without_running_heads


def line(text: str, row: int, right: float = 0.6, height: float = 0.015) -> Line:
    top = 0.8 - row * 0.02
    return Line(text=text, left=0.1, right=right, bottom=top - height, top=top)


def test_a_hyphen_at_a_line_end_is_the_words_own_or_the_lines() -> None:
    # 'government' and 'long-term' stand elsewhere in the text
    page = [
        line("the government and the long-term plan of the govern-", 0),
        line("ment which it calls a long-", 1),
        line("term plan.", 2, right=0.2),
    ]
    ((text,), _) = paragraphs([page])
    assert text.endswith("plan of the government which it calls a long-term plan.")


def test_a_document_whose_words_at_line_ends_are_compounds_keeps_its_hyphens() -> None:
    page = [line("a short-term loan, a short-", 0), line("term house and a semi-", 1), line("automatic gun", 2)]
    assert paragraphs([page])[0] == ["a short-term loan, a short-term house and a semi-automatic gun"]


def test_a_document_that_divides_words_joins_them() -> None:
    page = [line("and the suppo-", i) if i % 2 == 0 else line(f"sition{i} was", i) for i in range(12)]
    page.append(line("no supposition7", 12))  # one of its words is seen whole
    assert paragraphs([page])[0][0].startswith("and the supposition1 was and the supposition3")


def test_paragraphs_end_at_gaps_other_letters_and_short_lines() -> None:
    page = [
        line("A headline", 0, height=0.03),
        line("First line of a text that runs on", 2),
        line("and ends early.", 3, right=0.25),
        line("Another one that runs to the edge", 4),
        line("and is over.", 5, right=0.3),
        line("After a gap it goes on", 8),
    ]
    assert [p[:9] for p in paragraphs([page])[0]] == ["A headlin", "First lin", "Another o", "After a g"]


def test_a_sentence_runs_on_over_pages_and_page_numbers_go() -> None:
    numbers = [Line(text=str(n), left=0.3, right=0.31, bottom=0.03, top=0.045) for n in (1, 2)]
    pages = [[line("a sentence that is not", 0), numbers[0]], [line("over yet.", 0), numbers[1]]]
    assert paragraphs(without_running_heads(pages)[0])[0] == ["a sentence that is not over yet."]


def test_lines_of_japanese_are_joined_without_a_space() -> None:
    assert paragraphs([[line("国防省は水曜日、", 0), line("否定した。", 1)]])[0] == ["国防省は水曜日、否定した。"]
