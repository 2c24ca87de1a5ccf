"""Passwords, sessions, and what slows guessing down."""

import stat
from pathlib import Path
from typing import Any

import pytest

from rag.errors import RagError
from rag.ui import login
from rag.ui.login import Doorkeeper, Refusal, add_user, hash_password, is_password, read_users

SECRET = "a long enough one"


def test_a_password_is_kept_as_a_salted_hash(tmp_path: Path) -> None:
    file = tmp_path / "home" / "users.json"
    add_user(file, "ines", SECRET)
    add_user(file, "paul", SECRET)
    users = read_users(file)
    assert SECRET not in file.read_text() and users["ines"] != users["paul"]
    assert is_password(SECRET, users["ines"]) and not is_password("another one, long", users["ines"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_is_no_user_or_no_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RagError, match="5 characters, at least 10"):
        add_user(tmp_path / "u", "ines", "short")
    with pytest.raises(RagError, match="no name"):
        add_user(tmp_path / "u", " ", SECRET)
    (tmp_path / "u").write_text('{"ines": "plain"}')
    with pytest.raises(RagError, match="no list of users"):
        read_users(tmp_path / "u")
    assert read_users(tmp_path / "none") == {}


def test_guessing_is_slowed_and_its_victim_is_not() -> None:
    now = [0.0]
    door = Doorkeeper({"ines": hash_password(SECRET), "paul": hash_password(SECRET)}, clock=lambda: now[0])
    known = door.browser("ines")
    for _ in range(5):
        assert door.login("ines", "wrong", "1.2.3.4") == Refusal()
    held = door.login("ines", SECRET, "1.2.3.4")
    assert isinstance(held, Refusal) and held.wait > 0
    assert isinstance(door.login("ines", SECRET, "5.6.7.8"), str)  # from elsewhere
    assert isinstance(door.login("ines", SECRET, "1.2.3.4", known), str)  # from the same network, in a known browser
    for forged in ("x.y", known + "0", door.browser("paul"), known.partition(".")[0]):
        assert isinstance(door.login("ines", SECRET, "1.2.3.4", forged), Refusal)
    now[0] += held.wait + 0.1
    assert door.login("ines", "wrong", "1.2.3.4") == Refusal()
    longer = door.login("ines", SECRET, "1.2.3.4")
    assert isinstance(longer, Refusal) and longer.wait > held.wait
    now[0] += 1000
    token = door.login("ines", SECRET, "1.2.3.4")
    assert isinstance(token, str) and door.user(token) == "ines"
    door.logout(token)
    assert door.user(token) is None


def test_a_known_browser_is_no_way_round() -> None:
    door = Doorkeeper({"ines": hash_password(SECRET)}, clock=lambda: 0.0)
    known = door.browser("ines")
    tries = [door.login("ines", "wrong", f"1.2.3.{n}", known) for n in range(7)]
    assert tries[:5] == [Refusal()] * 5 and all(isinstance(t, Refusal) and t.wait for t in tries[5:])


@pytest.mark.parametrize(
    "tries",
    [
        [(f"user {n}", "1.2.3.4") for n in range(21)],  # many names from one address
        [("ines", f"2001:db8::{n:x}") for n in range(6)],  # one name from one network of IPv6
        [("ines", f"10.0.{n}.1") for n in range(101)],  # one name from many addresses
    ],
)
def test_many_addresses_and_many_names_are_slowed_too(tries: list[tuple[str, str]], monkeypatch: Any) -> None:
    monkeypatch.setattr(login, "is_password", lambda password, stored: False)  # the hash is slow on purpose
    door = Doorkeeper({"ines": hash_password(SECRET)}, clock=lambda: 0.0)
    waits = [door.login(name, "wrong", address).wait for name, address in tries]  # pyright: ignore[reportAttributeAccessIssue]
    assert not any(waits[:-1]) and waits[-1] > 0


def test_an_open_page_stays_its_first_users() -> None:
    door = Doorkeeper({})
    assert door.owns("ines", "p1") and door.owns("paul", "p2")
    assert not door.owns("paul", "p1") and door.owns("ines", "p1")


def test_a_session_ends_by_itself() -> None:
    now = [0.0]
    door = Doorkeeper({"ines": hash_password(SECRET)}, clock=lambda: now[0])
    token = door.login("ines", SECRET, "1.2.3.4")
    assert isinstance(token, str)
    now[0] += 8 * 24 * 3600
    assert door.user(token) is None and door.user("") is None
