"""A reader, on a tiny model made here, trained on eight sentences until it knows where answers are."""

from pathlib import Path

import pytest

from rag import Corpus, Settings
from rag.errors import ModelError
from rag.models.reader import Reader
from tests.models.conftest import small_bert, word_tokenizer

PORTS = ("Veldt", "Linde", "Osterby", "Krona")


def examples() -> list[tuple[str, str, str]]:
    """(question, text, answer); '' where the text has none: the port is named, or the text tells of the weather."""
    found = [("where did it sail", f"it sailed to {port} today", port) for port in PORTS]
    found += [("where did it sail", f"it rained in {port} today", "") for port in PORTS]
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of 16 dimensions with a word vocabulary, saved as safetensors."""
    import torch
    from transformers import BertForQuestionAnswering

    tokenizer = word_tokenizer(sorted({w for q, text, _ in examples() for w in f"{q} {text}".split()}))
    torch.manual_seed(0)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # the matrices are too small to share out
    exact = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "initializer_range": 0.2}
    model = BertForQuestionAnswering(small_bert(len(tokenizer), 16, num_hidden_layers=2, **exact))
    batch = tokenizer([q for q, _, _ in examples()], [t for _, t, _ in examples()], return_tensors="pt")
    answers = [tokenizer.convert_tokens_to_ids(a or "[CLS]") for _, _, a in examples()]
    at = torch.tensor([batch["input_ids"][n].tolist().index(a) for n, a in enumerate(answers)])
    optimiser = torch.optim.Adam(model.parameters(), lr=0.005)
    for _ in range(150):
        optimiser.zero_grad()
        model(**batch, start_positions=at, end_positions=at).loss.backward()
        optimiser.step()
    torch.set_num_threads(threads)
    folder = tmp_path_factory.mktemp("reader")
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    assert (folder / "model.safetensors").exists()
    return folder


@pytest.fixture(scope="module")
def reader(folder: Path) -> Reader:
    return Reader(str(folder))


@pytest.mark.parametrize("port", PORTS)
def test_where_the_answer_stands(port: str, reader: Reader) -> None:
    text = f"it sailed to {port} today"
    reading = reader.read("where did it sail", text)
    assert reading is not None
    assert text[reading.start : reading.end] == port
    assert reading.margin > 0


@pytest.mark.parametrize("port", PORTS)
def test_no_answer(port: str, reader: Reader) -> None:
    assert reader.read("where did it sail", f"it rained in {port} today") is None


def test_a_text_longer_than_the_model_reads(reader: Reader) -> None:
    reading = reader.read("where did it sail", "it sailed to Veldt today " * 100)
    assert reading is None or 0 <= reading.start < reading.end <= 25 * 100


@pytest.mark.parametrize("text", ["", " "])
def test_an_empty_text_has_no_answer(text: str, reader: Reader) -> None:
    assert reader.read("where did it sail", text) is None


def test_a_reader_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="RAG_READER"):
        Reader(str(tmp_path / "nowhere"))


def test_a_corpus_answers_by_its_reader(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "sails.txt").write_text("it sailed to Krona today")
    with Corpus.open(Settings(home=tmp_path / "home", reader=str(folder))) as corpus:
        corpus.ingest([tmp_path / "sails.txt"])
        answer = corpus.ask("where did it sail")
    assert answer.verdict == "answered"
    assert answer.text.startswith("**Krona**\n\nit sailed to Krona today [1]")
