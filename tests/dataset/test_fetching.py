"""What is fetched is what its record says, or an error."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
import pytest

from clavilux.core.errors import InputError, ServiceError
from clavilux.dataset.fetching import RECORDS, Record, fetch, read_hub, read_zenodo

FILES = {"notes.txt": b"small", "films/a.bin": bytes(range(256)) * 5000}


@pytest.fixture
def server():
    """Serve the files, a Zenodo record of them, and a hub's list in two pages."""
    served = dict(FILES)
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            base = f"http://127.0.0.1:{self.server.server_address[1]}"
            headers = {}
            name = self.path.partition("/main/")[2] or self.path.removeprefix("/files/")
            if self.path == "/record":
                content = orjson.dumps({"files": [zenodo(n, f, base) for n, f in FILES.items()]})
            elif self.path.startswith("/api/datasets/x/tree/main"):
                page = int(self.path.endswith("page=2"))
                content = orjson.dumps([hub(*list(FILES.items())[page])])
                if not page:
                    headers["Link"] = f'<{base}/api/datasets/x/tree/main?page=2>; rel="next"'
            elif name in served:
                content = served[name]
            else:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            for key, value in headers.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments):
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{http.server_address[1]}"
    records = {
        "zenodo": Record(f"{base}/record", read_zenodo),
        "hub": Record(f"{base}/api/datasets/x/tree/main", read_hub),
    }
    yield records, served, asked
    http.shutdown()
    http.server_close()


def zenodo(name, content, base):
    checksum = f"md5:{hashlib.md5(content).hexdigest()}"
    links = {"self": f"{base}/files/{name}"}
    return {"key": name, "size": len(content), "checksum": checksum, "links": links}


def hub(name, content):
    about = {"type": "file", "path": name, "size": len(content)}
    if len(content) > 100:
        return about | {"oid": "?", "lfs": {"oid": hashlib.sha256(content).hexdigest()}}
    blob = hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()
    return about | {"oid": blob}


@pytest.mark.parametrize("name", ["zenodo", "hub"])
def test_every_file_comes_and_only_once(server, tmp_path, name):
    records, _, asked = server

    assert fetch(name, tmp_path, records=records) == 2

    for file, content in FILES.items():
        assert (tmp_path / file).read_bytes() == content
    n_asked = len(asked)
    (tmp_path / "notes.txt").write_bytes(b"spoil")
    fetch(name, tmp_path, records=records)
    assert (tmp_path / "notes.txt").read_bytes() == b"small"
    assert [path for path in asked[n_asked:] if path.endswith((".txt", ".bin"))] in (
        ["/files/notes.txt"],
        ["/datasets/x/resolve/main/notes.txt"],
    )


def test_wrong_bytes_are_not_kept(server, tmp_path):
    records, served, _ = server
    served["notes.txt"] = b"smell"

    with pytest.raises(ServiceError, match=r"notes\.txt came with 5 bytes that are not"):
        fetch("zenodo", tmp_path, records=records)

    assert not (tmp_path / "notes.txt").exists()


def test_only_what_matches(server, tmp_path):
    records, _, _ = server

    assert fetch("zenodo", tmp_path, only="*.txt", records=records) == 1
    assert not (tmp_path / "films").exists()
    with pytest.raises(InputError, match="no file that matches"):
        fetch("zenodo", tmp_path, only="*.wav", records=records)


def test_a_copy_is_checked_not_fetched(server, tmp_path):
    records, _, asked = server
    copy = tmp_path / "copy"
    for name, content in FILES.items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(content)

    fetch("zenodo", tmp_path / "out", local=copy, records=records)
    assert asked == ["/record"]
    assert (tmp_path / "out" / "films" / "a.bin").read_bytes() == FILES["films/a.bin"]

    (copy / "notes.txt").write_bytes(b"smell")
    with pytest.raises(InputError, match="is not what its record says"):
        fetch("zenodo", tmp_path / "other", local=copy, records=records)


def test_a_fetched_copy_needs_no_net(server, tmp_path):
    records, _, asked = server
    fetch("hub", tmp_path / "first", records=records)
    asked.clear()

    fetch("hub", tmp_path / "second", local=tmp_path / "first", records=records)

    assert asked == []


def test_a_record_cannot_name_files_elsewhere(tmp_path, monkeypatch):
    evil = {"content": {"files": [zenodo("../../evil", b"x", "http://nowhere.invalid")]}}
    monkeypatch.setattr("clavilux.dataset.fetching._get_json", lambda url: evil)

    with pytest.raises(ServiceError, match="outside its folder"):
        fetch("evil", tmp_path, records={"evil": Record("http://nowhere.invalid", read_zenodo)})


def test_no_net_is_said_with_the_way_out(tmp_path):
    record = Record("http://127.0.0.1:9/record", read_zenodo)

    with pytest.raises(ServiceError, match="give it as --data"):
        fetch("x", tmp_path, records={"x": record})


def test_both_public_records_are_known():
    assert set(RECORDS) == {"v2midi", "muvi-sync"}
