"""The public evaluation sets as the project's own inputs: files to ingest, questions to ask.

Shared by the scripts in this folder. The sets themselves are not part of the project (see docs/benchmarks.md).
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def rows(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def as_files(articles: Iterable[dict[str, Any]], folder: Path) -> Path:
    """Articles written as Markdown files with front matter, named 0000.md and on."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, article in enumerate(articles):
        stated = {
            "title": article.get("title"),
            "publisher": article.get("publisher") or article.get("source"),
            "author": article.get("author"),
            "published": (article.get("published") or article.get("published_at") or "")[:10] or None,
        }
        head = yaml.safe_dump({k: v for k, v in stated.items() if v}, allow_unicode=True)
        text = article.get("text") or article.get("body") or ""
        (folder / f"{number:04}.md").write_text(f"---\n{head}---\n{text}\n", encoding="utf-8")
    return folder
