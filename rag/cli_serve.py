"""`rag serve`: the chat page, here or for others behind a login."""

from typing import Annotated

import typer
from typer import Option

from rag import show
from rag.cli_eval import Home
from rag.errors import RagError
from rag.settings import load_settings


def serve(
    home: Home = None,
    host: Annotated[
        str, Option(metavar="ADDRESS", help="Address to listen on; others than this need a login.")
    ] = "127.0.0.1",
    port: Annotated[int | None, Option(metavar="PORT", help="Port [7860, or the next free one].")] = None,
    root_path: Annotated[str, Option(metavar="PATH", help="Path under which a reverse proxy offers the page.")] = "",
    login: Annotated[bool, Option("--login", help="Ask for a name and a password on this machine too.")] = False,
    add_user: Annotated[
        str | None, Option(metavar="NAME", help="Add a user, or a new password, and do nothing else.")
    ] = None,
    mcp: Annotated[bool, Option("--mcp", help="Also serve the collection to MCP clients, at /mcp.")] = False,
) -> None:
    """Open the chat page, here or for others behind a login."""
    from rag.ui.guard import is_loopback
    from rag.ui.login import add_user as write_user
    from rag.ui.login import read_users

    settings = load_settings(home=home)
    file = settings.home / "users.json"
    if add_user:
        write_user(file, add_user, typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
        show.message(f"{add_user} is in {file}")
        return
    from rag.integrations.mcp import OverHttp
    from rag.ui.server import serve as serve_page
    from rag.ui.shelf import open_library

    users = read_users(file) if login or root_path or not is_loopback(host) else {}
    if login and not users:
        raise RagError(f"there are no users in {file}: `rag serve --add-user NAME` adds one")
    with show.working("Opening the corpus"):
        library = open_library(settings)
    serve_page(library, host, port, root_path=root_path, users=users, mcp=OverHttp if mcp else None)
