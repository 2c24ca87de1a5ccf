"""What kind of message it is: a question of fact, one about the collection, a greeting, a wish for a composed text.

Learned from examples, and from no rule: a message's kind is read off its vector by least squares, fitted to the
messages of messages.jsonl. So it knows whatever language the embedding model knows. `bench/kinds.py` measures it on
messages by other writers.
"""

import hashlib
import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from rag.models.arrays import Matrix, Vector

Kind = Literal["fact", "collection", "greeting", "timeline", "summary"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_FACT = KINDS.index("fact")
EXAMPLES = Path(__file__).with_name("messages.jsonl")
# How strongly the fit is held back (ridge regression); chosen by one writer's messages for another's.
_RIDGE = 1.0
# The share of the examples' questions of fact that may be taken for something else: their path harms least.
_TAKEN = 0.03


def examples(path: Path = EXAMPLES) -> list[tuple[str, Kind]]:
    """The messages of a file, each with its kind."""
    read = map(json.loads, path.read_text("utf-8").splitlines())
    return [(line["message"], line["kind"]) for line in read]


def fit(vectors: Matrix, kinds: Sequence[Kind]) -> Matrix:
    """What a vector, with a 1 behind it, is multiplied with to tell its kind; shape (dimensions + 1, kinds).

    Ridge regression. A question of fact is given so much more that, each example judged by the fit to all others, only
    a small share of the questions of fact are taken for something else.
    """
    given = np.hstack([vectors, np.ones((len(vectors), 1))])
    held = _RIDGE * np.eye(given.shape[1])
    held[-1, -1] = 0
    targets = np.eye(len(KINDS))[[KINDS.index(kind) for kind in kinds]]
    inverse = np.linalg.inv(given.T @ given + held)
    weights = inverse @ given.T @ targets
    leverage = np.einsum("ij,jk,ik->i", given, inverse, given)[:, None]
    by_others = (given @ weights - leverage * targets) / (1 - leverage)
    facts = by_others[targets[:, _FACT] == 1]
    weights[-1, _FACT] += np.quantile(np.delete(facts, _FACT, axis=1).max(axis=1) - facts[:, _FACT], 1 - _TAKEN)
    return weights.astype(np.float32)


def file_name(embedder: str) -> str:
    """The name of the file that the fit for a model is kept in; another one when the examples or the share change."""
    made_of = EXAMPLES.read_bytes() + f"{embedder} {_RIDGE} {_TAKEN}".encode()
    return f"kinds-{hashlib.sha256(made_of).hexdigest()[:16]}.npy"


def kept_fit(embedder: str, embed: Callable[[Sequence[str]], Matrix], folder: Path) -> Matrix:
    """The fit to the examples, made once for an embedding model and kept; the default model's comes with the package.

    Args:
        embedder: the model's name.
        embed: texts to vectors of length 1, shape (texts, dimensions).
        folder: where it is kept; where nothing can be written, it is made anew.
    """
    path = folder / file_name(embedder)
    for kept in (EXAMPLES.with_name(path.name), path):
        try:
            return np.load(kept)
        except (OSError, ValueError):
            pass
    messages, kinds = zip(*examples(), strict=True)
    weights = fit(embed(messages), kinds)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as file:
            np.save(file, weights)
        Path(file.name).replace(path)
    except OSError:
        pass
    return weights


def kind_of(vector: Vector, weights: Matrix) -> Kind:
    """The kind of the message that has this vector."""
    return KINDS[int(np.argmax(np.append(vector, 1) @ weights))]
