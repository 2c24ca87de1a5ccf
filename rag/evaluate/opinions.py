"""A language model's opinion of answers, through LlamaIndex's evaluators, and how far the measures agree with it.

Kept apart: no opinion enters a score or the gate. Faithfulness: what is said follows from the passages cited.
Relevance: answer and passages are to the question. Correctness: from 1 to 5 against what is known of the answer; right
from 4 on. The evaluators' prompts are LlamaIndex's own.
"""

import asyncio
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from rag.answer.cite import from_markdown
from rag.errors import LlmError
from rag.evaluate.cases import Case
from rag.evaluate.run import CaseResult, Evaluation, Progress
from rag.evaluate.scores import interval

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from rag.llm.model import Model

OPINIONS = ("faithfulness", "relevance", "correctness")
# From here on an answer is correct, of 1 to 5: LlamaIndex's own threshold.
_CORRECT = 4.0
_LONGEST = 120
_SEED = 20_231_102
_NOTHING = "The articles do not say."
# '4', '4.5/5', 'Score: 3'; not: 1,000
_SCORE = re.compile(r"(?<![\d.,])([1-5](?:\.\d+)?)(?![\d,]|\.\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the model holds of one answer: values between 0 and 1 by name, and its words; or the `error`."""

    case: str
    values: Mapping[str, float]
    said: Mapping[str, str]
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How many pairs, the share that agree, and Cohen's kappa: the same beyond what chance gives; None undefined."""

    pairs: int
    share: float
    kappa: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One kind of opinion over all answers: its mean with a 95 per cent interval, its agreement with the measures."""

    name: str
    value: float
    low: float
    high: float
    answers: int
    agreement: Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """What a model holds of a run. `failed` counts the answers that it gave no opinion of."""

    model: str
    held: tuple[Held, ...]
    opinions: tuple[Opinion, ...]
    failed: int


def opinions_of(
    run: Evaluation, cases: Sequence[Case], model: "Model", progress: Progress | None = None, most: int | None = None
) -> Opinions:
    """Ask the model of each answer, or of so many chosen by a seed.

    Raises:
        LlmError: the model gave no opinion of any answer; the message is of the first.
    """
    known = {c.id: c for c in cases}
    results = [r for r in run.cases if r.id in known]
    if most is not None and most < len(results):
        chosen = set(random.Random(_SEED).sample(range(len(results)), most))
        results = [r for n, r in enumerate(results) if n in chosen]
    llm = _as_llm(model)
    found: list[Opinion] = []
    for done, result in enumerate(results):
        if progress:
            progress(done, len(results), result.id)
        found.append(asyncio.run(_opinion(result, known[result.id], llm)))
    if found and all(o.error for o in found):
        raise LlmError(f"{model.name} gave no opinion: {found[0].error}")
    by_id = {r.id: r for r in results}
    return Opinions(
        model=model.name,
        held=tuple(_held(name, found, by_id) for name in OPINIONS if _values(name, found)),
        opinions=tuple(found),
        failed=sum(bool(o.error) for o in found),
    )


def measured(name: str, result: CaseResult) -> bool | None:
    """Whether the measures, too, find an answer faithful, relevant or correct; None where they say nothing of it."""
    values = result.values
    if name == "faithfulness":
        return values["fact_precision"] == 1 if "fact_precision" in values else None
    own = [values[n] for n in ("fact_recall", "attribution", "sides", "decline_recall") if n in values]
    return (all if name == "correctness" else any)(v == 1 if name == "correctness" else v > 0 for v in own)


def reference(case: Case) -> str:
    """What is known of the answer, in words for the model."""
    known = [" or ".join(forms) for forms in case.facts]
    known += [f"said by {' or '.join(forms)}" for forms in case.who]
    known += [f"{side.speaker[0]} {' or '.join(side.stance)} it" for side in case.sides]
    return "; ".join(known) or _NOTHING


def score_of(said: str) -> tuple[float | None, str | None]:
    """The score in what a correctness evaluator's model wrote, and all of it; None where there is none."""
    first = _SCORE.search(said)
    return (float(first[1]) if first else None), said


def agreement(pairs: Sequence[tuple[bool, bool]]) -> Agreement:
    """How far two who say yes or no of the same things agree.

    Cohen, "A coefficient of agreement for nominal scales", 1960.
    """
    n = len(pairs)
    share = sum(a == b for a, b in pairs) / n if n else 1.0
    a, b = (sum(p[i] for p in pairs) / n if n else 1.0 for i in (0, 1))
    chance = a * b + (1 - a) * (1 - b)
    return Agreement(pairs=n, share=share, kappa=None if chance == 1 else (share - chance) / (1 - chance))


async def _opinion(result: CaseResult, case: Case, llm: "LLM") -> Opinion:
    from llama_index.core.evaluation import CorrectnessEvaluator, FaithfulnessEvaluator, RelevancyEvaluator

    question, text = result.question, from_markdown(str(result.answer["text"]))
    passages = [str(c["quote"]) for c in result.answer["citations"]]
    values: dict[str, float] = {}
    said: dict[str, str] = {}
    evaluators: dict[str, Any] = {"correctness": CorrectnessEvaluator(llm=llm, parser_function=score_of)}
    if result.verdict != "declined":  # a declined answer claims nothing and cites nothing for it
        evaluators |= {"faithfulness": FaithfulnessEvaluator(llm=llm), "relevance": RelevancyEvaluator(llm=llm)}
    try:
        for name, evaluator in evaluators.items():
            inputs = {"reference": reference(case)} if name == "correctness" else {"contexts": passages}
            given = await evaluator.aevaluate(query=question, response=text, **inputs)
            said[name] = given.feedback or ""
            if given.score is not None:
                values[name] = (given.score - 1) / 4 if name == "correctness" else float(given.score)
    except LlmError as e:
        return Opinion(case=result.id, values=values, said=said, error=str(e))
    return Opinion(case=result.id, values=values, said=said, error="" if values else "it gave no score")


def _values(name: str, found: Sequence[Opinion]) -> dict[str, float]:
    return {o.case: o.values[name] for o in found if name in o.values}


def _held(name: str, found: Sequence[Opinion], results: Mapping[str, CaseResult]) -> Held:
    values = _values(name, found)
    least = (_CORRECT - 1) / 4 if name == "correctness" else 1.0
    low, high = interval(list(values.values()))
    agreed = agreement([(v >= least, m) for id, v in values.items() if (m := measured(name, results[id])) is not None])
    return Held(name=name, value=fmean(values.values()), low=low, high=high, answers=len(values), agreement=agreed)


def _as_llm(model: "Model") -> "LLM":
    """The model as LlamaIndex asks it: each prompt one request, within the model's own deadlines."""
    from llama_index.core.llms import CompletionResponse, CustomLLM, LLMMetadata

    def ask(prompt: str) -> str:
        return "".join(model.stream("You judge answers to questions.", prompt, longest=_LONGEST))

    class JudgeLLM(CustomLLM):
        @property
        def metadata(self) -> LLMMetadata:
            return LLMMetadata(context_window=model.window(), num_output=_LONGEST, model_name=model.name)

        def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
            return CompletionResponse(text=ask(prompt))

        def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Any:
            whole = self.complete(prompt)
            yield CompletionResponse(text=whole.text, delta=whole.text)

    return JudgeLLM()
