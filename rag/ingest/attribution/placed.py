"""Statements by where the content stands: behind the cue, before it, around it.

Knows tokens and drafts; the cue and its subject are given.
"""

from rag.ingest.attribution.checks import is_participle, past_dateline
from rag.ingest.attribution.content import closed, ends, is_end, is_title
from rag.ingest.attribution.draft import Draft, Drafts
from rag.ingest.attribution.inverted import subject_after
from rag.ingest.attribution.lexicon import Form
from rag.ingest.attribution.tokens import QUOTE, Sentence, Token, final, span
from rag.ingest.attribution.verbs import Group, finite
from rag.types import Span

_OVER = (".", ",", ";", "?", "!", "--", "—", "–", ")")


class Placed(Drafts):
    """Adds a draft for a cue whose subject is known."""

    def _preposed(
        self,
        sentence: Sentence,
        i: int,
        after: int,
        start: int,
        source: Span | None,
        form: Form,
        group: Group,
        like: "Draft | None" = None,
        limit: int | None = None,
    ) -> int | None:
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
                end = ends(tokens, start, lexicon)
                content = [span(tokens, start, end)]
        else:
            end = min(ends(tokens, start, lexicon), limit or len(tokens))
            while end > start and tokens[end - 1].text in (",", ".", ";"):
                end -= 1
            if end <= start or (
                end - start < 3 and form.cue.stance == "asserts" and all(t.lower != QUOTE for t in tokens[start:end])
            ):
                return None  # too little to be a statement: 'said so', 'repeated it'
            content = [span(tokens, start, end)]
        cue_end = i + 1 + len(form.rest)
        self._add(content, span(tokens, i, cue_end), source, form, group, like)
        return start + 1 if end > start + 2 else end

    def _postposed(
        self,
        sentence: Sentence,
        left_end: int,
        i: int,
        source: tuple[int, int],
        stop: int,
        form: Form,
        group: Group | None = None,
    ) -> int | None:
        tokens, lexicon = sentence.tokens, self.lexicon
        start = self._left_start(tokens, left_end)
        if left_end > 1 and tokens[left_end - 1].lower == QUOTE and tokens[left_end - 2].text == ":":
            start = left_end - 1
        end = left_end
        while end > start and tokens[end - 1].text in (",", "--", "—", "–", "-"):
            end -= 1
        while start < end and tokens[start].text in (",", ";", "—", "--", "–"):
            start += 1
        start = past_dateline(tokens, start, end)
        if end <= start:
            return None
        content = [span(tokens, start, end)]
        said = any(
            finite(t, lexicon) or t.lower == QUOTE or (t.lower.endswith("s") and t.text[0].islower())
            for t in tokens[start:end]
        )
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
                    stop_at = ends(tokens, k, lexicon)
                    content[-1] = (content[-1][0], tokens[stop_at - 1].end)
                    m = stop_at
                read = m
            elif tokens[stop].text == "," and self._resumes(tokens, k):
                stop_at = ends(tokens, k, lexicon)
                content.append(span(tokens, k, stop_at))
                read = stop_at
        if not said and len(content) == 1:
            return None  # a time or a place, not a clause: 'In Ham, he told reporters.'
        self._add(content, span(tokens, i, i + 1 + len(form.rest)), span(tokens, *source), form, group)
        self.drafts[-1].postposed = True
        self.drafts[-1].end = max(self.drafts[-1].end, tokens[min(read, len(tokens)) - 1].end)
        return max(read, i + 1)

    def _resumes(self, tokens: list[Token], k: int) -> bool:
        """Whether what is said goes on behind the comma: not with a participle or a relative."""
        low = tokens[k].lower
        if is_participle(tokens[k]) or low in ("who", "which", "according", "speaking", "citing", "whose"):
            return False
        return low not in ("and", "but", "while", "as", "when", "after", "before", "though") or not any(
            t.lower in self.lexicon.verbs and t.lower not in self.lexicon.nouns for t in tokens[k : k + 9]
        )

    def _aside(
        self, tokens: list[Token], start: int, stop: int, cue: tuple[int, int], source: Span, form: Form, group: Group
    ) -> int | None:
        """'As Poe reported, …' and '…, as reported by Poe, …': what stands around it is said."""
        content: list[Span] = []
        if start > 1 and tokens[start - 1].text == ",":
            content.append(span(tokens, self._left_start(tokens, start - 1), start - 1))
        elif start:
            return None
        if stop + 1 < len(tokens) and not is_end(tokens, stop):
            content.append(span(tokens, stop + 1, ends(tokens, stop + 1, self.lexicon)))
        if not content:
            return None
        self._add(content, span(tokens, *cue), source, form, group)
        return len(tokens)

    def _inverts(self, tokens: list[Token], i: int, form: Form) -> bool:
        """Whether a quotation or a comma stands right before the cue: “…,” said Poe; …, said Poe."""
        if i == 0:
            return False
        if tokens[i - 1].lower == QUOTE:
            return True
        return tokens[i - 1].text in (",", "--", "—") and i > 2 and "hearer" not in form.cue.takes

    def _behind(self, tokens: list[Token], i: int, after: int) -> tuple[int, int] | None:
        """The subject behind an inverted cue, unless it is that of what is said: 'Poe, the mayor, said police left'."""
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
        relative = next((k for k in range(a, comma) if tokens[k].lower in ("who", "whose", "which", "that")), comma)
        if not over or any(finite(t, self.lexicon) for t in tokens[a:relative]):
            return None
        if not any(
            finite(t, self.lexicon)
            or t.lower in self.lexicon.verbs
            or (t.lower == QUOTE and not (k and is_title(tokens, k)))
            for k, t in enumerate(tokens[:i])
        ):
            # Without a verb before it, what stands there is a subject with its apposition, unless its verb comes now.
            rest = tokens[b + 1] if b + 1 < len(tokens) and tokens[b].text == "," else None
            return source if rest is not None and (finite(rest, self.lexicon) or rest.lower == QUOTE) else None
        return source
