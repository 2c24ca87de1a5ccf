"""Cues, sources and contents of an article's statements, without their speakers.

A sentence is read from left to right, cue by cue; quotations without a cue go to the speech that they continue.
Knows how English reports speech; nothing of who a pronoun stands for.
"""

from rag.ingest.attribution.content import after_hearer, begins, closed
from rag.ingest.attribution.inverted import subject_after
from rag.ingest.attribution.lexicon import Form, lexicon
from rag.ingest.attribution.placed import ReportedSpeech
from rag.ingest.attribution.special import Special
from rag.ingest.attribution.subjects import after_with, main_subject, subject_before
from rag.ingest.attribution.tokens import QUOTE, TaggedToken, TokenSentence, final, span
from rag.ingest.attribution.verbs import CueVerb, verb_group

_SUBORDINATE = frozenset("when while after since as if although though because before once until whereas even".split())
# What stands before a participle whose subject is the sentence's: 'Poe smiled, saying', 'by saying'.
_BEFORE_PARTICIPLE = frozenset((QUOTE, *", — -- and by while when in after before without from for of about".split()))
_NOUN_BEFORE = frozenset("the a an his her their its our my your these those no any of".split())
_DASHES = ("--", "—", "–")


class Finder(Special):
    """Finds the statements of one article, sentence by sentence."""

    def __init__(self) -> None:
        super().__init__()
        self._speech: ReportedSpeech | None = None  # the last direct speech, while it may go on

    def read(self, sentence: TokenSentence) -> None:
        """Add the statements of the next sentence."""
        tokens, known = sentence.tokens, lexicon()
        before = len(self.drafts)
        if all(t.lower == QUOTE or not t.text[0].isalnum() for t in tokens):
            self._continue(sentence)
            return
        covered = 0  # tokens that are the content or cue of a statement already
        for i, token in enumerate(tokens):
            if i < covered:
                continue
            if token.lower == "according" and i + 1 < len(tokens) and tokens[i + 1].lower == "to":
                covered = self._according(tokens, i) or covered
            elif token.lower in known.unnamed:
                self._unnamed(tokens, i, known.unnamed[token.lower])
            elif token.text[0].islower() and (form := _form(tokens, i, known.verbs.get(token.lower, ()))):
                covered = self._verb(_cue_verb(tokens, i, form)) or covered
        made = self.drafts[before:]
        for draft in made:
            draft.spoken = any(t.lower == QUOTE and any(a <= t.start < b for a, b in draft.content) for t in tokens)
            draft.paragraph = sentence.paragraph
        spoken = [d for d in made if d.awaiting or d.spoken]
        spoken = spoken or [d for d in made[-1:] if d.entry and d.entry.kind == "saying"]
        self._speech = spoken[-1] if spoken else None

    def _continue(self, sentence: TokenSentence) -> None:
        """A sentence that is only quotations belongs to the speech before it."""
        quotes = [(t.start, t.end) for t in sentence.tokens if t.lower == QUOTE]
        speech = self._speech
        if not quotes or speech is None or sentence.paragraph - speech.paragraph > 1:
            self._speech = None
        elif speech.awaiting or speech.spoken:
            speech.content += quotes
            speech.awaiting = False
            speech.paragraph = sentence.paragraph
        else:
            self._speech = ReportedSpeech(quotes, None, None, like=speech, paragraph=sentence.paragraph, spoken=True)
            self.drafts.append(self._speech)

    def _verb(self, verb: CueVerb) -> int | None:
        """A statement around a verb; gives the token up to which the sentence is read."""
        tokens, i, cue, group = verb.tokens, verb.at, verb.cue, verb.group
        before = tokens[group.start - 1].lower if group.start else ""
        behind = tokens[verb.after].lower if verb.after < len(tokens) else ""
        if group.start == i and before == "as" and behind == "by":
            by = subject_after(tokens, verb.after + 1)
            return None if by is None else self._aside(verb, i - 1, by[1], by)
        if group.passive:
            return self._passive(verb)
        if not verb.form.gerund and group.start == i and cue.quotes and _inverts(verb):
            source = self._behind(verb)
            if source is not None:
                return self._postposed(verb, i, source, source[1])
        if verb.form.gerund and before == "as":
            return self._quoted(verb)
        if cue.word in ("quote", "cite") and any(t.lower == "saying" for t in tokens[verb.after : verb.after + 12]):
            return None  # read at 'saying'
        if group.infinitive:
            is_doubt = cue.word in ("verify", "confirm") and tokens[group.start - 2].lower in ("able", "unable")
            return self._unable(verb) if is_doubt else None
        if verb.form.gerund and not group.progressive:
            return self._participle(verb)
        subject = subject_before(tokens, group)
        if isinstance(subject, str):
            return self._shared(verb)
        if subject is None and i and tokens[i - 1].lower == QUOTE and final(tokens[i - 1]) == ",":
            subject = main_subject(tokens, i - 1)
        if subject is None or _is_noun(verb):
            return None
        return self._active(verb, subject)

    def _active(self, verb: CueVerb, subject: tuple[int, int]) -> int | None:
        """A statement of a subject before the verb: 'Poe said …', '…, Poe said', 'as Poe said, …'."""
        tokens, cue, left_end = verb.tokens, verb.cue, subject[0]
        if _reports_nothing(verb, subject):
            return None
        stop = closed(tokens, verb.hearer, cue)
        if stop is not None and left_end:
            if tokens[left_end - 1].lower == "as" and stop < len(tokens) and tokens[stop].text == ",":
                return self._aside(verb, left_end - 1, stop, subject)
            if cue.quotes and _follows_content(tokens, left_end) and not _opens_speech(tokens, left_end, stop):
                return self._postposed(verb, left_end, subject, stop)
        start = begins(tokens, verb.hearer, cue)
        if start is None:
            if tokens[-1].text == ":" and cue.quotes and cue.kind == "saying" and not verb.group.negated:
                # 'She said:', and the quotation stands in the next line
                self._add([], verb.span, span(tokens, *subject), verb).awaiting = True
                return None
            if cue.takes & {"noun", "clause"} and "that" in cue.takes:
                start = begins(tokens, verb.after, cue)
            if start is None:
                return None
        if self._inside(tokens[verb.at]) and not (cue.word in ("say", "tell") or _said_next(tokens, verb.at)):
            return None  # within what another says, only what is surely said
        limit = _subordinate_end(tokens, left_end, start)
        read = self._preposed(verb, start, span(tokens, *subject), limit=limit)
        if read is not None:
            self.drafts[-1].relative = tokens[subject[1] - 1].lower in ("who", "which", "that")
        return read

    def _participle(self, verb: CueVerb) -> int | None:
        tokens, k = verb.tokens, verb.group.start
        start = begins(tokens, verb.hearer, verb.cue)
        if start is None or _is_noun(verb):
            return None
        before = tokens[k - 1].lower if k else ","
        if before in _BEFORE_PARTICIPLE:
            like = self._in_sentence(tokens)
            if like is not None and not like.relative:
                return self._preposed(verb, start, None, like)
            subject = main_subject(tokens, k)
        else:
            subject = after_with(tokens, k)
            if subject is None and not _said_next(tokens, verb.after - 1):
                return None  # 'speeches criticising the plan'; not 'a letter saying that'
            subject = subject or subject_before(tokens, verb.group)
            subject = subject if isinstance(subject, tuple) else main_subject(tokens, k)
        return None if subject is None else self._preposed(verb, start, span(tokens, *subject))

    def _shared(self, verb: CueVerb) -> int | None:
        """'… and said': the subject of the verb before it."""
        tokens = verb.tokens
        start = begins(tokens, verb.hearer, verb.cue)
        if start is None:
            return None
        like = self._in_sentence(tokens)
        subject = None if like is not None else main_subject(tokens, verb.group.start)
        if like is None and subject is None:
            return None
        return self._preposed(verb, start, span(tokens, *subject) if subject else None, like)


def _form(tokens: list[TaggedToken], i: int, forms: tuple[Form, ...]) -> Form | None:
    """Which of the forms that begin with token `i` stands there whole."""
    behind = tuple(t.lower for t in tokens[i + 1 : i + 4])
    return next((form for form in forms if behind[: len(form.rest)] == form.rest), None)


def _cue_verb(tokens: list[TaggedToken], i: int, form: Form) -> CueVerb:
    after = i + 1 + len(form.rest)
    cue = form.cue
    has_hearer = ("hearer" in cue.takes and not form.gerund) or cue.word in ("tell", "remind", "inform", "assure")
    hearer = after_hearer(tokens, after) if has_hearer else after
    return CueVerb(tokens, i, form, verb_group(tokens, i), after, hearer)


def _inverts(verb: CueVerb) -> bool:
    """Whether a quotation or a comma stands right before the cue: “…,” said Poe; …, said Poe."""
    before = verb.tokens[verb.at - 1] if verb.at else None
    if before is None or before.lower == QUOTE:
        return before is not None
    return before.text in (",", "--", "—") and verb.at > 2 and "hearer" not in verb.cue.takes


def _reports_nothing(verb: CueVerb, subject: tuple[int, int]) -> bool:
    """Whether the verb tells nothing said: 'what he said', 'called off', 'a town called Ham'."""
    tokens, word = verb.tokens, verb.cue.word
    behind = tokens[verb.after].lower if verb.after < len(tokens) else ""
    if word == "call":
        is_noun = tokens[subject[0]].lower in ("a", "an") and subject[1] == verb.at
        return behind in ("off", "out", "up", "back", "in", "into", "") or is_noun
    if subject[0] and tokens[subject[0] - 1].lower == "what":
        return True
    return verb.group.negated and word in ("respond", "reply", "comment")


def _said_next(tokens: list[TaggedToken], i: int) -> bool:
    """Whether what follows token `i` can only be said: 'that', a quotation."""
    return i + 1 < len(tokens) and tokens[i + 1].lower in ("that", "how", "whether", QUOTE, ":")


def _subordinate_end(tokens: list[TaggedToken], left: int, start: int) -> int | None:
    """Where a clause that opens the sentence ends: 'When she announced a run in June, he …', at the comma."""
    if not any(token.lower in _SUBORDINATE for token in tokens[:left]):
        return None
    for k in range(start + 1, len(tokens) - 1):
        behind = tokens[k + 1]
        if tokens[k].text == "," and (behind.is_name or behind.kinds & {"pronouns", "determiners"}):
            return k
    return None


def _is_noun(verb: CueVerb) -> bool:
    """Whether 'claims', 'reports', 'calls' is a noun here: behind a determiner, a possessive or an adjective."""
    tokens, i = verb.tokens, verb.at
    if verb.group.start != i or i == 0:
        return False
    token, before = tokens[i], tokens[i - 1]
    if before.lower in _NOUN_BEFORE or before.text.endswith(("'s", "’s", "s'", "s’")):
        return True
    if i + 1 < len(tokens) and "finite" in tokens[i + 1].kinds and "nouns" in token.kinds:
        return True
    if not verb.cue.noun or token.lower.endswith("ed"):
        return False
    if verb.form.bare:
        return before.text != "," and ("determiners" in before.kinds or not before.lower.endswith("s"))
    is_subject = "pronouns" in before.kinds or before.is_name or before.text in (",", ")")
    return not is_subject and not _said_next(tokens, i)


def _opens_speech(tokens: list[TaggedToken], left_end: int, stop: int) -> bool:
    """Whether a whole quotation follows 'In May, she said,': what stands before is not hers."""
    if tokens[left_end - 1].lower == QUOTE:
        return False
    k = stop + 1 if stop < len(tokens) and tokens[stop].text in (",", ":") else stop
    return k < len(tokens) and tokens[k].lower == QUOTE and tokens[k].text.lstrip("“\"'‘«„` ")[:1].isupper()


def _follows_content(tokens: list[TaggedToken], k: int) -> bool:
    """Whether what stands before token `k` may be what is said: it ends with a quotation or a comma."""
    before = tokens[k - 1]
    return before.lower == QUOTE or (before.text in (",", *_DASHES) and k > 1)
