"""Who may use the page: a file of names and password hashes, sessions, and what slows guessing down.

Where there is no login, only requests that name this machine are answered, so that no web page elsewhere can reach
the page through a name of its own (DNS rebinding). Knows nothing of Gradio, of corpora or of what the page shows.
"""

import base64
import hashlib
import hmac
import ipaddress
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from rag.errors import RagError
from rag.ui.saved import write_whole

MIN_PASSWORD: Final = 10
_COST: Final = {"n": 2**15, "r": 8, "p": 1, "maxmem": 2**26}  # scrypt (RFC 7914): 32 MB, about 0.1 s
# Wrong tries before the next has to wait: of a name from one address; of a name from a browser that it has logged in
# with; of any names from one address; of a name from all other browsers wherever they are.
_FREE_TRIES: Final = {"pair": 5, "browser": 5, "address": 20, "name": 100}
_LONGEST_WAIT: Final = 900.0
_SESSION_SECONDS: Final = 7 * 24 * 3600
_MOST_REMEMBERED: Final = 10_000


def hash_password(password: str) -> str:
    """`scrypt$salt$hash`, both in base64."""
    salt = secrets.token_bytes(16)
    made = hashlib.scrypt(password.encode(), salt=salt, **_COST)
    return "$".join(("scrypt", base64.b64encode(salt).decode(), base64.b64encode(made).decode()))


def is_password(password: str, stored: str) -> bool:
    """Whether the password is the one that was hashed."""
    _, salt, made = stored.split("$")
    found = hashlib.scrypt(password.encode(), salt=base64.b64decode(salt), **_COST)
    return hmac.compare_digest(found, base64.b64decode(made))


def read_users(file: Path) -> dict[str, str]:
    """Names and hashes; none when there is no file.

    Raises:
        RagError: the file is not a JSON object of names and hashes.
    """
    try:
        users = json.loads(file.read_text("utf-8"))
        if not all(isinstance(v, str) and v.count("$") == 2 for v in users.values()):
            raise ValueError("a hash is not of the form scrypt$salt$hash")
        return users
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as e:
        raise RagError(f"{file} is no list of users: {e}. `rag serve --add-user NAME` writes it.") from e


def add_user(file: Path, name: str, password: str) -> None:
    """Add a user, or give one another password. The file is for its owner alone.

    Raises:
        RagError: the name is empty or the password too short.
    """
    if not name.strip() or not name.isprintable() or len(name) > 100:
        raise RagError(f"{name!r} is no name for a user")
    if len(password) < MIN_PASSWORD:
        raise RagError(f"the password has {len(password)} characters, at least {MIN_PASSWORD} are needed")
    users = read_users(file) | {name.strip(): hash_password(password)}
    write_whole(file, json.dumps(users, ensure_ascii=False, indent=2).encode())


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a login failed: a wrong name or password, or too many of them, in which case how long to wait."""

    wait: float = 0.0


class Doorkeeper:
    """Sessions and failed tries, in memory: a restart ends all sessions.

    Whoever guesses a password is slowed down and its owner is not: a browser in which the owner has logged in before
    holds a token that says so, and its tries are counted apart (OWASP, "Slow Down Online Guessing Attacks with Device
    Cookies").
    """

    def __init__(self, users: dict[str, str], clock: Callable[[], float] = time.monotonic) -> None:
        """Let these users in."""
        self._users = users
        self._clock = clock
        self._sessions: dict[str, tuple[str, float]] = {}
        self._failed: dict[tuple[str, str], tuple[int, float]] = {}
        self._owners: dict[str, str] = {}
        self._guard = threading.Lock()
        self._nobody = hash_password(secrets.token_hex(16))
        self._key = secrets.token_bytes(32)

    def login(self, name: str, password: str, address: str, browser: str = "") -> str | Refusal:
        """A session's token. After five wrong tries of a name from an address each costs twice the wait of the last.

        Args:
            name: the user's.
            password: as typed.
            address: of the network, from which the try comes.
            browser: the token that `browser` gave when this user was let in.
        """
        name, place = name[:100], _network(address)
        if self._is_known(name, browser):
            keys = [("browser", browser)]
        else:
            keys = [("pair", f"{place} {name}"), ("address", place), ("name", name)]
        with self._guard:
            wait = max(self._wait(key) for key in keys)
            if wait > 0:
                return Refusal(wait)
            for key in keys:  # counted before the hash is tried, so that many at once are no way round
                self._count(key)
        # A name that is unknown takes as long as one that is known.
        right = is_password(password[:1000], self._users.get(name, self._nobody)) and name in self._users
        if not right:
            return Refusal()
        token = secrets.token_urlsafe(32)
        with self._guard:
            for key in keys:
                self._failed.pop(key, None)
            now = self._clock()
            self._sessions = {t: s for t, s in self._sessions.items() if s[1] > now}
            self._sessions[token] = (name, now + _SESSION_SECONDS)
        return token

    def browser(self, name: str) -> str:
        """A token for a browser in which a user has logged in."""
        number = secrets.token_urlsafe(16)
        return f"{number}.{self._signed(number, name)}"

    def user(self, token: str) -> str | None:
        """Whose session it is; None if it is none."""
        with self._guard:
            name, ends = self._sessions.get(token, ("", 0.0))
            return name if name and ends > self._clock() else None

    def logout(self, token: str) -> None:
        """End a session."""
        with self._guard:
            self._sessions.pop(token, None)

    def owns(self, name: str, page: str) -> bool:
        """Whether an open page, by the number that Gradio gives it, is this user's: whose it is first, it stays."""
        with self._guard:
            if len(self._owners) >= _MOST_REMEMBERED and page not in self._owners:
                del self._owners[next(iter(self._owners))]
            return self._owners.setdefault(page, name) == name

    def _is_known(self, name: str, browser: str) -> bool:
        number, _, signed = browser.partition(".")
        return bool(signed) and hmac.compare_digest(signed.encode(), self._signed(number, name).encode())

    def _signed(self, number: str, name: str) -> str:
        return hmac.new(self._key, f"{number} {name}".encode(), hashlib.sha256).hexdigest()

    def _wait(self, key: tuple[str, str]) -> float:
        tries, last = self._failed.get(key, (0, 0.0))
        beyond = tries - _FREE_TRIES[key[0]] + 1
        if beyond <= 0:
            return 0.0
        return max(0.0, last + min(2.0 ** min(beyond, 20), _LONGEST_WAIT) - self._clock())

    def _count(self, key: tuple[str, str]) -> None:
        if len(self._failed) >= _MOST_REMEMBERED:
            by_time = sorted(self._failed.items(), key=lambda failed: failed[1][1])
            self._failed = dict(by_time[_MOST_REMEMBERED // 2 :])
        self._failed[key] = (self._failed.get(key, (0, 0.0))[0] + 1, self._clock())


def _network(address: str) -> str:
    """An address, of IPv6 the network of 64 bits that its owner chooses addresses in."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:100]
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


def login_page(style: str, message: str = "") -> str:
    """The page that asks who one is."""
    said = f'<p class="error" role="alert">{escape(message)}</p>' if message else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width, initial-scale=1"><title>Rashomon</title>'
        f'<link rel="icon" href="data:,"><style>{style}</style></head>'
        '<body class="door"><main><h1>Rashomon</h1><p class="tag">Who said what, when, and who '
        'disputes it</p><form method="post"><label for="username">Name</label>'
        '<input id="username" name="username" autocomplete="username" autofocus required><label for="password">Password'
        '</label><input id="password" name="password" type="password" autocomplete="current-password" required>'
        f'{said}<button class="btn primary">Log in</button></form></main></body></html>'
    )
