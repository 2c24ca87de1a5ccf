"""What travels in the wheel, and that nothing of the original reports stands in the repository."""

import importlib.util
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ORIGINALS = ROOT.parent / "shared" / "articles"
RUN = 8


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    for needed in ("build", "hatchling"):
        if importlib.util.find_spec(needed) is None:
            pytest.skip(f"the wheel can't be built here: {needed} is not installed")
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = out.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_holds_what_the_package_reads(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    for folder, pattern in (("corpus", "*.md"), ("prompts", "*"), ("eval", "*")):
        files = [p for p in (ROOT / folder).glob(pattern) if p.is_file()]
        assert files
        assert {f"rag/_data/{folder}/{p.name}" for p in files} <= names
    assert {"rag/py.typed", "rag/ui/style.css", "rag/__main__.py"} <= names
    modules = {str(p.relative_to(ROOT)) for p in (ROOT / "rag").rglob("*.py")}
    assert modules <= names


def test_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    assert {name.split("/")[0] for name in wheel.namelist()} == {"rag", "rashomon-0.1.0.dist-info"}
    assert not [n for n in wheel.namelist() if "test" in n or n.endswith((".pyc", ".sqlite3"))]
    assert wheel.read("rag/_data/corpus/README.md") == (ROOT / "corpus" / "README.md").read_bytes()


def test_the_wheel_has_the_command_and_the_licence(wheel: zipfile.ZipFile) -> None:
    info = "rashomon-0.1.0.dist-info"
    assert "rag = rag.__main__:main" in wheel.read(f"{info}/entry_points.txt").decode()
    metadata = wheel.read(f"{info}/METADATA").decode()
    assert "Requires-Python: >=3.11" in metadata
    assert "License-Expression: Apache-2.0" in metadata
    assert "Requires-Dist: torch<3,>=2.6" in metadata
    assert f"{info}/licenses/LICENSE" in wheel.namelist()


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of eight words, whatever their case, quotation marks and line ends."""
    found = re.findall(r"[^\W_]+", text.casefold())
    return {tuple(found[i : i + RUN]) for i in range(len(found) - RUN + 1)}


def files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        pytest.skip("not a checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_the_root_holds_what_it_should_and_nothing_else() -> None:
    """A command whose options were mistyped once left a catalog there: `-v/catalog.sqlite3`."""
    assert {path.relative_to(ROOT).parts[0] for path in files()} <= {
        ".ci", ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md",
        "app.py", "bench", "constraints.txt", "corpus", "docs", "eval", "prompts", "pyproject.toml", "rag", "tests",
    }  # fmt: skip
    assert not [path for path in files() if path.suffix in (".sqlite3", ".log", ".pyc", ".onnx", ".gguf")]


def test_no_file_holds_a_passage_of_the_originals() -> None:
    if not ORIGINALS.is_dir():
        pytest.skip(f"the original reports are not at {ORIGINALS}")
    forbidden = {run for path in ORIGINALS.iterdir() for run in runs(path.read_text(encoding="utf-8"))}
    assert len(forbidden) > 1000
    # The printed headlines are given, as what they are, in the digests' front matter and in their README.
    stated = re.compile(r'^original_title: "(.*)"$', re.M)
    digests = {p: p.read_text(encoding="utf-8") for p in (ROOT / "corpus").glob("*.md")}
    titles = [title for text in digests.values() for title in stated.findall(text)]
    checked, found = 0, dict[str, str]()
    for path in files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if path == ROOT / "corpus" / "README.md":
            for title in titles:
                text = text.replace(title, "\n")
        elif path in digests:
            text = stated.sub("", text)
        if common := runs(text) & forbidden:
            found[str(path)] = " ".join(min(common))
        checked += 1
    assert found == {}
    assert checked > 20
