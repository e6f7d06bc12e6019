"""Where webhooks may go, and that TLS is what it says: no database."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.api.receiver import Receiver
from tp2dd.api.webhooks import signing, targets, transport
from tp2dd.api.webhooks.targets import TargetError


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.1", "127.0.0.1", "169.254.169.254", "192.168.1.1", "172.16.0.1", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "::1", "fe80::1", "fd00::1", "64:ff9b::a00:1", "2002:a00:1::", "255.255.255.255",
    ],
)  # fmt: skip
def test_addresses_that_are_never_public_are_refused(text: str) -> None:
    with pytest.raises(TargetError):
        targets.judge(ip_address(text), narrowed=[], inside=[])
    targets.judge(ip_address("93.184.215.14"), narrowed=["93.184.0.0/16"], inside=[])
    with pytest.raises(TargetError, match="di luar"):
        targets.judge(ip_address("93.184.215.14"), narrowed=["198.51.100.0/24"], inside=[])


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.215.14/", "ftp://contoh.id/", "https://", "https://a:b@contoh.id/", "https://contoh.id:x/",
        "https://127.0.0.1/\r\nX: y", "https://[::ffff:10.0.0.1]/", "https://2130706433/", "https://tak-ada.invalid/",
    ],
)  # fmt: skip
def test_urls_that_lead_elsewhere_are_refused(url: str) -> None:
    with pytest.raises(TargetError):
        targets.target_of(url, narrowed=[], inside=[])


def certificate(folder: Path, name: str) -> Path:
    """A key and the certificate that it signs itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    found = folder / f"{name}.pem"
    found.write_bytes(plain + made.public_bytes(serialization.Encoding.PEM))
    return found


@pytest.mark.parametrize(
    ("named", "trusted", "status"),
    [("localhost", True, 204), ("localhost", False, None), ("lain.id", True, None)],
)
def test_the_certificate_must_be_trusted_and_of_the_urls_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, trusted: bool, status: int | None
) -> None:
    pem = certificate(tmp_path, named)
    receiver = Receiver()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    receiver.server.socket = context.wrap_socket(receiver.server.socket, server_side=True)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    try:
        url = receiver.url.replace("http://127.0.0.1", "https://localhost")
        target = targets.target_of(url, narrowed=[], inside=["127.0.0.0/8", "::1/128"])
        outcome = transport.post(target, {"webhook-id": "1"}, b"{}")
    finally:
        receiver.stop()
    assert (outcome.status, outcome.address) == (status, "127.0.0.1")
    assert ("TLS" in outcome.trouble) is (status is None)


def test_the_signature_is_the_one_of_the_specification() -> None:
    """Worked out with openssl dgst -sha256 -mac HMAC over "msg_1.1700000000.{}"."""
    secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
    assert (
        signing.signature(secret, "msg_1", 1_700_000_000, b"{}")
        == "v1,2c4VI0bO4Wd5svqP2unEA9pCk0dTAXr/elrHCJ+/efk="
    )
    assert len(signing.new_secret()) == len("whsec_") + 44
