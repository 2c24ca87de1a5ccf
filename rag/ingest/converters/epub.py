"""EPUB: each document of its reading order that is long enough is an article.

Read with the standard library's ZIP and defusedxml: an EPUB is a few XML files that name its pages, and the library
for it, EbookLib, is under the AGPL.
"""

import posixpath
import zipfile
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from rag.errors import UnreadableError
from rag.ingest.converters.base import Converter, Failure, Input, ReadResult, check_unpacked_size, holds
from rag.ingest.converters.markup import text_of, title_of
from rag.ingest.draft import Draft, Stated

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_FEWEST_WORDS = 100
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def _epub(file: Input) -> ReadResult:
    """The book's articles: its documents of 100 words or more, or all of them as one where none is so long.

    A book's date is often the day that a program made it, so it's kept as a note and never as the publication date.

    Raises:
        UnreadableError: it isn't an EPUB that can be opened, is protected, or holds no text.
    """
    check_unpacked_size(file)
    with zipfile.ZipFile(BytesIO(file.data)) as book:
        names = set(book.namelist())
        if "META-INF/encryption.xml" in names and b"xmlenc#" in book.read("META-INF/encryption.xml"):
            raise UnreadableError("is a protected (DRM) or partly encrypted EPUB: save its articles as text or HTML")
        package, folder = _package(book)
        of_book = _fields(package)
        drafts: list[Draft] = []
        short: list[tuple[str, str]] = []
        failures: list[Failure] = []
        for path in _reading_order(package, folder):
            try:
                page = book.read(path)
            except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as e:
                failures.append(Failure(path, f"is missing from the book or damaged ({e}): save or download it again"))
                continue
            if len((text := text_of(page)).split()) < _FEWEST_WORDS:
                short.append((path, text))
                continue
            title = title_of(page)
            fields = of_book | ({"title": Stated(*title)} if title else {})
            drafts.append(Draft(text=text, fields=fields, part=path, is_bounded=True))
    if not drafts:
        whole = "\n".join(text for _, text in short if text)
        if not whole:
            raise UnreadableError("is an EPUB without text: save its articles as text or HTML")
        return ReadResult(drafts=(Draft(text=whole, fields=of_book, is_bounded=True),), failures=tuple(failures))
    few = f"is a page of fewer than {_FEWEST_WORDS} words: a cover, a list of contents or a note"
    skipped = tuple(Failure(path, few) for path, _ in short)
    return ReadResult(drafts=tuple(drafts), failures=tuple(failures), skipped=skipped)


def _package(book: zipfile.ZipFile) -> tuple[Any, str]:
    """The package document, and the folder that its paths start from."""
    from defusedxml.ElementTree import fromstring

    container: Any = fromstring(book.read("META-INF/container.xml"))
    rootfile = container.find(f".//{_CONTAINER}rootfile")
    if rootfile is None:
        raise UnreadableError("is an EPUB that doesn't name its contents: save its articles as text or HTML")
    path = str(rootfile.get("full-path", ""))
    return fromstring(book.read(path)), posixpath.dirname(path)


def _fields(package: Any) -> dict[str, Stated]:
    def of(name: str) -> str:
        element = package.find(f".//{_DC}{name}")
        return " ".join((element.text or "").split()) if element is not None else ""

    fields = {"title": of("title"), "author": of("creator"), "publisher": of("publisher"), "language": of("language")}
    for name in ("author", "publisher"):
        if fields[name].lower() in ("calibre", "unknown"):  # the program that packs news into EPUBs signs as both
            fields[name] = ""
    if fields["title"] or of("date"):
        fields["note"] = f"from the EPUB “{fields['title']}”" + (f", dated {of('date')[:10]}" if of("date") else "")
    return {name: Stated(value, "the book's metadata") for name, value in fields.items() if value}


def _reading_order(package: Any, folder: str) -> list[str]:
    """Paths of its pages, table of contents left out, in the order of the spine."""
    items = {item.get("id"): item for item in package.iter(f"{_OPF}item")}
    paths: list[str] = []
    for reference in package.iter(f"{_OPF}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or "nav" in item.get("properties", "").split() or item.get("media-type") not in _PAGES:
            continue
        paths.append(posixpath.normpath(posixpath.join(folder, unquote(item.get("href", "")))))
    return list(dict.fromkeys(paths))


EPUB = Converter("epub", (".epub",), lambda data, suffix: holds(data, "META-INF/container.xml"), _epub)
