"""Too large a body is refused by what it announces: over real HTTP, before a byte of it is on disk."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from opd.bodies import MOST_MB, most_megabytes
from opd.models import Role
from tests.opd.cast import agency, person

TWO_GB = 2 << 30
MULTIPART = "multipart/form-data; boundary=batas"
START = b'--batas\r\nContent-Disposition: form-data; name="berkas"; filename="a.csv"\r\n\r\n'


@pytest.fixture
def temporary(tmp_path: Path) -> Iterator[Path]:
    """Where uploads go while they arrive."""
    with override_settings(FILE_UPLOAD_TEMP_DIR=str(tmp_path)):
        yield tmp_path


def sent(server: LiveServer, path: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, str]:
    """The answer to a POST of which only ``body`` is ever sent."""
    where = urlsplit(server.url)
    told = {"Host": where.netloc, "Content-Type": MULTIPART, **headers}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    with socket.create_connection((where.hostname, where.port), timeout=20) as wire:
        wire.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        with HTTPResponse(wire, method="POST") as answer:
            answer.begin()
            return answer.status, answer.read().decode()


@pytest.mark.parametrize(
    "path", ["/rekonsiliasi/berkas/unggah/", "/tidak-ada/", "/pengaduan/", "/unggah/abc/"]
)
def test_two_gigabytes_are_refused_at_once_and_unread(
    live_server: LiveServer, temporary: Path, path: str
) -> None:
    status, page = sent(live_server, path, {"Content-Length": str(TWO_GB)}, START + b"1" * 65_536)
    assert status == 413
    assert f"Sekali kirim paling besar {most_megabytes(path)} MB" in page
    assert "Tidak ada yang disimpan" in page
    assert list(temporary.iterdir()) == []


def test_a_body_of_unsaid_length_is_not_read(live_server: LiveServer, temporary: Path) -> None:
    piece = b"10000\r\n" + b"1" * 65_536 + b"\r\n"
    body = b"%x\r\n" % len(START) + START + b"\r\n" + piece * 16
    status, _ = sent(live_server, "/rekonsiliasi/berkas/unggah/", {"Transfer-Encoding": "chunked"}, body)
    assert status in {302, 403}
    assert list(temporary.iterdir()) == []


@pytest.mark.django_db
def test_what_fits_goes_through_and_one_byte_more_does_not(client: Client) -> None:
    client.force_login(
        person("bendahara", Role.BENDAHARA_PENERIMAAN, agency("1", "Dinas")),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    address = reverse("reconciliation:file_upload")
    most = most_megabytes(address) << 20
    assert client.post(address, CONTENT_LENGTH=str(most + 1)).status_code == 413
    assert client.post(address).status_code == 302
    assert client.get(address, CONTENT_LENGTH=str(TWO_GB)).status_code == 405


def test_addresses_take_what_their_forms_offer() -> None:
    assert most_megabytes("/rekonsiliasi/berkas/unggah/") == 201
    assert most_megabytes("/bukti/satu/1/unggah/") in {204, MOST_MB}
    assert most_megabytes("/unggah/abc/") == 204
    assert most_megabytes("/") == MOST_MB


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["", "-1", "banyak", "1e9", " "])
def test_a_length_that_is_none_lets_nothing_be_read(client: Client, said: str) -> None:
    assert client.post("/tidak-ada/", CONTENT_LENGTH=said).status_code == 404
