"""Which models can be used here and now, and which are worth having: what `rag models` lists, and `setup` proposes.

The one that is chosen is fetched, and named in `rag.toml`. Looks at this machine alone; only `fetch` asks for anything
from elsewhere. Knows nothing of what a model is asked.
"""

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import httpx
import yaml

from rag.errors import LlmError
from rag.llm.pull import pull
from rag.llm.spec import Provider, destination, key_variable, parse

_SECONDS = 2.0
_GGUF = "pip install 'rashomon[gguf]'"
_GB = 1e9
_SETTING = re.compile(r"""^\s*(?:llm|"llm"|'llm')\s*=""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A setting for `llm`, whether it can be used, and what is missing or known of it.

    `name` is for people who know no settings: 'Qwen3 4B in Ollama'. `size` are the gigabytes of a local model.
    """

    setting: str
    usable: bool
    detail: str
    name: str = ""
    size: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether the setting names a model, rather than leaving its name to the user."""
        return "MODEL" not in self.setting and self.setting != "gguf:/path/model.gguf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """A local model for a machine with so many GB of memory: a file of a repository of the hub, and in Ollama."""

    name: str
    memory: int
    size: float
    repo: str
    file: str
    licence: str
    ollama: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What could write answers: an offer, the host that text is sent to ('' for none), and what is fetched first."""

    offer: Offer
    leaves: str = ""
    fetched: Recommended | None = None


@cache
def _known() -> dict[str, Any]:
    return yaml.safe_load(Path(__file__).with_name("models.yaml").read_text("utf-8"))


RECOMMENDED = tuple(Recommended(**entry) for entry in _known()["local"])


def offers(folder: Path) -> Iterator[Offer]:
    """Every provider, the models of the servers that run on this machine, and the GGUF files in the folder."""
    yield Offer(setting="extractive", usable=True, detail="the articles' own sentences; no model, nothing leaves")
    yield _hosted("openai")
    yield _hosted("anthropic")
    yield from _ollama()
    for name, url in _known()["servers"].items():
        yield from _server(name, url)
    yield Offer(setting="openai-like:MODEL@URL", usable=True, detail="vLLM, llama-server, LM Studio, …")
    runs = find_spec("xllamacpp") is not None
    files = sorted(folder.glob("*.gguf")) if folder.is_dir() else []
    for file in files:
        size = file.stat().st_size / _GB
        detail = f"{size:.1f} GB" if runs else _GGUF
        yield Offer(setting=f"gguf:{file}", usable=runs, detail=detail, name=f"{file.stem}, run by Rashomon", size=size)
    if not files:
        detail = f"no file in {folder}: `rag models pull` fetches one" if runs else _GGUF
        yield Offer(setting="gguf:/path/model.gguf", usable=False, detail=detail)


def proposals(folder: Path, memory: float | None = None) -> list[Proposal]:
    """What could write answers here, the best first.

    First what is on this machine: the largest that leaves half of the memory free. Then the model worth fetching for
    this memory, into a running Ollama or as a file in the folder. Last what is hosted elsewhere and has its key set.

    Args:
        memory: gigabytes of the machine; None asks it.
    """
    memory = memory_of_this_machine() if memory is None else memory
    found = [o for o in offers(folder) if o.usable and o.setting != "extractive"]
    here = [o for o in found if o.whole and destination(parse(o.setting)).local]
    fitting = sorted((o for o in here if o.size <= memory / 2), key=lambda o: -o.size)
    recommended = max(
        (r for r in RECOMMENDED if r.memory <= memory + 1), key=lambda r: r.memory, default=RECOMMENDED[0]
    )
    ollama = any(o.setting.startswith("ollama:") for o in found)
    fetched = Offer(
        setting=f"ollama:{recommended.ollama}" if ollama else f"gguf:{folder / recommended.file}",
        usable=ollama or find_spec("xllamacpp") is not None,
        detail=f"{recommended.size:g} GB to fetch, {recommended.licence}; for {recommended.memory} GB of memory",
        name=f"{recommended.name}{' in Ollama' if ollama else ', run by Rashomon'}",
        size=recommended.size,
    )
    if not fetched.usable:
        fetched = replace(fetched, detail=f"{fetched.detail}; needs {_GGUF}")
    return [
        *(Proposal(offer=o) for o in fitting),
        *([] if any(o.setting == fetched.setting for o in here) else [Proposal(offer=fetched, fetched=recommended)]),
        *(_of_hosted(o) for o in found if o.setting in ("openai:MODEL", "anthropic:MODEL")),
    ]


def fetch(proposal: Proposal, folder: Path, progress: Callable[[int, int], None]) -> None:
    """Fetch what a proposal needs before it can be used, where it needs anything.

    Args:
        folder: where files of models lie.
        progress: called with bytes that are there, and bytes in all.

    Raises:
        LlmError: it can't be fetched, or an extra is missing.
    """
    recommended, offer = proposal.fetched, proposal.offer
    if not offer.usable:
        raise LlmError(f"{offer.setting} cannot be used yet: {offer.detail}")
    if recommended is None:
        return
    if not offer.setting.startswith("ollama:"):
        pull(recommended.repo, recommended.file, folder, progress)
        return
    spec = parse(offer.setting)
    assert spec
    try:
        with httpx.stream("POST", f"{spec.url}/api/pull", json={"model": spec.model}, timeout=None,
                          trust_env=not destination(spec).local) as answer:  # fmt: skip
            for line in answer.iter_lines():
                payload = json.loads(line)
                if payload.get("error"):
                    raise LlmError(f"Ollama could not fetch {spec.model}: {payload['error']}")
                progress(int(payload.get("completed") or 0), int(payload.get("total") or 0))
    except (httpx.HTTPError, ValueError) as e:
        raise LlmError(f"Ollama at {spec.url} broke off while it fetched {spec.model} ({type(e).__name__})") from None


def write_setting(file: Path, llm: str) -> None:
    """Have a `rag.toml` name the model that writes answers. What else stands in the file stays.

    Raises:
        LlmError: the setting is not of one of its forms; the file can't be written, is no TOML, or sets `llm` in a way
            that can't be changed line by line.
    """
    parse(llm)
    try:
        text = file.read_text("utf-8") if file.exists() else ""
        before = tomllib.loads(text)
        lines = [line for line in text.splitlines() if not _SETTING.match(line)]
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


def memory_of_this_machine() -> float:
    """Gigabytes of memory; 8 where the system doesn't say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GB
    except (AttributeError, ValueError, OSError):
        return 8.0


def _of_hosted(offer: Offer) -> Proposal:
    provider = offer.setting.partition(":")[0]
    setting = f"{provider}:{_known()['hosted'][provider]}"
    where = destination(parse(setting))
    name = f"{setting.partition(':')[2]}, hosted"
    return Proposal(offer=replace(offer, setting=setting, name=name), leaves=where.host or "")


def _hosted(provider: str) -> Offer:
    spec = parse(f"{provider}:MODEL")
    assert spec
    variable = key_variable(cast(Provider, provider))
    if not os.environ.get(variable):
        return Offer(setting=f"{provider}:MODEL", usable=False, detail=f"set {variable}")
    return Offer(setting=f"{provider}:MODEL", usable=True, detail=f"sends questions and passages to {spec.url}")


def _ollama() -> Iterator[Offer]:
    spec = parse("ollama:MODEL")
    assert spec
    try:
        with httpx.Client(timeout=_SECONDS, trust_env=not destination(spec).local) as http:
            models = http.get(f"{spec.url}/api/tags").json()["models"]
            # One that only embeds writes nothing.
            payloads = [http.post(f"{spec.url}/api/show", json={"model": m["name"]}).json() for m in models]
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        yield Offer(setting="ollama:MODEL", usable=False, detail=f"no Ollama answers at {spec.url}")
        return
    for model, about in zip(models, payloads, strict=True):
        if "completion" in (about.get("capabilities") or ["completion"]):
            name, size = model["name"], model.get("size", 0) / _GB
            yield Offer(
                setting=f"ollama:{name}", usable=True, detail=f"{size:.1f} GB", name=f"{name} in Ollama", size=size
            )
    if not models:
        yield Offer(setting="ollama:MODEL", usable=True, detail="Ollama runs and has no model: `ollama pull MODEL`")


def _server(name: str, url: str) -> Iterator[Offer]:
    try:
        listed = httpx.get(f"{url}/v1/models", timeout=_SECONDS, trust_env=False).json()["data"]
        ids = [str(m["id"]) for m in listed]
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return
    for model in ids:
        if not model.startswith("text-embedding"):  # as LM Studio lists those that only embed
            short = Path(model).name
            yield Offer(
                setting=f"openai-like:{model}@{url}/v1",
                usable=True,
                detail=f"{name} at {url}",
                name=f"{short} in {name}",
            )
