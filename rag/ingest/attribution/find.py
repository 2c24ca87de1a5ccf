"""Cues, sources and contents of an article's statements, as drafts without speakers.

A sentence is read from left to right, cue by cue; quotations without a cue go to the speech that they continue.
Knows how English reports speech; nothing of who a pronoun stands for.
"""

from rag.ingest.attribution.checks import (
    follows_content,
    is_noun,
    next_subject,
    opens_speech,
    said_next,
    subordinate_end,
)
from rag.ingest.attribution.content import after_hearer, begins, closed
from rag.ingest.attribution.draft import Draft
from rag.ingest.attribution.inverted import subject_after
from rag.ingest.attribution.lexicon import Form, Lexicon
from rag.ingest.attribution.special import Special
from rag.ingest.attribution.subjects import after_with, main_subject, subject_before
from rag.ingest.attribution.tokens import QUOTE, Sentence, Token, final, span
from rag.ingest.attribution.verbs import Group, finite, verb_group


class Finder(Special):
    """Finds the drafts of one article, sentence by sentence."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__(lexicon)
        self._speech: Draft | None = None  # the last direct speech, while it may go on

    def read(self, sentence: Sentence) -> None:
        """Add the drafts of the next sentence."""
        tokens = sentence.tokens
        before = len(self.drafts)
        if all(t.lower == QUOTE or not t.text[0].isalnum() for t in tokens):
            self._continue(sentence)
            return
        covered = 0  # tokens that are the content or cue of a statement already
        for i, token in enumerate(tokens):
            if i < covered:
                continue
            if token.lower == "according" and i + 1 < len(tokens) and tokens[i + 1].lower == "to":
                covered = self._according(sentence, i) or covered
                continue
            if token.lower in self.lexicon.unnamed:
                self._unnamed(tokens, i, self.lexicon.unnamed[token.lower])
                continue
            forms = self.lexicon.verbs.get(token.lower)
            if forms and token.text[0].islower():
                form = self._form(tokens, i, forms)
                if form is not None:
                    covered = self._verb(sentence, i, form, covered) or covered
        made = self.drafts[before:]
        for draft in made:
            draft.spoken = self._direct_end(draft, tokens)
            draft.paragraph = sentence.paragraph
        spoken = [d for d in made if d.awaiting or d.spoken]
        self._speech = (
            spoken[-1]
            if spoken
            else (made[-1] if made and made[-1].entry and made[-1].entry.kind == "saying" else None)
        )

    def _direct_end(self, draft: Draft, tokens: list[Token]) -> bool:
        return any(t.lower == QUOTE and any(a <= t.start < b for a, b in draft.content) for t in tokens)

    def _form(self, tokens: list[Token], i: int, forms: tuple[Form, ...]) -> Form | None:
        for form in forms:
            if all(i + 1 + k < len(tokens) and tokens[i + 1 + k].lower == word for k, word in enumerate(form.rest)):
                return form
        return None

    def _continue(self, sentence: Sentence) -> None:
        """A sentence that is only quotations belongs to the speech before it."""
        quotes = [(t.start, t.end) for t in sentence.tokens if t.lower == QUOTE]
        speech = self._speech
        if not quotes or speech is None or sentence.paragraph - speech.paragraph > 1:
            self._speech = None
            return
        if speech.awaiting or speech.spoken:
            speech.content += quotes
            speech.awaiting = False
            speech.paragraph = sentence.paragraph
        else:
            draft = Draft(quotes, None, None, like=speech, paragraph=sentence.paragraph)
            draft.spoken = True
            self.drafts.append(draft)
            self._speech = draft

    def _verb(self, sentence: Sentence, i: int, form: Form, covered: int) -> int | None:
        """A statement around the verb at token `i`; gives the token up to which the sentence is read."""
        tokens, lexicon = sentence.tokens, self.lexicon
        cue = form.cue
        after = i + 1 + len(form.rest)
        group = verb_group(tokens, i, lexicon)
        if (
            group.start == i
            and i
            and tokens[i - 1].lower == "as"
            and after < len(tokens)
            and tokens[after].lower == "by"
        ):
            by = subject_after(tokens, after + 1, lexicon)
            return (
                None
                if by is None
                else self._aside(tokens, i - 1, by[1], (i, after + 1), span(tokens, *by), form, group)
            )
        if group.passive:
            return self._passive(sentence, i, form, group)
        hearer = (
            after_hearer(tokens, after, lexicon)
            if ("hearer" in cue.takes and not form.gerund) or cue.word in ("tell", "remind", "inform", "assure")
            else after
        )

        is_inverted = not form.gerund and group.start == i and cue.quotes and self._inverts(tokens, i, form)
        if is_inverted and (source := self._behind(tokens, i, after)) is not None:
            return self._postposed(sentence, i, i, source, source[1], form)
        if form.gerund and group.start and tokens[group.start - 1].lower == "as":
            return self._quoted(sentence, i, after, hearer, form, group)
        if cue.word in ("quote", "cite") and any(t.lower == "saying" for t in tokens[after : after + 12]):
            return None  # told at 'saying'
        if (
            group.infinitive
            and cue.word in ("verify", "confirm")
            and tokens[group.start - 2].lower in ("able", "unable")
        ):
            return self._unable(sentence, i, after, form, group)
        if form.gerund and not group.progressive:
            return self._participle(sentence, i, after, hearer, form, group)
        subject = subject_before(tokens, group, lexicon)
        if group.infinitive:
            return None
        if isinstance(subject, str):
            return self._shared(sentence, i, after, hearer, form, group)
        if subject is None and i and tokens[i - 1].lower == QUOTE and final(tokens[i - 1]) == ",":
            subject = main_subject(tokens, i - 1, lexicon)
        if subject is None or is_noun(tokens, i, form, group, lexicon):
            return None
        return self._active(sentence, i, subject, after, hearer, form, group)

    def _active(
        self,
        sentence: Sentence,
        i: int,
        subject: tuple[int, int],
        after: int,
        hearer: int,
        form: Form,
        group: Group,
    ) -> int | None:
        """A statement of a subject before the verb at token `i`: 'Poe said …', '…, Poe said', 'as Poe said, …'."""
        tokens, lexicon, cue = sentence.tokens, self.lexicon, form.cue
        if _reports_nothing(tokens, i, subject, after, form, group, lexicon):
            return None
        left_end = subject[0]
        stop = closed(tokens, hearer, lexicon, cue)
        if (
            stop is not None
            and left_end
            and tokens[left_end - 1].lower == "as"
            and stop < len(tokens)
            and tokens[stop].text == ","
        ):
            return self._aside(tokens, left_end - 1, stop, (i, after), span(tokens, *subject), form, group)
        if (
            stop is not None
            and cue.quotes
            and follows_content(tokens, left_end)
            and not opens_speech(tokens, left_end, stop)
        ):
            return self._postposed(sentence, left_end, i, subject, stop, form, group)
        start = begins(tokens, hearer, cue, lexicon)
        if start is None and hearer != after:
            start = (
                begins(tokens, after, cue, lexicon) if {"noun", "clause"} & cue.takes and "that" in cue.takes else None
            )
        if start is None:
            if tokens[-1].text == ":" and cue.quotes and cue.kind == "saying" and not group.negated:
                self._add([], span(tokens, i, after), span(tokens, *subject), form, group)
                self.drafts[-1].awaiting = True  # 'She said:', and the quotation stands in the next line
            return None
        if self._inside(tokens[i]) and not (cue.word in ("say", "tell") or said_next(tokens, i)):
            return None  # within what another says, only what is surely said
        relative = tokens[subject[1] - 1].lower in ("who", "which", "that")
        limit = subordinate_end(tokens, left_end, start, lexicon)
        read = self._preposed(sentence, i, after, start, span(tokens, *subject), form, group, limit=limit)
        if read is not None:
            self.drafts[-1].relative = relative
        return read

    def _participle(self, sentence: Sentence, i: int, after: int, hearer: int, form: Form, group: Group) -> int | None:
        tokens, lexicon = sentence.tokens, self.lexicon
        if group.infinitive or is_noun(tokens, i, form, group, self.lexicon):
            return None
        start = begins(tokens, hearer, form.cue, lexicon)
        if start is None:
            return None
        k = group.start
        before = tokens[k - 1] if k else None
        if (
            before is None
            or before.text in (",", "—", "--")
            or before.lower == QUOTE
            or before.lower
            in ("and", "by", "while", "when", "in", "after", "before", "without", "from", "for", "of", "about")
        ):
            if before is not None and before.lower in ("without", "from", "when", "after", "before", "of", "about"):
                return None
            like = self._in_sentence(tokens)
            if like is not None and not like.relative:
                return self._preposed(sentence, i, after, start, None, form, group, like)
            subject = main_subject(tokens, k, lexicon) if before is not None else next_subject(tokens, i)
            return (
                None
                if subject is None
                else self._preposed(sentence, i, after, start, span(tokens, *subject), form, group)
            )
        if not said_next(tokens, after - 1) and after_with(tokens, k, lexicon) is None:
            return None  # 'speeches criticising the plan'; not 'a letter saying that'
        subject = after_with(tokens, k, lexicon) or subject_before(tokens, group, lexicon)
        if subject is None or isinstance(subject, str):
            subject = main_subject(tokens, k, lexicon)
        if subject is None:
            return None
        return self._preposed(sentence, i, after, start, span(tokens, *subject), form, group)

    def _shared(self, sentence: Sentence, i: int, after: int, hearer: int, form: Form, group: Group) -> int | None:
        """'… and said': the subject of the verb before it."""
        tokens, lexicon = sentence.tokens, self.lexicon
        start = begins(tokens, hearer, form.cue, lexicon)
        if start is None:
            return None
        like = self._in_sentence(tokens)
        subject = None if like is not None else main_subject(tokens, group.start, lexicon)
        if like is None and subject is None:
            return None
        source = span(tokens, *subject) if subject else None
        return self._preposed(sentence, i, after, start, source, form, group, like)


def _reports_nothing(
    tokens: list[Token], i: int, subject: tuple[int, int], after: int, form: Form, group: Group, lexicon: Lexicon
) -> bool:
    """Whether the verb tells nothing said: 'what he said', 'called off', 'a town called Ham', 'wrote a book'."""
    word = form.cue.word
    behind = tokens[after].lower if after < len(tokens) else ""
    if word == "call":
        return (
            behind in ("off", "out", "up", "back", "in", "into")
            or not behind
            or (group.start == i and tokens[subject[0]].lower in ("a", "an") and subject[1] == i)
        )
    if subject[0] and tokens[subject[0] - 1].lower == "what":
        return True
    if word == "write":
        return behind in ("a", "an", "his", "her", "the", "their") and not any(
            finite(t, lexicon) for t in tokens[after : after + 8]
        )
    return group.negated and word in ("respond", "reply", "comment")
