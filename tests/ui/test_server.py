"""The page over HTTP: headers, what is refused, the login, users apart, a reverse proxy, ports."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.corpus import Corpus
from rag.errors import RagError
from rag.settings import Settings
from rag.ui.login import hash_password
from rag.ui.server import forget_uploads, launch, listen
from rag.ui.shelf import Library

Look = Callable[..., Any]
SECRET = "a long enough one"
# A busy machine is slow, not broken.
get = partial(httpx.get, timeout=120, verify=False)
post = partial(httpx.post, timeout=120, verify=False)


@pytest.fixture(scope="module")
def users() -> dict[str, str]:
    return {"ines": hash_password(SECRET), "paul": hash_password(SECRET)}


def test_every_response_forbids_what_is_remote(states_url: str) -> None:
    for path in ("", "config", "nothing-here", "gradio_api/file=/etc/passwd"):
        headers = get(states_url + path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy and "http" not in policy
        assert headers["x-frame-options"] == "DENY" and headers["x-content-type-options"] == "nosniff"
    assert "fonts.g" not in get(states_url + "theme.css").text


def test_what_the_page_does_not_need_is_closed(states_url: str) -> None:
    for path in ("gradio_api/file=/etc/passwd", "gradio_api/proxy=http://evil.example", "monitoring", "docs"):
        assert get(states_url + path).status_code == 404


def test_other_names_and_other_pages_are_not_answered(states_url: str) -> None:
    assert get(states_url, headers={"host": "evil.example"}).status_code == 421
    joined = states_url + "gradio_api/queue/join"
    assert post(joined, json={}, headers={"origin": "http://evil.example"}).status_code == 403
    assert post(joined, content=b"x" * 1_500_000).status_code == 413


def test_an_upload_that_is_too_large_is_refused(states_url: str) -> None:
    sent = post(states_url + "gradio_api/upload", files={"files": ("a.txt", b"x" * 21_000_000)})
    assert sent.status_code == 413


def test_more_than_this_machine_needs_a_login(sample: Corpus) -> None:
    with pytest.raises(RagError, match=r"host '0\.0\.0\.0' is more than this machine, which needs a login"):
        launch(Library(sample), host="0.0.0.0")
    with pytest.raises(RagError, match="needs a login"):
        launch(Library(sample), root_path="/rashomon")


def test_a_taken_port_is_an_error_and_is_passed_over(scripted: Any) -> None:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        port = s.getsockname()[1]
        with listen("127.0.0.1", range(port, port + 100)) as free:
            assert free.getsockname()[1] > port
        with pytest.raises(RagError, match=f"port {port}"):
            launch(Library(scripted()), port=port)


def test_nothing_is_served_before_the_login_and_guesses_are_slowed(serve: Any, scripted: Any, users: Any) -> None:
    with serve(scripted(), users=users) as url:
        browser = {"accept": "text/html"}
        for path in ("config", "gradio_api/info", "theme.css", "assets/x.js", "gradio_api/upload"):
            assert get(url + path).status_code == 401, path
        assert get(url, headers=browser).headers["location"] == "./login"
        assert "Password" in get(url + "login", headers=browser).text
        forged = get(url + "config", headers={"x-rashomon-user": "ines", "cookie": "rashomon-session=x"})
        assert forged.status_code == 401
        form = {"username": "ines", "password": SECRET}
        with httpx.Client(base_url=url, timeout=120) as client:
            let_in = client.post("login", data=form, headers=browser)
            assert let_in.status_code == 303
            cookie = let_in.headers["set-cookie"].lower()
            assert "httponly" in cookie and "samesite=strict" in cookie
            assert client.get("config").status_code == 200
            client.get("logout")
            assert client.get("config").status_code == 401
        for path in ("gradio_api/startup-events", "gradio_api/call/startup-events", "gradio_api/call/x/fonts/a.woff2"):
            assert get(url + path).status_code == post(url + path, json={"data": []}).status_code == 401, path
        answers = [post(url + "login", data=form | {"password": f"guess {n}"}) for n in range(8)]
        assert [a.status_code for a in answers[:6]] == [401] * 5 + [429]
        assert int(answers[5].headers["retry-after"]) >= 1
        # The owner's browser, in which she was let in before, is not kept waiting for what another does.
        assert post(url + "login", data=form, cookies=let_in.cookies).status_code == 200


def test_an_open_page_is_its_users_alone(serve: Any, scripted: Any, users: Any) -> None:
    @contextmanager
    def as_user(name: str) -> Iterator[httpx.Client]:
        with httpx.Client(base_url=url, timeout=120) as client:
            assert client.post("login", data={"username": name, "password": SECRET}).status_code == 200
            yield client

    with serve(scripted(), users=users) as url, as_user("ines") as ines, as_user("paul") as paul:
        call = {"data": ["contested", None, "", "", None], "session_hash": "page-of-ines"}
        begun = ines.post("gradio_api/call/ask", json=call)
        assert begun.status_code == 200
        assert paul.post("gradio_api/call/ask", json=call).status_code == 403
        assert paul.post("gradio_api/queue/join", json=call | {"fn_index": 0}).status_code == 403
        for path in ("gradio_api/queue/data?session_hash=page-of-ines", "gradio_api/heartbeat/page-of-ines"):
            assert paul.get(path).status_code == 403
        assert "complete" in ines.get(f"gradio_api/call/ask/{begun.json()['event_id']}").text
        assert paul.post("gradio_api/call/ask", json=call | {"session_hash": "page-of-paul"}).status_code == 200


def test_uploads_that_are_never_read_go(tmp_path: Path) -> None:
    for name in ("abc/old.md", "def/new.md", "part"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("x")
    for name in ("abc", "part"):
        os.utime(tmp_path / name, (0, 0))
    forget_uploads(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["def"]
    forget_uploads(tmp_path / "none")


def test_each_user_has_conversations_and_uploads_of_their_own(
    look: Look, serve: Any, words: Any, users: Any, tmp_path: Path
) -> None:
    shared, mine = tmp_path / "shared.md", tmp_path / "mine.md"
    shared.write_text("---\ntitle: The shared one\n---\nThe bridge at Orrel was closed on Monday, the council said.\n")
    mine.write_text("---\ntitle: A secret kiln\n---\nEleven kilns were lost in Orrel, the potter Una Reed said.\n")
    with Corpus.open(Settings(home=tmp_path / "home"), embedder=words) as corpus:
        corpus.ingest([shared])
        with serve(corpus, users=users) as url:
            views = {name: look(url + "login", name=name) for name in users}
            ines, paul = views["ines"], views["paul"]
            ines.articles()
            ines.page.set_input_files("#files", [mine])
            ines.page.locator(".results .added").wait_for()
            assert ines.page.locator("#rows li").count() == 2
            ines.page.click("[data-act=view][data-view=ask]")
            ines.ask("How many kilns were lost?")
            ines.answered()
            assert "leven kilns" in ines.page.inner_text("#thread")
            paul.page.reload()
            paul.page.locator(".start").wait_for()
            assert paul.page.locator(".kept li").count() == 0
            paul.articles()
            assert "secret kiln" not in paul.page.inner_text("#shelf")
            paul.page.click("[data-act=view][data-view=ask]")
            paul.ask("How many kilns were lost?")
            paul.answered()
            assert "kilns were lost" not in paul.page.inner_text("#thread").replace("How many kilns were lost?", "")
            paul.articles()
            paul.page.click(".row-open")  # the shared one: to read, not to change
            paul.page.locator(".reader").wait_for()
            assert paul.page.locator(".metadata").count() == 0


def listening(port: int) -> bool:
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def proxied(scripted: Any, serve: Any, users: dict[str, str]) -> Iterator[str]:
    """The page under /rashomon behind a small reverse proxy of another port."""
    with serve(scripted(), users=users, root_path="/rashomon") as inner:
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        proxy = subprocess.Popen([sys.executable, str(Path(__file__).with_name("proxy.py")), str(port), inner])
        try:
            while not listening(port):
                assert proxy.poll() is None
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}/rashomon/"
        finally:
            proxy.kill()  # its streams are still open
            proxy.wait(10)


def test_it_runs_behind_a_reverse_proxy_under_a_path(look: Look, proxied: str) -> None:
    view = look(proxied + "login", name="ines", ask="contested")
    assert view.page.locator(".position").count() == 3
    view.articles()
    assert view.page.locator("#rows li").count() == 3
