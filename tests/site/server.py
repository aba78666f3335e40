"""A loopback server that answers like GitHub Pages: compressed, 404.html for what is missing."""

import functools
import gzip
import http.server
import mimetypes
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from hooks.core.paths import ROOT

# The system's Chromium, or the one named in CHROMIUM.
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
# What GitHub Pages compresses, by its media type; pictures and fonts are compressed already.
TEXT = ("text/", "application/javascript", "application/json", "application/xml", "image/svg+xml")


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder below `prefix`, such as `/course/`."""

    def __init__(self, *args, home: str, **kwargs):
        self.home, self.prefix = home, urlsplit(home).path
        super().__init__(*args, **kwargs)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""

    def translate_path(self, path: str) -> str:
        """Map an address to a file; what lies outside the site's path does not exist."""
        inside = path.startswith(self.prefix)
        return super().translate_path("/" + path.removeprefix(self.prefix) if inside else "/none")

    def end_headers(self) -> None:
        """Let the browser keep what it has for ten minutes, as GitHub Pages does."""
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()

    def send_head(self):
        """Answer text compressed, and the sitemap with this server's addresses.

        With other addresses in the sitemap instant navigation would stay off.
        """
        path = Path(self.translate_path(self.path))
        if path.is_dir() and self.path.endswith("/"):
            path /= "index.html"
        kind = mimetypes.guess_type(path.name)[0] or ""
        if not path.is_file() or not kind.startswith(TEXT):
            return super().send_head()
        text = path.read_bytes()
        if path.name == "sitemap.xml":
            host, port = self.server.server_address[:2]
            text = text.replace(self.home.encode(), f"http://{host}:{port}{self.prefix}".encode())
        return self.answer(200, kind, text)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Show the site's own page for what does not exist."""
        if code != 404:
            return super().send_error(code, message, explain)
        return self.answer(404, "text/html", Path(self.directory, "404.html").read_bytes())

    def answer(self, status: int, kind: str, body: bytes) -> None:
        """Send a whole answer, compressed where the browser takes it."""
        self.send_response(status)
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, compresslevel=6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def built() -> Path:
    """Return the folder of the site that `make site` built; stop where there is none."""
    if not (ROOT / "site/index.html").is_file():
        sys.exit("no site/ here: run `make site` first")
    return ROOT / "site"


@contextmanager
def serve(site: Path) -> Iterator[str]:
    """Serve a built site and yield its address, ending in a slash."""
    home = (site / "sitemap.xml").read_text().split("<loc>")[1].split("</loc>")[0]
    handler = functools.partial(Handler, directory=str(site), home=home)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{urlsplit(home).path}"
        server.shutdown()
