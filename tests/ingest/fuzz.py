"""Valid files of every format, made here, and seeded ways of breaking them.

Knows nothing of how files are read. Everything follows from the seed: the same seed breaks the same files.
"""

import bz2
import gzip
import io
import json
import lzma
import random
import zipfile
from collections.abc import Callable, Iterator

TITLE = "North denies sending arms to Russia"
SENTENCES = (
    "The ministry denied on Wednesday that it had sent shells to Russia.",
    "A lawmaker who was briefed by the agency said that a million shells had gone through the port of Najin.",
    "The agency's own estimate, which it gave in October, was half of that.",
    "“We have never had an arms deal,” the ministry's spokesman said, “and we will not have one.”",
    "Ships were seen in the port in September, on pictures that a company took from space.",
)
PARAGRAPHS = tuple(" ".join(SENTENCES[i % 5] for i in range(n, n + 5)) + f" It was report {n}." for n in range(6))
TEXT = "\n\n".join(PARAGRAPHS)
URL = "https://news.example.org/2023/11/02/north-denies"


def page(title: str = TITLE, paragraphs: tuple[str, ...] = PARAGRAPHS) -> bytes:
    """A web page with an article."""
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta property="og:site_name" content="The Example">'
        '<meta property="article:published_time" content="2023-11-02T10:00:00Z"></head>'
        f"<body><nav><a href='/'>Home</a></nav><article><h1>{title}</h1>{body}</article></body></html>"
    ).encode()


def pdf(pages: int = 1, title: str = TITLE, encrypted: bool = False) -> bytes:
    """A PDF with a running foot, `pages` times the article."""
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    def foot(canvas, document):  # noqa: ANN001, ANN202
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 30, f"The Example, page {document.page}")

    out, styles = io.BytesIO(), getSampleStyleSheet()
    options = {"encrypt": "secret"} if encrypted else {}
    story = [Paragraph(title, styles["Title"])]
    story += [Paragraph(p, styles["BodyText"]) for p in PARAGRAPHS * pages]
    template = SimpleDocTemplate(out, title=title, author="Jane Doe", invariant=1, **options)
    template.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def docx() -> bytes:
    """A Word document with a table."""
    from docx import Document

    document = Document()
    document.core_properties.title, document.core_properties.author = TITLE, "Jane Doe"
    document.add_heading(TITLE)
    for paragraph in PARAGRAPHS:
        document.add_paragraph(paragraph)
    document.add_table(1, 2).rows[0].cells[1].text = "A cell of a table."
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def rtf() -> bytes:
    """A rich text document."""
    body = "\\par\n".join(p.replace("“", "\\'93").replace("”", "\\'94") for p in PARAGRAPHS)
    return (
        f"{{\\rtf1\\ansi\\ansicpg1252{{\\fonttbl{{\\f0 Arial;}}}}{{\\info{{\\title {TITLE}}}{{\\author Jane Doe}}}}"
        f"\\f0 {{\\b {TITLE}}}\\par\n{body}}}"
    ).encode()


def packed(members: dict[str, bytes]) -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def epub(extra: str = "") -> bytes:
    """A book of two articles and a title page."""
    chapters = {f"c{n}.xhtml": page(f"Article {n}", PARAGRAPHS[n:]) for n in (1, 2)} | {"t.xhtml": b"<p>The Weekly</p>"}
    items = "".join(f'<item id="{n}" href="{n}" media-type="application/xhtml+xml"/>' for n in chapters)
    spine = "".join(f'<itemref idref="{n}"/>' for n in sorted(chapters, reverse=True))
    package = (
        f'<?xml version="1.0"?>{extra}<package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Weekly</dc:title>'
        f"<dc:date>2024-01-01</dc:date><dc:publisher>Example Press</dc:publisher></metadata>"
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="O/p.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    members = {"mimetype": b"application/epub+zip", "META-INF/container.xml": container.encode()}
    return packed(members | {"O/p.opf": package.encode()} | {f"O/{n}": c for n, c in chapters.items()})


def mail(subject: str = TITLE, body: str = TEXT) -> bytes:
    """A message."""
    return (
        f"From: Jane Doe <jane@example.org>\nTo: desk@example.org\nSubject: {subject}\n"
        "Date: Fri, 05 Jan 2024 09:00:00 +0000\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
        f"Content-Transfer-Encoding: 8bit\n\n{body}\n"
    ).encode()


def mhtml() -> bytes:
    """A page saved by Chrome."""
    import quopri

    return (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: " + URL.encode() + b"\r\nSubject: x\r\n"
        b"Date: Fri, 5 Jan 2024 09:00:00 -0000\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="B"\r\n\r\n\r\n--B\r\n'
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: "
        + URL.encode()
        + b"\r\n\r\n"
        + quopri.encodestring(page()).replace(b"\n", b"\r\n")
        + b"\r\n--B--\r\n"
    )


def feed(full: bool = True) -> bytes:
    """An RSS feed of one entry, in full or an excerpt."""
    content = f"<content:encoded><![CDATA[<p>{'</p><p>'.join(PARAGRAPHS)}</p>]]></content:encoded>" if full else ""
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>The Example</title><item><title>{TITLE}</title><link>{URL}</link><description>In short.</description>"
        f"<pubDate>Thu, 02 Nov 2023 23:30:00 -0500</pubDate>{content}</item></channel></rss>"
    ).encode()


RECORD = {"headline": TITLE, "articleBody": TEXT, "datePublished": "2023-11-02", "publisher": {"name": "The Example"}}


def pptx() -> bytes:
    """A presentation of two slides."""
    import pptx as library

    made = library.Presentation()
    for n in range(2):
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text = TITLE
        slide.placeholders[1].text = PARAGRAPHS[n]
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def xlsx() -> bytes:
    """A table of two articles."""
    import openpyxl

    made = openpyxl.Workbook()
    for row in (["title", "body"], *([f"No {n}", PARAGRAPHS[n]] for n in range(2))):
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def warc() -> bytes:
    """A web archive of two pages."""
    out = b""
    for n in range(2):
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page(f"{TITLE} {n}")
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {URL}-{n}\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
        )
        out += head.encode() + answer + b"\r\n\r\n"
    return out


VALID: dict[str, Callable[[], bytes]] = {
    "a.txt": lambda: f"{TITLE}\n\n{TEXT}".encode(),
    "a.md": lambda: f"---\ntitle: {TITLE}\npublished: 2023-11-02\n---\n{TEXT}".encode(),
    "a.html": page,
    "a.mhtml": mhtml,
    "a.pdf": lambda: pdf(2),
    "a.docx": docx,
    "a.pptx": pptx,
    "a.xlsx": xlsx,
    "a.warc": warc,
    "a.rtf": rtf,
    "a.epub": epub,
    "a.eml": mail,
    "a.mbox": lambda: b"".join(
        b"From jane@example.org Fri Jan  5 09:00:00 2024\n" + mail(f"No {n}") + b"\n" for n in "12"
    ),
    "a.json": lambda: json.dumps({"articles": [RECORD, RECORD]}).encode(),
    "a.jsonl": lambda: b"\n".join(json.dumps(RECORD | {"headline": f"No {n}"}).encode() for n in range(4)),
    "a.csv": lambda: ("title;body;date\n" + "".join(f'No {n};"{TEXT}";2023-11-0{n}\n' for n in (1, 2))).encode(),
    "a.xml": feed,
    "a.txt.gz": lambda: gzip.compress(TEXT.encode(), mtime=0),
    "a.html.bz2": lambda: bz2.compress(page()),
    "a.json.xz": lambda: lzma.compress(json.dumps(RECORD).encode()),
    "a.zip": lambda: packed(
        {"x/a.txt": TEXT.encode(), "b.html": page(), "c.pdf": pdf(), "d.png": b"\x89PNG\r\n\x1a\n"}
    ),
}
"""A valid file of every format."""


def _truncated(data: bytes, r: random.Random) -> bytes:
    return data[: r.randrange(len(data))]


def _flipped(data: bytes, r: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(max(1, len(out) // r.choice((2000, 300, 30)))):
        out[r.randrange(len(out))] ^= 1 << r.randrange(8)
    return bytes(out)


def _spliced(data: bytes, r: random.Random) -> bytes:
    start, at, length = r.randrange(len(data)), r.randrange(len(data)), r.randrange(1, len(data) // 2)
    return data[:at] + data[start : start + length] * r.choice((1, 2, 50)) + data[at + r.randrange(length) :]


def _zeroed(data: bytes, r: random.Random) -> bytes:
    at = r.randrange(len(data))
    return data[:at] + bytes(r.choice((1, 100, 100_000))) + data[at + r.randrange(100) :]


def _numbers(data: bytes, r: random.Random) -> bytes:
    """Digits changed to others: lengths and offsets that lie."""
    digits = [i for i, byte in enumerate(data) if 48 <= byte <= 57] or [0]
    out = bytearray(data)
    for _ in range(r.choice((1, 5, 50))):
        out[r.choice(digits)] = 48 + r.randrange(10)
    return bytes(out)


MUTATIONS = (_truncated, _flipped, _spliced, _zeroed, _numbers)


def _zip_bomb() -> bytes:
    return packed({f"{n}.txt": bytes(60_000_000) for n in range(4)})


def _laughs(element: str) -> str:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE {element} [<!ENTITY a0 "lol">{lines}]>'


def _laughing_yaml() -> bytes:
    lines = "".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 9))
    return f"---\na0: &a0 [x,x]\n{lines}---\ntext".encode()


def _laughing_docx() -> bytes:
    with zipfile.ZipFile(io.BytesIO(docx())) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    document = members["word/document.xml"].decode()
    at = document.index("?>") + 2
    document = document[:at] + _laughs("w:document") + document[at:].replace("The ministry denied", "&a9;", 1)
    return packed(members | {"word/document.xml": document.encode()})


BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "ZIP of 240 MB of zeros": ("bomb.zip", _zip_bomb),
    "gzip of 2 GB": ("bomb.txt.gz", lambda: gzip.compress(bytes(20_000_000), mtime=0) * 100),
    "deep JSON": ("deep.json", lambda: b"[" * 1_000_000),
    "XML entities in a DOCX": ("laughs.docx", _laughing_docx),
    "YAML aliases": ("laughs.md", _laughing_yaml),
}
"""Files made to harm: what they are, their names, their bytes."""


def broken(seed: int, count: int) -> Iterator[tuple[str, str, bytes]]:
    """`count` broken files, format after format: what was done, the file's name, its bytes."""
    valid = {name: make() for name, make in VALID.items()}
    names = sorted(valid)
    for number in range(count):
        r = random.Random(f"{seed} {number}")
        name, mutate = names[number % len(names)], MUTATIONS[number // len(names) % len(MUTATIONS)]
        yield mutate.__name__.strip("_"), name, mutate(valid[name], r)
