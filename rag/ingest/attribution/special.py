"""Cues of a form of their own: according to, passives, 'quoted as saying', 'not able to verify', reportedly.

Knows tokens and drafts.
"""

from rag.ingest.attribution.checks import first_phrase, is_participle
from rag.ingest.attribution.content import begins, ends, is_end
from rag.ingest.attribution.inverted import subject_after
from rag.ingest.attribution.lexicon import Cue, Form
from rag.ingest.attribution.placed import Placed
from rag.ingest.attribution.subjects import main_subject, subject_before
from rag.ingest.attribution.tokens import Sentence, Token, span
from rag.ingest.attribution.verbs import Group, verb_group


class Special(Placed):
    """Adds drafts for cues that are no plain verb with its subject."""

    def _according(self, sentence: Sentence, i: int) -> int | None:
        tokens = sentence.tokens
        source = subject_after(tokens, i + 2, self.lexicon)
        if source is None:
            return None
        if i < 2:
            source = first_phrase(tokens, source)
        cue = span(tokens, i, i + 2)
        if i == 0 or (tokens[i - 1].text == "," and i == 1):
            start = source[1] + (source[1] < len(tokens) and tokens[source[1]].text == ",")
            if is_end(tokens, start):
                return None
            end = ends(tokens, start, self.lexicon)
            self._add([span(tokens, start, end)], cue, span(tokens, *source))
            return end
        start = self._left_start(tokens, i)
        end = i - 1 if tokens[i - 1].text == "," else i
        if end <= start:
            return None
        content = [span(tokens, start, end)]
        rest = source[1]
        if (
            rest < len(tokens)
            and tokens[rest].text == ","
            and rest + 1 < len(tokens)
            and not is_participle(tokens[rest + 1])
        ):
            content.append(span(tokens, rest + 1, ends(tokens, rest + 1, self.lexicon)))
            rest = len(tokens)
        self._add(content, cue, span(tokens, *source))
        return rest

    def _passive(self, sentence: Sentence, i: int, form: Form, group: Group) -> int | None:
        """'was criticised by Poe for …', 'was told by Poe that …'; without 'by' nobody is named."""
        tokens, lexicon = sentence.tokens, self.lexicon
        by = next((k for k in range(i + 1, min(len(tokens), i + 4)) if tokens[k].lower == "by"), None)
        subject = subject_before(tokens, group, lexicon)
        behind = tokens[i + 1].lower if i + 1 < len(tokens) else ""
        if by is None:
            # 'It is said that …', 'ships are believed to have left': nobody is named.
            if behind == "that" and isinstance(subject, tuple) and tokens[subject[0]].lower == "it":
                self._add(
                    [span(tokens, i + 1, ends(tokens, i + 1, lexicon))],
                    (tokens[i].start, tokens[i].end),
                    None,
                    form,
                    group,
                )
            elif (
                behind == "to"
                and isinstance(subject, tuple)
                and "clause" in form.cue.takes
                and "hearer" not in form.cue.takes
            ):
                content = [span(tokens, *subject), span(tokens, i + 1, ends(tokens, i + 1, lexicon))]
                self._add(content, (tokens[i].start, tokens[i].end), None, form, group)
            return None
        source = subject_after(tokens, by + 1, lexicon)
        if source is None or subject is None or isinstance(subject, str):
            return None
        content = [span(tokens, *subject)]
        rest = source[1]
        end = rest
        if not is_end(tokens, rest) and tokens[rest].text != ",":
            end = ends(tokens, rest, lexicon)
            content.append(span(tokens, rest, end))
        self._add(content, span(tokens, i, i + 1), span(tokens, *source), form, group)
        return end

    def _quoted(self, sentence: Sentence, i: int, after: int, hearer: int, form: Form, group: Group) -> int | None:
        """'quoted the agency as saying that …': the agency's, relayed by the subject; 'was quoted as saying'."""
        tokens, lexicon = sentence.tokens, self.lexicon
        start = begins(tokens, hearer, form.cue, lexicon)
        verb = next(
            (
                k
                for k in range(group.start - 2, max(-1, group.start - 15), -1)
                if tokens[k].lower in ("quoted", "quotes", "cited", "quoting", "citing", "quote")
            ),
            None,
        )
        if start is None or verb is None:
            return None
        outer = verb_group(tokens, verb, lexicon)
        relay = subject_before(tokens, outer, lexicon)
        relay = relay if isinstance(relay, tuple) else main_subject(tokens, outer.start, lexicon)
        if verb == group.start - 2:
            return (
                None if relay is None else self._preposed(sentence, i, after, start, span(tokens, *relay), form, group)
            )
        read = self._preposed(sentence, i, after, start, span(tokens, verb + 1, group.start - 1), form, group)
        if read is not None and relay is not None:
            self.drafts[-1].via = span(tokens, *relay)
        return read

    def _unable(self, sentence: Sentence, i: int, after: int, form: Form, group: Group) -> int | None:
        """A doubt of the subject's own: 'The paper was not able to verify the claims'."""
        tokens = sentence.tokens
        subject = main_subject(tokens, group.start - 2, self.lexicon)
        if subject is None or after >= len(tokens):
            return None
        read = self._preposed(sentence, i, after, after, span(tokens, *subject), form, group)
        if read is not None:
            self.drafts[-1].negated = True
        return read

    def _unnamed(self, tokens: list[Token], i: int, cue: Cue) -> None:
        """'It reportedly sold ships': whoever says it is not named."""
        start = self._left_start(tokens, i)
        end = len(tokens) - (tokens[-1].text in (".", "?", "!"))
        content = [span(tokens, a, b) for a, b in ((start, i), (i + 1, end)) if b > a]
        if content and not self._inside(tokens[i]):
            self._add(content, (tokens[i].start, tokens[i].end), None)
            self.drafts[-1].entry = cue
