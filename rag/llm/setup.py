"""The setting `llm` into a `rag.toml`. What else stands in the file stays."""

import json
import re
import tempfile
import tomllib
from pathlib import Path

from rag.errors import LlmError
from rag.llm.spec import parse

_LINE = re.compile(r"""^\s*(?:llm|"llm"|'llm')\s*=""")


def write_setting(file: Path, llm: str) -> None:
    """Have the file name the model that writes answers.

    Raises:
        LlmError: the setting is not of one of its forms; the file can't be written, is no TOML, or sets `llm` in a way
            that can't be changed line by line.
    """
    parse(llm)
    try:
        text = file.read_text("utf-8") if file.exists() else ""
        before = tomllib.loads(text)
        lines = [line for line in text.splitlines() if not _LINE.match(line)]
        # Above all tables, where the settings stand.
        text = "\n".join([f"llm = {json.dumps(llm, ensure_ascii=False)}", *lines]) + "\n"
        if tomllib.loads(text) != before | {"llm": llm}:
            raise ValueError
        with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as f:
            f.write(text)
        written = Path(f.name)
        written.chmod(file.stat().st_mode & 0o777 if file.exists() else 0o644)
        written.replace(file)
    except OSError as e:
        raise LlmError(f"{file} cannot be written ({e.strerror}): set RAG_LLM={llm}") from None
    except ValueError:
        raise LlmError(f"{file} cannot be changed line by line: write llm = {json.dumps(llm)} into it") from None
