"""Cues of a form of their own: according to, passives, 'quoted as saying', 'not able to verify', reportedly.

Knows tokens and statements under way.
"""

from rag.ingest.attribution.content import begins, ends, is_end
from rag.ingest.attribution.inverted import subject_after
from rag.ingest.attribution.lexicon import Cue
from rag.ingest.attribution.placed import Placed
from rag.ingest.attribution.subjects import main_subject, subject_before
from rag.ingest.attribution.tokens import TaggedToken, span
from rag.ingest.attribution.verbs import CueVerb, verb_group

_QUOTING = ("quoted", "quotes", "cited", "quoting", "citing", "quote")


class Special(Placed):
    """Adds statements for cues that are no plain verb with its subject."""

    def _according(self, tokens: list[TaggedToken], i: int) -> int | None:
        source = subject_after(tokens, i + 2)
        if source is None:
            return None
        if i < 2:
            source = _first_phrase(tokens, source)
        cue, rest = span(tokens, i, i + 2), source[1]
        is_apart = rest < len(tokens) and tokens[rest].text == ","
        if i == 0 or (tokens[i - 1].text == "," and i == 1):
            start = rest + is_apart
            if is_end(tokens, start):
                return None
            end = ends(tokens, start)
            self._add([span(tokens, start, end)], cue, span(tokens, *source))
            return end
        start = self._left_start(tokens, i)
        end = i - 1 if tokens[i - 1].text == "," else i
        if end <= start:
            return None
        content = [span(tokens, start, end)]
        if is_apart and rest + 1 < len(tokens) and not tokens[rest + 1].lower.endswith("ing"):
            content.append(span(tokens, rest + 1, ends(tokens, rest + 1)))
            rest = len(tokens)
        self._add(content, cue, span(tokens, *source))
        return rest

    def _passive(self, verb: CueVerb) -> int | None:
        """'was criticised by Poe for …', 'was told by Poe that …'; without 'by' nobody is named."""
        tokens, i = verb.tokens, verb.at
        by = next((k for k in range(i + 1, min(len(tokens), i + 4)) if tokens[k].lower == "by"), None)
        subject = subject_before(tokens, verb.group)
        if subject is None or isinstance(subject, str):
            return None
        if by is None:
            # 'It is said that …', 'ships are believed to have left': nobody is named.
            behind = tokens[i + 1].lower if i + 1 < len(tokens) else ""
            is_to = behind == "to" and "clause" in verb.cue.takes and "hearer" not in verb.cue.takes
            if is_to or (behind == "that" and tokens[subject[0]].lower == "it"):
                before = [span(tokens, *subject)] if is_to else []
                self._add([*before, span(tokens, i + 1, ends(tokens, i + 1))], verb.span, None, verb)
            return None
        source = subject_after(tokens, by + 1)
        if source is None:
            return None
        content, end = [span(tokens, *subject)], source[1]
        if not is_end(tokens, end) and tokens[end].text != ",":
            end = ends(tokens, source[1])
            content.append(span(tokens, source[1], end))
        self._add(content, verb.span, span(tokens, *source), verb)
        return end

    def _quoted(self, verb: CueVerb) -> int | None:
        """'quoted the agency as saying that …': the agency's, relayed by the subject; 'was quoted as saying'."""
        tokens, before = verb.tokens, verb.group.start
        start = begins(tokens, verb.hearer, verb.cue)
        quoting = (k for k in range(before - 2, max(-1, before - 15), -1) if tokens[k].lower in _QUOTING)
        at = next(quoting, None)
        if start is None or at is None:
            return None
        outer = verb_group(tokens, at)
        relay = subject_before(tokens, outer)
        relay = relay if isinstance(relay, tuple) else main_subject(tokens, outer.start)
        if at == before - 2:
            return None if relay is None else self._preposed(verb, start, span(tokens, *relay))
        read = self._preposed(verb, start, span(tokens, at + 1, before - 1))
        if read is not None and relay is not None:
            self.drafts[-1].via = span(tokens, *relay)
        return read

    def _unable(self, verb: CueVerb) -> int | None:
        """A doubt of the subject's own: 'The paper was not able to verify the claims'."""
        subject = main_subject(verb.tokens, verb.group.start - 2)
        if subject is None or verb.after >= len(verb.tokens):
            return None
        read = self._preposed(verb, verb.after, span(verb.tokens, *subject))
        if read is not None:
            self.drafts[-1].negated = True
        return read

    def _unnamed(self, tokens: list[TaggedToken], i: int, cue: Cue) -> None:
        """'It reportedly sold ships': whoever says it is not named."""
        start = self._left_start(tokens, i)
        end = len(tokens) - (tokens[-1].text in (".", "?", "!"))
        content = [span(tokens, a, b) for a, b in ((start, i), (i + 1, end)) if b > a]
        if content and not self._inside(tokens[i]):
            self._add(content, (tokens[i].start, tokens[i].end), None).entry = cue


def _first_phrase(tokens: list[TaggedToken], source: tuple[int, int]) -> tuple[int, int]:
    """'According to Poe, mayor of Ham, ships left' names Poe with his role; '… the source, ships left' the source."""
    a, b = source
    comma = next((k for k in range(a, b) if tokens[k].text == ","), b)
    is_closed = b < len(tokens) and tokens[b].text == ","
    is_described = comma < b and is_closed and tokens[comma + 1].lower in ("a", "an", "the", "who", "one")
    return source if is_described else (a, comma)
