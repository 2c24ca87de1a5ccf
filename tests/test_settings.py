"""Where a setting comes from, and what is said of one that is wrong."""

from pathlib import Path

import pytest

from rag import RagError, Settings
from rag.settings import load_settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_argument_beats_the_environment_beats_rag_toml_beats_the_default(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings().results == 12
    (folder / "rag.toml").write_text("results = 5\npassage_tokens = 40\n")
    assert load_settings().results == 5
    monkeypatch.setenv("RAG_RESULTS", "6")
    assert load_settings().results == 6
    assert load_settings(results=7).results == 7
    assert load_settings(results=None).results == 6
    assert load_settings().passage_tokens == 40


@pytest.mark.parametrize("how", ["argument", "environment", "file"])
def test_a_home_that_was_chosen_is_known_as_such(how: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not load_settings().home_is_given
    if how == "environment":
        monkeypatch.setenv("RAG_HOME", "mine")
    elif how == "file":
        (folder / "rag.toml").write_text('home = "mine"\n')
    settings = load_settings(home="mine" if how == "argument" else None)
    assert settings.home_is_given
    assert settings.home == Path("mine")


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_HOME", "")
    monkeypatch.setenv("RAG_RESULTS", "")
    settings = load_settings()
    assert (settings.home, settings.results) == (Path(".rag"), 12)
    assert not settings.home_is_given


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ('hoem = "x"', "hoem"),
        ('results = "many"', "results"),
        ("results = 0", "results"),
        ("passage_tokens = -1", "passage_tokens"),
        ("home = ", "rag.toml"),
        ("[section\n", "rag.toml"),
        ('home = "a"\nhome = "b"', "rag.toml"),
    ],
)
def test_a_wrong_rag_toml_is_one_line_that_names_it(toml: str, named: str, folder: Path) -> None:
    (folder / "rag.toml").write_text(toml)
    with pytest.raises(RagError, match=named) as caught:
        load_settings()
    assert "\n" not in str(caught.value)
    assert "rag.toml" in str(caught.value)


@pytest.mark.parametrize(("name", "value"), [("RESULTS", "x"), ("RESULTS", "0"), ("RESULTS", "1000")])
def test_a_wrong_variable_is_one_line_that_names_it(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"RAG_{name}", value)
    with pytest.raises(RagError, match=rf"results={value!r}.*RAG_") as caught:
        load_settings()
    assert "\n" not in str(caught.value)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().results = 3  # type: ignore[misc]
