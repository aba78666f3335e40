"""The protocol, byte by byte: ranges, headers, error codes, and paths that try to climb out."""

import hashlib
import http.client
import json
import os
import socket
import time
from urllib.parse import quote

import pytest

from tests.hooks.hub.conftest import SHA
from tests.hooks.hub.conftest import ask as ask_address
from tests.reruns import BUSY_MACHINE

pytestmark = BUSY_MACHINE

NOTE = f"/example/plain/resolve/{SHA}/notes/a.txt"  # holds 0123456789
REQUEST = "GET {} HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n"
WEIGHTS = "/example/plain/resolve/main/model.safetensors"


def ask(server, path, method="GET", body=None, **headers):
    return ask_address(server.server_address, path, method, body, **headers)


def raw(server, text):
    """Sends this text as it is, gives back all that comes until the server closes."""
    with socket.create_connection(server.server_address, timeout=60) as connection:
        connection.sendall(text.encode("latin-1"))
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_file_comes_with_what_the_client_reads_from_its_headers(server):
    response, content = ask(server, WEIGHTS)
    assert response.status == 200
    assert len(content) == int(response.headers["Content-Length"])
    assert response.headers["X-Repo-Commit"] == SHA
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["ETag"] == response.headers["X-Linked-Etag"]
    assert int(response.headers["X-Linked-Size"]) == len(content)
    assert not [name for name in response.headers if "xet" in name.lower()]
    assert response.headers["ETag"].strip('"') == hashlib.sha256(content).hexdigest()


def test_head_tells_the_size_and_sends_nothing(server):
    response, content = ask(server, NOTE, "HEAD")
    assert (response.status, response.headers["Content-Length"], content) == (200, "10", b"")


@pytest.mark.parametrize(
    ("asked", "status", "content", "told"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=9-9", 206, b"9", "bytes 9-9/10"),
        ("bytes=0-0,5-6", 200, b"0123456789", None),  # several ranges: the whole file
        ("bytes=5-2", 200, b"0123456789", None),  # not a range
        ("lines=1-2", 200, b"0123456789", None),
        ("bytes=10-", 416, None, "bytes */10"),  # beyond the end: refused
        ("bytes=10-12", 416, None, "bytes */10"),
        ("bytes=-0", 416, None, "bytes */10"),
    ],
)
def test_ranges(server, asked, status, content, told):
    response, body = ask(server, NOTE, Range=asked)
    assert (response.status, response.headers["Content-Range"]) == (status, told)
    assert content in (body, None)
    assert int(response.headers["Content-Length"]) == len(body)


def test_an_empty_file_has_no_range(server):
    path = "/example/plain/resolve/main/empty.txt"
    assert ask(server, path)[0].status == 200
    assert ask(server, path, Range="bytes=0-")[0].status == 416


def test_if_range_of_another_version_gets_the_whole_file(server):
    etag = ask(server, NOTE, "HEAD")[0].headers["ETag"]
    assert ask(server, NOTE, Range="bytes=8-", **{"If-Range": etag})[0].status == 206
    assert ask(server, NOTE, Range="bytes=8-", **{"If-Range": '"other"'})[0].status == 200


@pytest.mark.parametrize("revision", ["main", "refs%2Fheads%2Fmain", SHA, SHA[:7], SHA.upper()])
def test_the_revision_has_several_names(server, revision):
    response, _ = ask(server, f"/example/plain/resolve/{revision}/config.json", "HEAD")
    assert (response.status, response.headers["X-Repo-Commit"]) == (200, SHA)


def test_an_unpinned_checkpoint_has_a_commit_that_nobody_takes_for_real(server):
    assert json.loads(ask(server, "/api/models/example/no-pin")[1])["sha"] == "0" * 40


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/nobody/nothing/resolve/main/config.json", "RepoNotFound"),
        ("/nothing/resolve/main/config.json", "RepoNotFound"),
        ("/api/models/nobody/nothing", "RepoNotFound"),
        ("/api/models/nothing", "RepoNotFound"),
        ("/api/models/nothing/tree/main", "RepoNotFound"),
        ("/api/models/nobody/nothing/tree/main?recursive=true", "RepoNotFound"),
        ("/api/models/nobody/nothing/refs", "RepoNotFound"),
        ("/api/models/example/rows", "RepoNotFound"),
        ("/api/datasets/nobody/rows", "RepoNotFound"),
        ("/api/datasets/example/rows/tree/main", "RepoNotFound"),
        ("/datasets/example/rows/resolve/main/data.csv", "RepoNotFound"),
        ("/spaces/example/rows/resolve/main/data.csv", "RepoNotFound"),
        ("/example/plain/resolve/main/nothing.json", "EntryNotFound"),
        ("/example/plain/resolve/main/notes", "EntryNotFound"),
        ("/api/models/example/plain/tree/main/nothing", "EntryNotFound"),
        ("/api/models/example/plain/tree/main/config.json", "EntryNotFound"),
        ("/example/plain/resolve/v2/config.json", "RevisionNotFound"),
        ("/example/plain/resolve/012345/config.json", "RevisionNotFound"),  # six digits
        ("/api/models/example/plain/revision/refs%2Fpr%2F1", "RevisionNotFound"),
        ("/api/models/example/plain/tree/fedcba9", "RevisionNotFound"),
        ("/api/models", None),
        ("/api/whoami-v2", None),
        ("/favicon.ico", None),
    ],
)
def test_what_is_not_here(server, path, code):
    for method in ("GET", "HEAD"):
        response, content = ask(server, path, method)
        assert (response.status, response.headers["X-Error-Code"]) == (404, code)
        assert response.headers["X-Error-Message"]
    assert content == b""


def test_the_message_tells_why_a_repository_is_missing(server):
    def message(id_):
        return json.loads(ask(server, f"/api/models/{id_}/tree/main")[1])["error"]

    assert message("example/not-yet") == "example/not-yet: registered, no stand-in yet"
    assert "not registered" in message("nobody/nothing")
    assert "started without it" in message("example/tiny-bert")


@pytest.fixture(scope="module")
def secret(server):
    """A file outside the repository, where climbing out would find it."""
    path = server.hub.served["example/plain"].folder.parent / "secret.txt"
    path.write_text("secret 10.")
    return path


@pytest.mark.parametrize(
    ("tail", "status"),
    [
        ("../secret.txt", b"400"),
        ("notes/../../secret.txt", b"400"),
        ("%2e%2e/secret.txt", b"400"),
        ("%2e%2e%2fsecret.txt", b"400"),
        ("..%2fsecret.txt", b"400"),
        ("%252e%252e/secret.txt", b"404"),  # a name that starts with %2e
        ("..\\secret.txt", b"400"),
        ("..%5csecret.txt", b"400"),
        ("notes%5c..%5c..%5csecret.txt", b"400"),
        ("./notes/a.txt", b"400"),
        ("notes//a.txt", b"404"),
        ("notes/a.txt/", b"404"),
        ("notes/a.txt%00.json", b"400"),
        ("\x00", b"400"),
        ("%c0%ae%c0%ae/secret.txt", b"400"),  # ".." in overlong UTF-8
        ("%ff", b"400"),
        ("a%0d%0aX-Injected:%20yes", b"400"),
        ("{absolute}", b"404"),
        ("%2F{absolute}", b"404"),
        ("/{absolute}", b"404"),
    ],
)
def test_no_path_climbs_out(server, secret, tail, status):
    tail = tail.replace("{absolute}", str(secret))
    for start in (f"/example/plain/resolve/{SHA}/", "/api/models/example/plain/tree/main/"):
        answer = raw(server, REQUEST.format(start + tail))
        assert answer.split()[1] == status
        assert b"\r\n\r\nsecret" not in answer
        assert b"\r\nX-Injected" not in answer


@pytest.mark.parametrize(
    "target",
    [
        "/../../../../etc/passwd",
        "//etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/example/../plain/resolve/main/notes/a.txt",
        "/example/plain/resolve/..%2f../secret.txt",
        "http://elsewhere/example/plain/resolve/main/notes/a.txt",
        "*",
        "example/plain/resolve/main/notes/a.txt",
    ],
)
def test_odd_targets_are_refused(server, secret, target):
    assert raw(server, REQUEST.format(target)).split()[1] in (b"400", b"404")


def test_a_link_put_there_later_is_not_followed(server, secret):
    note = server.hub.served["example/plain"].folder / "notes" / "a.txt"
    kept = note.with_name("kept")
    # The same size and time, so that only the link itself gives it away.
    os.utime(secret, ns=(0, note.stat().st_mtime_ns))
    note.rename(kept)
    try:
        note.symlink_to(secret)
        response, content = ask(server, NOTE)
        assert response.status == 500
        assert b"secret" not in content
    finally:
        note.unlink()
        kept.rename(note)
    assert ask(server, NOTE)[1] == b"0123456789"


def test_a_file_that_changed_on_disk_is_not_served_under_its_old_hash(server):
    note = server.hub.served["example/plain"].folder / "notes" / "deep" / "ünï code+1.txt"
    path = f"/example/plain/resolve/main/notes/deep/{quote(note.name)}"
    assert ask(server, path)[1] == b"found"
    note.write_text("other")
    response, content = ask(server, path)
    assert response.status == 500
    assert "restart" in json.loads(content)["error"]
    note.write_text("found")


def test_one_connection_serves_several_requests(server):
    connection = http.client.HTTPConnection(*server.server_address, timeout=60)
    for path, method, status in [
        (NOTE, "HEAD", 200),
        ("/nobody/nothing/resolve/main/x", "GET", 404),
        (NOTE, "GET", 200),
        ("/api/models/example/plain", "GET", 200),
    ]:
        connection.request(method, path)
        response = connection.getresponse()
        response.read()
        assert response.status == status
        assert not response.will_close
    connection.close()


def test_nothing_can_be_changed(server):
    for method in ("PUT", "DELETE", "PATCH"):
        response, _ = ask(server, "/api/models/example/plain", method, b"x")
        assert response.status == 405
    assert ask(server, "/api/repos/create", "POST", b"name=x")[0].status == 404


def test_a_form_of_unknown_or_absurd_size_is_not_read(server):
    head = "POST /api/models/example/plain/paths-info/main HTTP/1.1\r\nHost: hub\r\n"
    assert b" 413 " in raw(server, f"{head}Content-Length: 99999999999\r\n\r\n")
    assert b" 413 " in raw(server, f"{head}Transfer-Encoding: chunked\r\n\r\n")


def test_a_token_does_not_matter(server):
    assert ask(server, NOTE, Authorization="Bearer hf_stale")[0].status == 200
    response, _ = ask(server, "/api/models/nobody/nothing", Authorization="Bearer hf_stale")
    assert response.headers["X-Error-Code"] == "RepoNotFound"


def test_a_client_that_hangs_up_leaves_no_traceback(server, capfd):
    path = "/example/plain/resolve/main/noise.bin"
    for _ in range(3):
        with socket.create_connection(server.server_address) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: hub\r\n\r\n".encode())
            connection.recv(1000)
    time.sleep(0.3)
    assert ask(server, NOTE)[0].status == 200
    assert capfd.readouterr().err == ""


def test_the_front_page_lists_what_is_served(server):
    assert f"example/plain@{SHA}  tiny stand-in plain" in ask(server, "/")[1].decode()
