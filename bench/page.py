"""How quick the page is: `python bench/page.py`. Needs Chromium; uses the sets beside the project when they are there.

Three measures: from the start of `python app.py` until it answers, and until the browser shows it; from Enter to the
first words of an extractive answer in the browser, over 840 articles, and how much of it is not the answer's making; 20
people who ask at once. On a busy machine all of them are upper bounds, so processor time and load are told too.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from gradio_client import Client
from playwright.sync_api import sync_playwright
from sets import POLNEAR, ROOT, as_files, rows

ARGUMENTS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync".split()
# Presses Enter and gives the milliseconds until the first words of the new answer stand in the page.
ENTER = """([question, n]) => new Promise(resolve => {
  const box = document.querySelector("#ask textarea");
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, question);
  box.dispatchEvent(new Event("input", {bubbles: true}));
  requestAnimationFrame(() => {
    const began = performance.now();
    const seen = () => {
      const words = document.querySelector(`#exchange-${n} :is(.text, .position, .nearest)`);
      if (words && words.textContent.trim()) { watch.disconnect(); resolve(performance.now() - began); }
    };
    const watch = new MutationObserver(seen);
    watch.observe(document.querySelector("#thread"), {childList: true, subtree: true, characterData: true});
    box.dispatchEvent(new KeyboardEvent("keypress", {key: "Enter", bubbles: true, cancelable: true}));
    setTimeout(() => resolve(-1), 20000);
  });
})"""


def start(home: Path) -> tuple[subprocess.Popen[bytes], str, float]:
    """The page over a home; the process, its address, and the seconds until it answered."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    began = time.perf_counter()
    env = os.environ | {"RAG_HOME": str(home), "PYTHONPATH": str(ROOT)}
    page = subprocess.Popen([sys.executable, str(ROOT / "app.py"), "--port", str(port)], env=env)
    url = f"http://127.0.0.1:{port}/"
    while True:
        try:
            httpx.get(url).raise_for_status()
            return page, url, time.perf_counter() - began
        except httpx.HTTPError:
            time.sleep(0.02)


def processor_seconds(process: subprocess.Popen[bytes]) -> float:
    """What a process has used up to now (Linux)."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def making(shown: str) -> float:
    """The milliseconds in `extractive · 31 ms` or `extractive · 0.31 s`."""
    number, unit = shown.split(" · ")[-1].split()
    return float(number) * (1000 if unit == "s" else 1)


def in_browser(browser: Any, url: str, questions: list[str]) -> tuple[float, list[tuple[float, float]]]:
    """Seconds until the page is of use; for each question milliseconds from Enter to first words, and of its making."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator("#ask textarea").wait_for()
    page.locator(".thread").wait_for()
    useful = time.perf_counter() - began
    page.wait_for_timeout(1500)
    times = list[tuple[float, float]]()
    for n, question in enumerate(questions, 1):
        waited = page.evaluate(ENTER, [question, n])
        page.locator(f"#exchange-{n} .verdict").wait_for()
        times.append((waited, making(page.inner_text(f"#exchange-{n} .made"))))
        page.locator("#ask .submit-button").wait_for()
        page.wait_for_timeout(150)
    return useful, times


def at_once(url: str, questions: list[str]) -> tuple[int, float]:
    """How many of 20 people who ask at once get the answer to their own question, and the seconds until the last."""
    clients = [Client(url, verbose=False, analytics_enabled=False) for _ in range(20)]
    began = time.perf_counter()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda c, q: c.predict(q, api_name="/ask"), clients, questions[:20]))
    right = sum(a["question"] == q for a, q in zip(answers, questions, strict=False))
    return right, time.perf_counter() - began


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="a collection that is there already")
    parser.add_argument("--rounds", type=int, default=6, help="of ten questions each, in a conversation of its own")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder) / "home"
        if not home.exists():
            articles = as_files(rows(POLNEAR / "articles.jsonl"), Path(folder) / "articles")
            command = [sys.executable, "-m", "rag", "ingest", str(articles), "--home", str(home)]
            subprocess.run(command, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
        questions = [row["question"] for row in rows(POLNEAR / "who_said.jsonl")]
        page, url, opened = start(home)
        try:
            print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
            print(f"opens after {opened:.2f} s, {processor_seconds(page):.2f} s of processor time")
            with sync_playwright() as p:
                browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
                useful, _ = in_browser(browser, url, questions[:1])
                print(f"of use after {useful:.2f} s more")
                times = list[tuple[float, float]]()
                for k in range(given.rounds):
                    times += in_browser(browser, url, questions[10 * k + 1 : 10 * k + 11])[1]
                browser.close()
            for name, found in (
                ("Enter to first words", [t for t, _ in times]),
                ("without the answer's making", [max(t - m, 0) for t, m in times]),
            ):
                cuts = statistics.quantiles(found, n=20)
                print(
                    f"{name}, {len(found)} questions: median {statistics.median(found):.0f} ms, "
                    f"p95 {cuts[18]:.0f} ms, least {min(found):.0f} ms, most {max(found):.0f} ms"
                )
            right, seconds = at_once(url, questions)
            print(f"20 at once: {right} right answers, the last after {seconds:.2f} s")
        finally:
            page.terminate()
            page.wait()


if __name__ == "__main__":
    main()
