"""Passwords, sessions, and what slows guessing down."""

import stat
from pathlib import Path

import pytest

from rag.errors import RagError
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


def test_guessing_is_slowed_by_name_and_by_address() -> None:
    now = [0.0]
    door = Doorkeeper({"ines": hash_password(SECRET)}, clock=lambda: now[0])
    for _ in range(5):
        assert door.login("ines", "wrong", "1.2.3.4") == Refusal()
    held = door.login("ines", SECRET, "5.6.7.8")  # the name is known to be guessed at
    assert isinstance(held, Refusal) and held.wait > 0
    assert isinstance(door.login("paul", "x", "1.2.3.4"), Refusal)
    assert door.login("paul", "x", "1.2.3.4").wait > 0  # pyright: ignore[reportAttributeAccessIssue]
    now[0] += held.wait + 0.1
    assert door.login("ines", "wrong", "5.6.7.8") == Refusal()
    longer = door.login("ines", SECRET, "5.6.7.8")
    assert isinstance(longer, Refusal) and longer.wait > held.wait
    now[0] += 1000
    token = door.login("ines", SECRET, "5.6.7.8")
    assert isinstance(token, str) and door.user(token) == "ines"
    door.logout(token)
    assert door.user(token) is None


def test_a_session_ends_by_itself() -> None:
    now = [0.0]
    door = Doorkeeper({"ines": hash_password(SECRET)}, clock=lambda: now[0])
    token = door.login("ines", SECRET, "1.2.3.4")
    assert isinstance(token, str)
    now[0] += 8 * 24 * 3600
    assert door.user(token) is None and door.user("") is None
