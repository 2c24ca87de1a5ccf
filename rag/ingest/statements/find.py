"""Cues, sources and contents of an article's statements, as drafts without speakers.

A sentence is read from left to right, cue by cue; quotations without a cue go to the speech that they continue.
Knows how English reports speech; nothing of who a pronoun stands for.
"""

from dataclasses import dataclass, field

from rag.ingest.statements.content import after_hearer, begins, closed, ends, is_end, is_title
from rag.ingest.statements.lexicon import Cue, Form, Lexicon
from rag.ingest.statements.phrases import (
    Group,
    after_with,
    finite,
    is_name,
    main_subject,
    subject_after,
    subject_before,
    verb_group,
)
from rag.ingest.statements.tokens import QUOTE, Sentence, Token, final, span
from rag.types import Span

_SUBORDINATE = frozenset("when while after since as if although though because before once until whereas even".split())
_OVER = (".", ",", ";", "?", "!", "--", "—", "–", ")")


@dataclass(slots=True)
class Draft:
    """A statement while it is being found. `source` None: that of `like`, or only the layout tells."""

    content: list[Span]
    cue: Span | None
    source: Span | None
    entry: Cue | None = None
    negated: bool = False
    like: "Draft | None" = None
    paragraph: int = 0
    sentence: int = 0
    via: Span | None = None
    relayed_by: "Draft | None" = None
    name: str | None = None
    end: int = 0
    passive: bool = False
    postposed: bool = False
    relative: bool = False
    awaiting: bool = field(default=False)


class Finder:
    """Finds the drafts of one article, sentence by sentence."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.drafts: list[Draft] = []
        self._speech: Draft | None = None  # the last direct speech, while it may go on
        self._count = 0

    def read(self, sentence: Sentence) -> None:
        """Add the drafts of the next sentence."""
        tokens = sentence.tokens
        before = len(self.drafts)
        self._count += 1
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
            draft.paragraph, draft.sentence = sentence.paragraph, self._count
        spoken = [d for d in made if d.awaiting or self._direct_end(d, tokens)]
        self._speech = spoken[-1] if spoken else (made[-1] if made and made[-1].entry and made[-1].entry.kind == "saying" else None)

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
        if speech.awaiting or self._is_open(speech, sentence):
            speech.content += quotes
            speech.awaiting = False
            speech.paragraph = sentence.paragraph
        else:
            draft = Draft(quotes, None, None, like=speech, paragraph=sentence.paragraph, sentence=self._count)
            self.drafts.append(draft)
            self._speech = draft

    def _is_open(self, speech: Draft, sentence: Sentence) -> bool:
        return True

    def _according(self, sentence: Sentence, i: int) -> int | None:
        tokens = sentence.tokens
        source = subject_after(tokens, i + 2, self.lexicon)
        if source is None:
            return None
        if i < 2:
            source = _first_phrase(tokens, source)
        cue = span(tokens, i, i + 2)
        if i == 0 or (tokens[i - 1].text == "," and i == 1):
            start = source[1] + (source[1] < len(tokens) and tokens[source[1]].text == ",")
            if is_end(tokens, start):
                return None
            end = ends(tokens, start, i, self.lexicon)
            self._add([span(tokens, start, end)], cue, span(tokens, *source))
            return end
        start = self._left_start(tokens, i)
        end = i - 1 if tokens[i - 1].text == "," else i
        if end <= start:
            return None
        content = [span(tokens, start, end)]
        rest = source[1]
        if rest < len(tokens) and tokens[rest].text == "," and rest + 1 < len(tokens) and not _participle(tokens[rest + 1]):
            content.append(span(tokens, rest + 1, ends(tokens, rest + 1, i, self.lexicon)))
            rest = len(tokens)
        self._add(content, cue, span(tokens, *source))
        return rest

    def _left_start(self, tokens: list[Token], i: int) -> int:
        """Where the content before token `i` begins: behind what the sentence's last statement holds."""
        if not self.drafts:
            return 0
        first = tokens[0].start
        last = max((d.end for d in self.drafts[-6:] if d.postposed and d.end > first), default=0)
        return next((k for k in range(i) if tokens[k].start >= last), i)

    def _verb(self, sentence: Sentence, i: int, form: Form, covered: int) -> int | None:
        """A statement around the verb at token `i`; gives the token up to which the sentence is read."""
        tokens, lexicon = sentence.tokens, self.lexicon
        cue = form.cue
        after = i + 1 + len(form.rest)
        group = verb_group(tokens, i, lexicon)
        if group.start == i and i and tokens[i - 1].lower == "as" and after < len(tokens) and tokens[after].lower == "by":
            by = subject_after(tokens, after + 1, lexicon)
            return None if by is None else self._aside(tokens, i - 1, by[1], (i, after + 1), span(tokens, *by), form, group)
        if group.passive:
            return self._passive(sentence, i, form, group)
        hearer = after_hearer(tokens, after, lexicon) if "hearer" in cue.takes and not form.gerund or cue.word in ("tell", "remind", "inform", "assure") else after

        if not form.gerund and group.start == i and cue.quotes and self._inverts(tokens, i, form):
            source = self._behind(tokens, i, after)
            if source is not None:
                return self._postposed(sentence, i, i, source, source[1], form)

        if form.gerund and group.start and tokens[group.start - 1].lower == "as":
            return self._quoted(sentence, i, after, hearer, form, group)
        if cue.word in ("quote", "cite") and any(t.lower == "saying" for t in tokens[after : after + 12]):
            return None  # told at 'saying'
        if group.infinitive and cue.word in ("verify", "confirm") and tokens[group.start - 2].lower in ("able", "unable"):
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
        if subject is None:
            return None
        if self._noun_reading(tokens, i, form, group):
            return None
        stop = closed(tokens, hearer, lexicon, cue)
        left_end = subject[0]
        if left_end and tokens[left_end - 1].lower == "what" and cue.word != "call":
            return None
        if group.negated and cue.word in ("respond", "reply", "comment"):
            return None
        if cue.word == "call" and after < len(tokens) and tokens[after].lower in ("off", "out", "up", "back", "in", "into"):
            return None
        if cue.word == "write" and after < len(tokens) and tokens[after].lower in ("a", "an", "his", "her", "the", "their") and not any(finite(t, lexicon) for t in tokens[after : after + 8]):
            return None  # 'wrote a book'
        if cue.word == "call" and not _named_so(tokens, after, cue):
            return None
        if cue.word == "call" and group.start == i and tokens[subject[0]].lower in ("a", "an") and subject[1] == i:
            return None  # 'a town called Ham'
        if stop is not None and left_end and tokens[left_end - 1].lower == "as" and stop < len(tokens) and tokens[stop].text == ",":
            return self._aside(tokens, left_end - 1, stop, (i, after), span(tokens, *subject), form, group)
        if stop is not None and cue.quotes and self._follows_content(tokens, left_end) and not self._opens_speech(tokens, left_end, stop):
            return self._postposed(sentence, left_end, i, subject, stop, form, group)
        start = begins(tokens, hearer, cue, lexicon)
        if start is None and hearer != after:
            start = begins(tokens, after, cue, lexicon) if {"noun", "clause"} & cue.takes and "that" in cue.takes else None
        if start is None:
            return None
        if self._inside(tokens[i]) and not (cue.word in ("say", "tell") or _said_next(tokens, i)):
            return None  # within what another says, only what is surely said
        relative = tokens[subject[1] - 1].lower in ("who", "which", "that")
        limit = _subordinate_end(tokens, left_end, start, lexicon)
        read = self._preposed(sentence, i, after, start, span(tokens, *subject), form, group, limit=limit)
        if read is not None:
            self.drafts[-1].relative = relative
        return read

    def _inverts(self, tokens: list[Token], i: int, form: Form) -> bool:
        """Whether a quotation or a comma stands right before the cue: “…,” said Poe; …, said Poe."""
        if i == 0:
            return False
        if tokens[i - 1].lower == QUOTE:
            return True
        return tokens[i - 1].text in (",", "--", "—") and i > 2 and "hearer" not in form.cue.takes

    def _behind(self, tokens: list[Token], i: int, after: int) -> tuple[int, int] | None:
        """The subject behind an inverted cue, unless it is the subject of what is said: 'Poe, the mayor, said police left'."""
        source = subject_after(tokens, after, self.lexicon)
        if source is None:
            return None
        a, b = source
        if tokens[i - 1].lower == QUOTE and not (i > 1 and is_title(tokens, i - 1)):
            stop = closed(tokens, b, self.lexicon)
            return source if stop is not None or not finite(tokens[b], self.lexicon) else None
        comma = next((k for k in range(a, b) if tokens[k].text == ","), b)
        stop = closed(tokens, b, self.lexicon)
        over = stop is not None and (stop >= len(tokens) or tokens[stop].lower != QUOTE or tokens[stop - 1].text == ",")
        if tokens[a].lower in self.lexicon.words.pronouns:
            return None
        relative = next((k for k in range(a, comma) if tokens[k].lower in ("who", "whose", "which", "that")), comma)
        if not over or any(finite(t, self.lexicon) for t in tokens[a:relative]):
            return None
        if not any(finite(t, self.lexicon) or t.lower in self.lexicon.verbs or (t.lower == QUOTE and not (k and is_title(tokens, k))) for k, t in enumerate(tokens[:i])):
            # Without a verb before it, what stands there is a subject with its apposition, unless its verb comes now.
            rest = tokens[b + 1] if b + 1 < len(tokens) and tokens[b].text == "," else None
            return source if rest is not None and (finite(rest, self.lexicon) or rest.lower == QUOTE) else None
        return source

    def _follows_content(self, tokens: list[Token], k: int) -> bool:
        """Whether what stands before token `k` may be what is said: it ends with a quotation or a comma."""
        if k <= 0:
            return False
        before = tokens[k - 1]
        if before.lower == QUOTE:
            return True
        return before.text in (",", "--", "—", "–") and k > 1

    def _aside(self, tokens: list[Token], start: int, stop: int, cue: tuple[int, int], source: Span, form: Form, group: Group) -> int | None:
        """'As Poe reported, …' and '…, as reported by Poe, …': what stands around it is said."""
        content: list[Span] = []
        if start > 1 and tokens[start - 1].text == ",":
            content.append(span(tokens, self._left_start(tokens, start - 1), start - 1))
        elif start:
            return None
        if stop + 1 < len(tokens) and not is_end(tokens, stop):
            content.append(span(tokens, stop + 1, ends(tokens, stop + 1, cue[0], self.lexicon)))
        if not content:
            return None
        self._add(content, span(tokens, *cue), source, form, group)
        return len(tokens)

    def _opens_speech(self, tokens: list[Token], left_end: int, stop: int) -> bool:
        """Whether a whole quotation follows 'In May, she said,': what stands before is not hers."""
        if tokens[left_end - 1].lower == QUOTE:
            return False
        k = stop + 1 if stop < len(tokens) and tokens[stop].text in (",", ":") else stop
        return k < len(tokens) and tokens[k].lower == QUOTE and tokens[k].text.lstrip("“\"'‘«„` ")[:1].isupper()

    def _noun_reading(self, tokens: list[Token], i: int, form: Form, group: Group) -> bool:
        """Whether 'claims', 'reports', 'calls' is a noun here: behind a determiner, a possessive or an adjective."""
        if group.start != i or i == 0:
            return False
        low = tokens[i].lower
        before = tokens[i - 1]
        words = self.lexicon.words
        if before.text.endswith(("'s", "’s", "s'", "s’")):
            return True
        if i + 1 < len(tokens) and finite(tokens[i + 1], self.lexicon) and low in self.lexicon.nouns:
            return True
        if form.cue.noun and not low.endswith("ed") and not _said_next(tokens, i):
            if not form.bare and not (before.lower in words.pronouns or before.lower in words.relatives or is_name(before) or before.text in (",", ")")):
                return True
        if form.bare and form.cue.noun and not group.infinitive:
            return not (before.lower in ("i", "we", "you", "they", "who", "that", "which", "people", "police", "some", "many", "most", "others", "both", "few") or before.lower.endswith("s") and before.lower not in words.determiners or before.text == "," or _several(tokens, i))
        if before.lower in ("the", "a", "an", "his", "her", "their", "its", "our", "my", "your", "these", "those", "no", "any", "of"):
            return True
        return low in self.lexicon.nouns and (before.lower.endswith("ing") or before.lower in words.prepositions)

    def _postposed(self, sentence: Sentence, left_end: int, i: int, source: tuple[int, int], stop: int, form: Form, group: Group | None = None) -> int | None:
        tokens, lexicon = sentence.tokens, self.lexicon
        start = self._left_start(tokens, left_end)
        if left_end > 1 and tokens[left_end - 1].lower == QUOTE and tokens[left_end - 2].text == ":":
            start = left_end - 1
        end = left_end
        while end > start and tokens[end - 1].text in (",", "--", "—", "–", "-"):
            end -= 1
        while start < end and tokens[start].text in (",", ";", "—", "--", "–"):
            start += 1
        start = _past_dateline(tokens, start, end)
        if end <= start:
            return None
        content = [span(tokens, start, end)]
        said = any(finite(t, lexicon) or t.lower == QUOTE or t.lower.endswith("s") and t.text[0].islower() for t in tokens[start:end])
        read = stop
        k = stop
        if k < len(tokens) and tokens[k].text in (",", "--", "—", "–", ":"):
            k += 1
        if k < len(tokens) and not is_end(tokens, k):
            token = tokens[k]
            if token.lower == QUOTE:
                m = k
                while m < len(tokens) and tokens[m].lower == QUOTE:
                    content.append((tokens[m].start, tokens[m].end))
                    m += 1
                if not is_end(tokens, m) and tokens[m].text not in (",", "and") and final(tokens[m - 1]) not in ".?!":
                    stop_at = ends(tokens, k, i, lexicon)
                    content[-1] = (content[-1][0], tokens[stop_at - 1].end)
                    m = stop_at
                read = m
            elif tokens[stop].text == "," and self._resumes(tokens, k):
                stop_at = ends(tokens, k, i, lexicon)
                content.append(span(tokens, k, stop_at))
                read = stop_at
        if not said and len(content) == 1:
            return None  # a time or a place, not a clause: 'In Ham, he told reporters.'
        self._add(content, span(tokens, i, i + 1 + len(form.rest)), span(tokens, *source), form, group)
        self.drafts[-1].postposed = True
        self.drafts[-1].end = max(self.drafts[-1].end, tokens[min(read, len(tokens)) - 1].end)
        return max(read, i + 1)

    def _resumes(self, tokens: list[Token], k: int) -> bool:
        """Whether what is said goes on behind the comma: not with a participle, a relative, another clause's subject."""
        low = tokens[k].lower
        if _participle(tokens[k]) or low in ("who", "which", "according", "speaking", "citing", "whose"):
            return False
        if low in ("and", "but", "while", "as", "when", "after", "before", "though") and any(
            t.lower in self.lexicon.verbs and t.lower not in self.lexicon.nouns for t in tokens[k : k + 9]
        ):
            return False
        return True

    def _preposed(self, sentence: Sentence, i: int, after: int, start: int, source: Span | None, form: Form, group: Group, like: "Draft | None" = None, limit: int | None = None) -> int | None:
        tokens, lexicon = sentence.tokens, self.lexicon
        content: list[Span] = []
        if tokens[start].lower == QUOTE:
            m = start
            while m < len(tokens) and tokens[m].lower == QUOTE:
                m += 1
            if is_end(tokens, m) or final(tokens[m - 1]) in ".?!," or tokens[m].text == ",":
                content = [(tokens[k].start, tokens[k].end) for k in range(start, m)]
                end = m
            else:
                end = ends(tokens, start, i, lexicon)
                content = [span(tokens, start, end)]
        else:
            end = min(ends(tokens, start, i, lexicon), limit or len(tokens))
            while end > start and tokens[end - 1].text in (",", ".", ";"):
                end -= 1
            if end <= start or (end - start < 3 and form.cue.stance == "asserts" and all(t.lower != QUOTE for t in tokens[start:end])):
                return None  # too little to be a statement: 'said so', 'repeated it'
            content = [span(tokens, start, end)]
        cue_end = i + 1 + len(form.rest)
        if start > cue_end and tokens[cue_end].lower in form.cue.prepositions:
            cue_end += 1
        self._add(content, span(tokens, i, cue_end), source, form, group, like)
        return start + 1 if end > start + 2 else end

    def _participle(self, sentence: Sentence, i: int, after: int, hearer: int, form: Form, group: Group) -> int | None:
        tokens, lexicon = sentence.tokens, self.lexicon
        if group.infinitive or self._noun_reading(tokens, i, form, group):
            return None
        start = begins(tokens, hearer, form.cue, lexicon)
        if start is None:
            return None
        k = group.start
        before = tokens[k - 1] if k else None
        if before is None or before.text in (",", "—", "--") or before.lower == QUOTE or before.lower in ("and", "by", "while", "when", "in", "after", "before", "without", "from", "for", "of", "about"):
            if before is not None and before.lower in ("without", "from", "when", "after", "before", "of", "about"):
                return None
            like = self._in_sentence(tokens)
            if like is not None and not like.relative:
                return self._preposed(sentence, i, after, start, None, form, group, like)
            subject = main_subject(tokens, k, lexicon) if before is not None else _next_subject(tokens, i)
            return None if subject is None else self._preposed(sentence, i, after, start, span(tokens, *subject), form, group)
        if not _said_next(tokens, after - 1) and after_with(tokens, k, lexicon) is None:
            return None  # 'speeches criticising the plan'; not 'a letter saying that'
        subject = after_with(tokens, k, lexicon) or subject_before(tokens, group, lexicon)
        if subject is None or isinstance(subject, str):
            subject = main_subject(tokens, k, lexicon)
        if subject is None:
            return None
        return self._preposed(sentence, i, after, start, span(tokens, *subject), form, group)

    def _quoted(self, sentence: Sentence, i: int, after: int, hearer: int, form: Form, group: Group) -> int | None:
        """'quoted the agency as saying that …': the agency's, relayed by the subject; 'was quoted as saying'."""
        tokens, lexicon = sentence.tokens, self.lexicon
        start = begins(tokens, hearer, form.cue, lexicon)
        verb = next((k for k in range(group.start - 2, max(-1, group.start - 15), -1) if tokens[k].lower in ("quoted", "quotes", "cited", "quoting", "citing", "quote")), None)
        if start is None or verb is None:
            return None
        outer = verb_group(tokens, verb, lexicon)
        relay = subject_before(tokens, outer, lexicon)
        relay = relay if isinstance(relay, tuple) else main_subject(tokens, outer.start, lexicon)
        if verb == group.start - 2:
            return None if relay is None else self._preposed(sentence, i, after, start, span(tokens, *relay), form, group)
        read = self._preposed(sentence, i, after, start, span(tokens, verb + 1, group.start - 1), form, group)
        if read is not None and relay is not None:
            self.drafts[-1].via = span(tokens, *relay)
        return read

    def _unable(self, sentence: Sentence, i: int, after: int, form: Form, group: Group) -> int | None:
        """'The paper was not able to verify the claims.'"""
        tokens = sentence.tokens
        subject = main_subject(tokens, group.start - 2, self.lexicon)
        if subject is None or after >= len(tokens):
            return None
        read = self._preposed(sentence, i, after, after, span(tokens, *subject), form, group)
        if read is not None:
            self.drafts[-1].negated = True
        return read

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

    def _inside(self, token: Token) -> bool:
        """Whether a token lies in what another statement holds."""
        return any(a <= token.start < b for d in self.drafts[-4:] for a, b in d.content)

    def _unnamed(self, tokens: list[Token], i: int, cue: Cue) -> None:
        """'It reportedly sold ships': whoever says it is not named."""
        start = self._left_start(tokens, i)
        end = len(tokens) - (tokens[-1].text in (".", "?", "!"))
        content = [span(tokens, a, b) for a, b in ((start, i), (i + 1, end)) if b > a]
        if content and not self._inside(tokens[i]):
            self._add(content, (tokens[i].start, tokens[i].end), None)
            self.drafts[-1].entry = cue

    def _in_sentence(self, tokens: list[Token]) -> Draft | None:
        """The last statement of this very sentence that has a source."""
        first = tokens[0].start
        for draft in reversed(self.drafts):
            if draft.cue is None or draft.cue[0] < first:
                return None
            if draft.source is not None or draft.like is not None:
                return draft
        return None

    def _passive(self, sentence: Sentence, i: int, form: Form, group: Group) -> int | None:
        """'was criticised by Poe for …', 'was told by Poe that …'; without 'by' nobody is named."""
        tokens, lexicon = sentence.tokens, self.lexicon
        if form.bare or form.gerund:
            return None
        by = next((k for k in range(i + 1, min(len(tokens), i + 4)) if tokens[k].lower == "by"), None)
        subject = subject_before(tokens, group, lexicon)
        behind = tokens[i + 1].lower if i + 1 < len(tokens) else ""
        if by is None:
            # 'It is said that …', 'ships are believed to have left': nobody is named.
            if behind == "that" and isinstance(subject, tuple) and tokens[subject[0]].lower == "it":
                self._add([span(tokens, i + 1, ends(tokens, i + 1, i, lexicon))], (tokens[i].start, tokens[i].end), None, form, group)
            elif behind == "to" and isinstance(subject, tuple) and "clause" in form.cue.takes and "hearer" not in form.cue.takes:
                content = [span(tokens, *subject), span(tokens, i + 1, ends(tokens, i + 1, i, lexicon))]
                self._add(content, (tokens[i].start, tokens[i].end), None, form, group)
            return None
        source = subject_after(tokens, by + 1, lexicon)
        if source is None or subject is None or isinstance(subject, str):
            return None
        content = [span(tokens, *subject)]
        rest = source[1]
        end = rest
        if not is_end(tokens, rest) and tokens[rest].text != ",":
            end = ends(tokens, rest, i, lexicon)
            content.append(span(tokens, rest, end))
        self._add(content, span(tokens, i, i + 1), span(tokens, *source), form, group)
        return end

    def _add(self, content: list[Span], cue: Span, source: Span | None, form: Form | None = None, group: Group | None = None, like: Draft | None = None) -> None:
        end = max([cue[1], *(b for _, b in content), source[1] if source else 0])
        self.drafts.append(
            Draft(content, cue, source, form.cue if form else None, group.negated if group else False, like, end=end, passive=bool(group and group.passive))
        )


def _said_next(tokens: list[Token], i: int) -> bool:
    """Whether what follows token `i` can only be said: 'that', a quotation."""
    return i + 1 < len(tokens) and tokens[i + 1].lower in ("that", "how", "whether", QUOTE, ":")


def _subordinate_end(tokens: list[Token], left: int, start: int, lexicon: Lexicon) -> int | None:
    """Where a clause that opens the sentence ends: 'When she announced a run in June, he …', at the comma."""
    opening = next((k for k in range(left) if tokens[k].lower in _SUBORDINATE), None)
    if opening is None or opening > 2 or any(t.text == "," for t in tokens[opening:left]):
        return None
    for k in range(start + 1, len(tokens) - 1):
        behind = tokens[k + 1]
        if tokens[k].text == "," and (is_name(behind) or behind.lower in lexicon.words.pronouns or behind.lower in lexicon.words.determiners):
            return k
    return None


def _past_dateline(tokens: list[Token], start: int, end: int) -> int:
    """Behind 'HAM, Ohio (AP) -' at a sentence's start."""
    if start == 0 and len(tokens[0].text) > 2 and tokens[0].text.isupper():
        for k in range(1, min(end, 12)):
            if tokens[k].text in ("-", "--", "—", "–"):
                return k + 1
    return start


def _first_phrase(tokens: list[Token], source: tuple[int, int]) -> tuple[int, int]:
    """'According to Poe, mayor of Ham, ships left' names Poe to the second comma; '… the source, ships left' to the first."""
    a, b = source
    comma = next((k for k in range(a, b) if tokens[k].text == ","), None)
    if comma is None:
        return source
    described = b < len(tokens) and tokens[b].text == "," and tokens[comma + 1].lower in ("a", "an", "the", "who", "one")
    return source if described else (a, comma)


def _named_so(tokens: list[Token], after: int, cue: Cue) -> bool:
    """Whether 'called' means named, 'called it a joke', 'called for', not telephoned or summoned."""
    behind = tokens[after : after + 9]
    return bool(behind) and (behind[0].lower in cue.prepositions or any(t.lower in (QUOTE, "a", "an", "the", "it", "him", "her", "them") for t in behind))


def _several(tokens: list[Token], i: int) -> bool:
    """Whether the words before token `i` hold an 'and': 'South Korea and the US say'."""
    return any(t.lower == "and" for t in tokens[max(0, i - 6) : i])


def _participle(token: Token) -> bool:
    return token.lower.endswith("ing") and token.text[0].islower() and token.lower not in ("during", "nothing", "something", "everything", "anything", "including")


def _next_subject(tokens: list[Token], i: int) -> tuple[int, int] | None:
    """'Saying that it was late, Poe left': the first name behind the next comma."""
    for k in range(i + 1, len(tokens) - 1):
        if tokens[k].text == "," and (is_name(tokens[k + 1]) or tokens[k + 1].lower in ("he", "she", "they", "the")):
            end = k + 2
            while end < len(tokens) and is_name(tokens[end]):
                end += 1
            return k + 1, end
    return None
