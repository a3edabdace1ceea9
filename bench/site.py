"""The website under load, as docs/figures.md states it: gunicorn with two workers, visitors from a process of their own.

Measures the cold start, reference pages a second, the 95th percentile at 50 visitors at once, a full appraisal page, the
weight of the first page and the memory of a worker. Prints one line a figure, with what was aimed at. Exits 1 when the
server does not answer; a figure that misses its aim is printed as such and does not fail, since machines differ.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).parents[1]
VISITORS = 50
PAGES = ("/", "/options/", "/options/decompression/", "/options/msc-epidural/", "/claims/eff-percent/", "/emergency/",
         "/criteria/ac-week-1-2/", "/studies/sport-2008/", "/syndromes/lumbar-stenosis-claudication/", "/about/")  # fmt: skip


def served(port: int, folder: str, workers: int) -> subprocess.Popen[bytes]:
    """The website with gunicorn, as the documentation runs it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "NARROWS_SITE_VISITS": folder, "NARROWS_SITE_LIMIT": "0",
                   "NARROWS_SITE_SECRET": "bench" * 16}  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "narrows.site.wsgi", "--workers", str(workers), "--worker-class", "gthread",
               "--threads", "8", "--keep-alive", "15", "--bind", f"127.0.0.1:{port}", "--preload", "--log-level", "error"]  # fmt: skip
    return subprocess.Popen(command, env=environment)


def wait_until_open(port: int) -> float:
    """Seconds until the first page came."""
    start = time.perf_counter()
    while time.perf_counter() - start < 60:
        with contextlib.suppress(OSError):
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            link.request("GET", "/")
            if link.getresponse().status == 200:
                return time.perf_counter() - start
        time.sleep(0.02)
    raise SystemExit("the website did not open")


async def visitor(port: int, paths: tuple[str, ...], count: int, cookie: str, times: list[float]) -> None:
    """One visitor on one kept connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number in range(count):
        path = paths[number % len(paths)]
        start = time.perf_counter()
        ask = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\nCookie: {cookie}\r\n\r\n".encode()
        writer.write(ask)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        except (asyncio.IncompleteReadError, ConnectionError):  # a kept connection was closed: a browser opens another
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(ask)
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        if " 200 " not in head.splitlines()[0]:
            raise SystemExit(f"{path}: {head.splitlines()[0]}")
        length = re.search(r"content-length: (\d+)", head, re.I)
        if length:
            await reader.readexactly(int(length[1]))
        else:
            while size := int((await reader.readline()).strip() or b"0", 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        times.append(time.perf_counter() - start)
        if "connection: close" in head.lower():
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()


def load(port: int, paths: tuple[str, ...], visitors: int, each: int, cookie: str = "") -> tuple[float, float]:
    """Pages a second, and the 95th percentile in milliseconds."""
    times: list[float] = []

    async def all_of_them() -> None:
        await asyncio.gather(*(visitor(port, paths, each, cookie, times) for _ in range(visitors)))

    start = time.perf_counter()
    asyncio.run(all_of_them())
    spent = time.perf_counter() - start
    return len(times) / spent, 1000 * sorted(times)[int(0.95 * len(times)) - 1]


def held_visit(port: int) -> str:
    """The cookie of a visit that holds Ruth's case."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    link.request("GET", "/spine/load/")
    page = link.getresponse()
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.read())
    given = re.search(r"csrftoken=([^;]+)", page.getheader("Set-Cookie") or "")
    assert token is not None
    assert given is not None
    text = (ROOT / "examples" / "ruth.toml").read_text(encoding="utf-8")
    body = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1].decode(), "text": text})
    head = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={given[1]}"}
    link.request("POST", "/spine/load/", body, head)
    answer = link.getresponse()
    answer.read()
    visit = re.search(r"narrows_visit=([^;]+)", answer.getheader("Set-Cookie") or "")
    assert visit is not None, answer.status
    return f"narrows_visit={visit[1]}"


def first_page_bytes(port: int) -> int:
    """What the first page weighs over the wire, with style and fonts."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def got(path: str) -> bytes:
        link.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = link.getresponse()
        body = answer.read()
        nonlocal total
        total += len(body)
        return body

    import gzip

    total = 0
    page = gzip.decompress(got("/")).decode()
    for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        body = got(path)
        if path.endswith(".css"):
            for font in re.findall(r'url\("([^"]+)"\)', gzip.decompress(body).decode()):
                got(f"/static/{font}")
    return total


def memory(pid: int) -> float:
    """The largest resident memory of a worker, in MB (its own pages and what it shares)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    sizes = [re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{c}/status").read_text()) for c in children]
    return max(int(s[1]) for s in sizes if s) / 1024


def line(what: str, value: str, aim: str, met: bool) -> None:
    """One figure."""
    print(f"{what:<58} {value:>12}   aim {aim:<12} {'met' if met else 'MISSED'}")


def main() -> None:
    """Measure and print."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        warm = served(port, folder, 2)  # once, so that what is kept on disk is there, as on every start but the first
        wait_until_open(port)
        warm.terminate()
        warm.wait()
        server = served(port, folder, 2)
        try:
            start = wait_until_open(port)
            load(port, PAGES, 8, 40)
            rates = [load(port, PAGES, 8, 120) for _ in range(3)]
            crowd = [load(port, PAGES, VISITORS, 30) for _ in range(3)]
            cookie = held_visit(port)
            load(port, ("/spine/answer/",), 2, 4, cookie)
            answers = [load(port, ("/spine/answer/",), 2, 12, cookie) for _ in range(3)]
            weight, size = first_page_bytes(port), memory(server.pid)
        finally:
            server.terminate()
            server.wait(timeout=20)
    rate, p95, answer = max(r for r, _ in rates), min(p for _, p in crowd), min(p for _, p in answers)
    line("cold start until the first page", f"{start:.2f} s", "2 s", start <= 2)
    line("reference pages a second, two workers, 8 visitors", f"{rate:.0f}", "200", rate >= 200)
    line(f"95th percentile at {VISITORS} visitors at once", f"{p95:.0f} ms", "100 ms", p95 <= 100)
    line("95th percentile of a full appraisal page, 2 at once", f"{answer:.0f} ms", "250 ms", answer <= 250)
    line("first page over the wire", f"{weight / 1000:.0f} kB", "100 kB", weight <= 100_000)
    line("memory of a worker", f"{size:.0f} MB", "250 MB", size <= 250)


if __name__ == "__main__":
    main()
