"""What kind of message it is, on messages by writers who knew nothing of the examples.

    python bench/kinds.py
    python bench/kinds.py --fit        # puts the default model's fit beside the examples, when these have changed

eval/messages.jsonl holds 567 messages: of all kinds by two writers, and follow-ups and bare keywords by a third.
The kinds of eval/plain.jsonl are measured beside them, and the questions of the dev halves of public sets, all of which
are taken for questions of fact, though some ask to compare (where ../shared lies beside the project).
"""

import argparse
from collections import Counter
from collections.abc import Iterator

import numpy as np
from printed import table
from sets import DATA, ROOT, load, rows

from rag.answer.kinds import EXAMPLES, KINDS, examples, file_name, fit, kept_fit, kind_of
from rag.models.embed import load_embedder
from rag.settings import load_settings

MESSAGES = ROOT / "eval" / "messages.jsonl"
PLAIN = ROOT / "eval" / "plain.jsonl"
PUBLIC = ("squad2", "clapnq", "fitz-gov", "polnear", "conflictnq", "wikicontradict", "quotesum", "ramdocs")
OTHER = {"about": "collection", "greeting": "greeting", "timeline": "timeline", "summarise": "summary",
         "compare": "summary", "list": "summary"}  # fmt: skip


def main() -> None:
    """Print how many of each kind are known, and what else is taken for it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fit", action="store_true")
    settings = load_settings()
    embedder = load_embedder(settings.embedder, settings.cache)
    if parser.parse_args().fit:
        for old in EXAMPLES.parent.glob("kinds-*.npy"):
            old.unlink()
        messages, kinds = zip(*examples(), strict=True)
        np.save(EXAMPLES.with_name(file_name(embedder.name)), fit(embedder.embed(messages), kinds))
    weights = kept_fit(embedder.name, embedder.embed, settings.cache / "kinds")
    plain = [(q["question"], OTHER.get(q["kind"], "fact"), q["half"]) for q in rows(PLAIN)]
    sets = {"messages": examples(MESSAGES)} | {
        f"plain, {half}": [(question, kind) for question, kind, h in plain if h == half] for half in ("dev", "check")
    }
    if DATA.exists():
        public = dict.fromkeys(i.question for name in PUBLIC for i in load(name, "dev"))
        sets["public sets"] = [(question, "fact") for question in public]

    def lines() -> Iterator[list[object]]:
        for name, given in sets.items():
            vectors = np.asarray(embedder.embed([message for message, _ in given]))
            pairs = Counter((kind, kind_of(v, weights)) for (_, kind), v in zip(given, vectors, strict=True))
            for kind in KINDS:
                others = sum(n for (right, taken_for), n in pairs.items() if right != kind and taken_for == kind)
                yield [name, kind, sum(n for (k, _), n in pairs.items() if k == kind), pairs[kind, kind], others]

    table(["set", "kind", "messages", "known for it", "others taken for it"], lines(), words=2)


if __name__ == "__main__":
    main()
