"""`rag models` and what belongs to it: pull, setup, serve."""

import os
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from rag import show
from rag.cli_eval import Json
from rag.errors import RagError
from rag.settings import load_settings

app = typer.Typer(help="Language models that can write answers.", invoke_without_command=True)


@app.callback()
def list_models(context: typer.Context, as_json: Json = False) -> None:
    """List what is usable here and now, and the local models worth having."""
    if context.invoked_subcommand is None:
        from rag.llm.offers import RECOMMENDED, offers

        show.models(list(offers(load_settings().cache / "models")), RECOMMENDED, as_json=as_json)


@app.command("pull")
def pull_model(
    memory: Annotated[
        int | None, Option(metavar="GB", help="The one recommended for 8, 16 or 32 GB of memory.")
    ] = None,
    repo: Annotated[str | None, Option(metavar="NAME", help="Another repository of the Hugging Face hub.")] = None,
    file: Annotated[str | None, Option(metavar="FILE", help="The GGUF file in it.")] = None,
) -> None:
    """Fetch a local model from the Hugging Face hub. Begun again, it goes on where it stopped."""
    from rag.llm.offers import RECOMMENDED
    from rag.llm.pull import pull

    known = next((r for r in RECOMMENDED if r.memory == memory), None)
    repo, file = repo or (known.repo if known else None), file or (known.file if known else None)
    if not repo or not file:
        sizes = ", ".join(str(r.memory) for r in RECOMMENDED)
        raise RagError(f"name a model: `rag models pull --memory` with one of {sizes}, or --repo and --file")
    show.message(f"Fetching {file} of {repo} from the Hugging Face hub")
    with show.progress("MB") as progress:
        path, digest = pull(
            repo, file, load_settings().cache / "models", lambda done, total: progress(done >> 20, total >> 20, "")
        )
    show.message(f"sha256 {digest}\nRAG_LLM=gguf:{path}")


@app.command("setup")
def set_up_model(
    setting: Annotated[str | None, Argument(metavar="MODEL", hidden=True)] = None,
    yes: Annotated[bool, Option("--yes", help="Take the first proposal, and fetch it where it needs to be.")] = False,
    as_json: Json = False,
) -> None:
    """Choose the model that writes answers.

    MODEL is one, in the form of RAG_LLM; without it you are shown what this machine has, and what to fetch for it.
    The choice is written into rag.toml.
    """
    from rag.llm.offers import Proposal, fetch, proposals, write_setting

    folder = load_settings().cache / "models"
    with show.working("Looking for models"):
        found = [] if setting else proposals(folder)
    chosen: Proposal | None = None
    if not setting and yes:
        chosen = next((p for p in found if p.offer.usable and not p.leaves), None)
        if chosen is None:
            raise RagError("no model on this machine can be used yet: `rag models setup` says what there is")
    elif not setting and not as_json:
        show.proposals(found)
        number: int = typer.prompt("Which (0 for none)", type=int, default=1, err=True)
        if not 0 <= number <= len(found):
            raise RagError(f"there is no {number}: choose one of 1 to {len(found)}, or 0")
        chosen = found[number - 1] if number else None
    if chosen:
        with show.progress("MB") as progress:
            fetch(chosen, folder, lambda done, total: progress(done >> 20, total >> 20, chosen.offer.name))
        setting = chosen.offer.setting
    file = Path("rag.toml")
    if setting:
        write_setting(file, setting)
        show.message(f"{file.absolute()}: llm = {setting}")
        if os.environ.get("RAG_LLM") not in (None, "", setting):
            show.message(f"RAG_LLM={os.environ['RAG_LLM']} in the environment comes before it: unset it")
    if as_json:
        show.as_json_text({"proposals": show.proposals_as_data(found), "llm": setting})


@app.command("serve")
def serve_model() -> None:
    """Keep the settings' GGUF file loaded. `rag ask` and others then needn't load it; Ctrl-C ends it."""
    from threading import Event

    from rag.llm.model import load_model

    settings = load_settings()
    model = load_model(settings.llm, window=settings.llm_window, folder=settings.cache / "servers")
    if model is None or model.spec.provider != "gguf":
        raise RagError(f"llm={settings.llm} is no file to load: RAG_LLM=gguf:/path/model.gguf, or Ollama's own server")
    if model.ready:
        return show.message(f"{model.name} is loaded already, by another process of yours")
    with show.working(f"Loading {model.name}"):
        model.prepare()
    show.message(f"{model.name} is ready for `rag ask`; Ctrl-C ends it")
    try:
        Event().wait()
    finally:
        model.close()
