"""One flat Settings: from arguments, else `RAG_*` in the environment, else `rag.toml` in the current folder.

Entry points and `Corpus.open` make one; corpus, embedding and asking take it, the stages single values.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_cache_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from rag.errors import RagError

DEFAULT_EMBEDDER = "all-MiniLM-L6-v2"


class Settings(BaseSettings):
    """Everything that can be set. Unknown keys in `rag.toml` are refused, so a typing error is seen."""

    model_config = SettingsConfigDict(
        env_prefix="RAG_", toml_file="rag.toml", extra="forbid", frozen=True, env_ignore_empty=True
    )

    home: Path = Field(Path(".rag"), description="folder that holds the catalog and the vector index")
    cache: Path = Field(
        default_factory=lambda: user_cache_path("rashomon"),
        description="folder for what can be made again: the exported model, the sample corpus's index",
    )
    chroma: str | None = Field(None, description="http://host:port of a running Chroma server")
    embedder: str = Field(DEFAULT_EMBEDDER, description="a sentence-transformers model: name on the hub, or a folder")
    passage_tokens: int = Field(0, ge=0, description="longest passage, in the model's tokens; 0: what the model reads")
    reader: str | None = Field(
        None, description="an extractive question-answering model (SQuAD 2.0): name on the hub, or a folder"
    )
    reranker: str | None = Field(
        None, description="a sentence-transformers CrossEncoder that reads the hits again: name on the hub, or a folder"
    )
    results: int = Field(12, ge=1, le=200, description="passages that a question reads")

    llm: str = Field("extractive", description="what writes answers: extractive, or provider:model (docs/llm.md)")
    llm_window: int = Field(0, ge=0, description="tokens of prompt and answer together; 0: what the server tells")
    llm_first: float = Field(120.0, gt=0, description="seconds until the model begins to answer")
    llm_total: float = Field(300.0, gt=0, description="seconds until the model has answered")
    llm_reads: Literal["auto", "sentences", "passages", "articles"] = Field(
        "auto", description="what the model is given of what was found; auto: sentences on this machine, else passages"
    )
    prompts: Path | None = Field(None, description="folder with prompts of your own, before those of the package")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then rag.toml."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def home_is_given(self) -> bool:
        """True when the user chose the home (argument, RAG_HOME or rag.toml), rather than the default."""
        return "home" in self.model_fields_set


def _reason(problem: Mapping[str, Any]) -> str:
    """What is wrong, without the "Value error," that pydantic puts before the words of a check of ours."""
    return str(problem["msg"]).removeprefix("Value error, ")


def load_settings(**given: object) -> Settings:
    """Settings with the given values on top, Nones left out.

    Raises:
        RagError: a value is not valid; the message names each field and what was given.
    """
    try:
        return Settings(**{k: v for k, v in given.items() if v is not None})  # pyright: ignore[reportArgumentType]
    except ValidationError as e:
        problems = "; ".join(f"{'.'.join(map(str, p['loc']))}={p['input']!r}: {_reason(p)}" for p in e.errors())
        raise RagError(f"settings not valid: {problems}. Check RAG_* in the environment and rag.toml.") from e
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise RagError(f"rag.toml in this folder is not TOML: {e}") from e
