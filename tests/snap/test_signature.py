"""Signatures of SNAP: vectors made with OpenSSL, and properties."""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.snap import keys, signature
from payments.snap.clock import TimestampError, format_timestamp, parse_timestamp
from payments.snap.minify import minify, variants

TIMESTAMP = "2026-11-24T14:05:00+07:00"
PATH = "/v1.0/qr/qr-mpm-notify"
TOKEN = "eyJhbGciOi"
SECRET = "rahasia-uji"
BODY = b'{"originalReferenceNo":"2020102977770000000009","amount":{"value":"12345678.00","currency":"IDR"}}'
# openssl dgst -sha512 -hmac rahasia-uji over POST:<PATH>:<TOKEN>:<hash of BODY>:<TIMESTAMP>
HMAC = "z+XVL2chFxyp+5aivXPvPE6xWewbTl0JAEWTrBDemVm+HLLzF89e3hxTYcTsVfbPoqt/4FT5V3cW6JfBp9qoqA=="
# openssl pkey -pubout; the private half was thrown away
PUBLIC_KEY = """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAyBlzu9iVDSHaHPCQe04/
pPr4rHB7p02J0SJ+Qjxw/3HSuUc8eNM1Xo5MoyU5y2UnQIbqZJrc/reaKWB5iqR2
5wngcGNsI2ZTrN6nPx+I8iruay3WOR4hvRTabj9oFTL6TjSmAu/QgPvNQ1V591As
JnVelO63bIaB3mEWYGXDddBAfoyUnEuS8M7oKGPFI94IoKakcLLjVOiBtUqQBMHO
N/Ob88NZ1UpcOcOPzkP2msWwYG4ntN46BseKu9lA+/0UOa3vGcf+9B9Q4HQM1XNS
zJBp6sLcNh95QIAsHvdGGl+ycty2L3ZExvTYppou9Fxjhr8jjK9SJ2QCwG3Pg9Sk
TwIDAQAB
-----END PUBLIC KEY-----
"""
# openssl dgst -sha256 -sign over uji-klien|<TIMESTAMP>
TOKEN_SIGNATURE = (
    "Nx/b7hg+34MRQfvLWRNfnxC+QcCU56HuAchw0rAgcwvzHjgkJkeWZ9me8GQy9lpjjHXLY0LDAi09dPw40cf5qP"
    "Pa0jeOUuRW7pMr0TS8JJD1BfJ8GNG/Vb7w8pGUWbfQnbvdGSekyIEQFvMfbZHaw8x3eLiCOCc5M4PYxzCOX+Xr"
    "YboXTfHc+becdfRV1dq2zMZhjlOnm4Srw74CScs/wwqnmAaWza5iLassFSf6bESVK8vn2SuwcvP2Ex8BOZBKzJ"
    "K99AX3xmqnWwoYyHKJzjt7NkmU274ybEumWuJnvqSzz6fDSxRDHkRxhVGsJkcWqniCiWBZp7qkxzg2rIh5Cg=="
)
# openssl dgst -sha256 -sign over POST:<PATH>:<hash of BODY>:<TIMESTAMP>, as hex
TRANSACTION_SIGNATURE = (
    "9fd7443a69cc377ac24a4827fd53a513f9970c528cc5aea3a94a4b148aee2bbe99949aaeabaa328652e3de576f2820c8"
    "ddb98aa829d0bb3847df8d004f9dd584e6bd61e8fdebcd5f68dfe57bd736afad4d66bcb511e5e0d523e0daa5280411cf"
    "1258e7da746eec48cd452e10e589d9f2158d09fe0ac944d915edeac1c11f5b45c7ca33b5527a672f91e65f7fd3f84e89"
    "4189274001e0b0488e57ba6569b7cd96fa9cd1e1752116536db0722a04d94ce709a8b40d375e1797de28e63338262c5a"
    "8bb5776e9c3cfdeaa499775aac1e94d18ade79a26cb5a31d6f8c9fc30b0ea726c8ed4996d122ef64c5aecbe9425c3435"
    "23eaa1aad4a36d1c204ed94874bf298d"
)


@cache
def own_key() -> str:
    return keys.new_private_key()


def hmac_match(
    given: str,
    *,
    body: bytes = BODY,
    secret: str = SECRET,
    method: str = "POST",
    path: str = PATH,
    timestamp: str = TIMESTAMP,
    token: str = TOKEN,
) -> signature.Match | None:
    return signature.verify_hmac(
        secret, given, method=method, paths=[path], body=body, timestamp=timestamp, token=token
    )


def test_symmetric_signature_equals_the_one_openssl_made() -> None:
    text = signature.transaction_string(method="POST", path=PATH, body=BODY, timestamp=TIMESTAMP, token=TOKEN)
    assert text == f"POST:{PATH}:{TOKEN}:{signature.body_hash(BODY)}:{TIMESTAMP}"
    assert signature.sign_hmac(SECRET, text) == HMAC
    assert hmac_match(HMAC) == signature.Match("raw", PATH, "base64")


def test_token_signature_of_openssl_is_accepted() -> None:
    other = keys.public_of(own_key())
    place = signature.verify_token(
        [other, PUBLIC_KEY], TOKEN_SIGNATURE, client_id="uji-klien", timestamp=TIMESTAMP
    )
    assert place == 1


def test_asymmetric_transaction_of_openssl_in_hex_is_accepted() -> None:
    match = signature.verify_rsa(
        [PUBLIC_KEY], TRANSACTION_SIGNATURE, method="POST", paths=[PATH], body=BODY, timestamp=TIMESTAMP
    )
    assert match == signature.Match("raw", PATH, "hex")


def test_empty_body_hashes_to_the_value_snap_prints() -> None:
    text = signature.transaction_string(
        method="GET", path="/v1.0/x?a=1&b=2", body=b"", timestamp=TIMESTAMP, token=None
    )
    assert text == f"GET:/v1.0/x?a=1&b=2:{signature.EMPTY_BODY_HASH}:{TIMESTAMP}"


def test_changing_any_signed_part_breaks_the_signature() -> None:
    assert hmac_match(HMAC, secret="lain") is None
    assert hmac_match(HMAC, method="PUT") is None
    assert hmac_match(HMAC, path=PATH + "/") is None
    assert hmac_match(HMAC, timestamp="2026-11-24T14:05:01+07:00") is None
    assert hmac_match(HMAC, token=TOKEN + "x") is None


def test_changing_the_amount_breaks_the_signature() -> None:
    assert hmac_match(HMAC, body=BODY.replace(b"12345678.00", b"12345678.01")) is None
    assert hmac_match(HMAC, body=BODY.replace(b"12345678.00", b"12345678.000")) is None


@pytest.mark.parametrize("given", ["", "bukan tanda tangan", "zz", "QUJD", "é", HMAC[:-4], HMAC + "AAAA"])
def test_text_that_is_no_signature_is_refused(given: str) -> None:
    assert hmac_match(given) is None
    assert signature.verify_token([PUBLIC_KEY], given, client_id="a", timestamp=TIMESTAMP) is None


@pytest.mark.parametrize("upper", [False, True])
def test_hex_signature_is_accepted_in_either_case(upper: bool) -> None:
    text = signature.transaction_string(method="POST", path=PATH, body=BODY, timestamp=TIMESTAMP, token=TOKEN)
    given = signature.sign_hmac(SECRET, text, "hex")
    match = hmac_match(given.upper() if upper else given)
    assert match is not None
    assert match.encoding == "hex"


def test_second_path_of_a_gateway_is_found() -> None:
    text = signature.transaction_string(
        method="POST", path="/api" + PATH, body=BODY, timestamp=TIMESTAMP, token=TOKEN
    )
    match = signature.verify_hmac(
        SECRET,
        signature.sign_hmac(SECRET, text),
        method="POST",
        paths=[PATH, "/api" + PATH],
        body=BODY,
        timestamp=TIMESTAMP,
        token=TOKEN,
    )
    assert match is not None
    assert match.path == "/api" + PATH


SENT = (
    rb'{ "url" : "https:\/\/bank.example/a" , "n": 1.50,'
    b"\n"
    rb' "name":"Caf\u00e9 \uD83d\ude00 \\/ \u002F" }'
)


@pytest.mark.parametrize(
    ("variant", "hashed"),
    [
        ("raw", SENT),
        (
            "minified",
            rb'{"url":"https:\/\/bank.example/a","n":1.50,"name":"Caf\u00e9 \uD83d\ude00 \\/ \u002F"}',
        ),
        (
            "minified, slashes plain",
            rb'{"url":"https://bank.example/a","n":1.50,"name":"Caf\u00e9 \uD83d\ude00 \\/ \u002F"}',
        ),
        (
            "minified, slashes escaped",
            rb'{"url":"https:\/\/bank.example\/a","n":1.50,"name":"Caf\u00e9 \uD83d\ude00 \\\/ \u002F"}',
        ),
        (
            "minified, letters plain",
            r'{"url":"https:\/\/bank.example/a","n":1.50,"name":"Café 😀 \\/ \u002F"}'.encode(),
        ),
        (
            "minified, letters and slashes plain",
            r'{"url":"https://bank.example/a","n":1.50,"name":"Café 😀 \\/ \u002F"}'.encode(),
        ),
        (
            "minified, letters plain, slashes escaped",
            r'{"url":"https:\/\/bank.example\/a","n":1.50,"name":"Café 😀 \\\/ \u002F"}'.encode(),
        ),
    ],
)
def test_each_habit_of_minifying_is_accepted_and_named(variant: str, hashed: bytes) -> None:
    text = f"POST:{PATH}:{TOKEN}:{signature.body_hash(hashed)}:{TIMESTAMP}"
    match = hmac_match(signature.sign_hmac(SECRET, text), body=SENT)
    assert match == signature.Match(variant, PATH, "base64")


def test_minify_keeps_numbers_order_and_space_inside_strings() -> None:
    assert minify(b'{ "b" : 1.0e2 ,\t"a" : " x \\" y " }') == b'{"b":1.0e2,"a":" x \\" y "}'


@pytest.mark.parametrize(
    "body", [b'{"a": "tidak ditutup \\', b'"' * 50_000, b'"' + b'\\"' * 50_000, b"\xff\xfe"]
)
def test_minify_of_broken_text_ends_quickly(body: bytes) -> None:
    assert len(list(variants(body))) >= 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(value=json_values, indent=st.none() | st.integers(0, 4), ascii_only=st.booleans())
def test_minify_equals_a_compact_dump_and_changes_no_meaning(
    value: object, indent: int | None, ascii_only: bool
) -> None:
    pretty = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    compact = json.dumps(value, separators=(",", ":"), ensure_ascii=ascii_only)
    assert minify(pretty) == compact.encode("utf-8", "surrogatepass")
    for _, text in variants(pretty):
        assert json.loads(text.decode("utf-8", "surrogatepass")) == value


@given(body=st.binary(max_size=60), secret=st.text(min_size=1, max_size=20), token=st.text(max_size=20))
@settings(max_examples=50)
def test_what_was_signed_here_is_verified_here(body: bytes, secret: str, token: str) -> None:
    text = signature.transaction_string(method="POST", path=PATH, body=body, timestamp=TIMESTAMP, token=token)
    for encoding in ("base64", "hex"):
        given = signature.sign_hmac(secret, text, encoding)
        assert hmac_match(given, body=body, secret=secret, token=token) is not None
        assert hmac_match(given, body=body + b"1", secret=secret, token=token) is None


@given(client=st.text(alphabet="abc|-123", min_size=1, max_size=12))
@settings(max_examples=20, deadline=None)
def test_token_request_signed_here_is_verified_here(client: str) -> None:
    signed = signature.sign_rsa(own_key(), signature.token_string(client, TIMESTAMP))
    public = keys.public_of(own_key())
    assert signature.verify_token([public], signed, client_id=client, timestamp=TIMESTAMP) == 0
    assert signature.verify_token([public], signed, client_id=client + "x", timestamp=TIMESTAMP) is None
    assert signature.verify_token([PUBLIC_KEY], signed, client_id=client, timestamp=TIMESTAMP) is None


def test_keys_are_read_as_pem_and_as_bare_base64() -> None:
    bare = "".join(PUBLIC_KEY.splitlines()[1:-1])
    assert keys.fingerprint(bare) == keys.fingerprint(PUBLIC_KEY)
    private_bare = "".join(own_key().splitlines()[1:-1])
    assert keys.public_of(private_bare) == keys.public_of(own_key())


@pytest.mark.parametrize(
    "text", ["", "bukan kunci", "-----BEGIN PUBLIC KEY-----\nQUJD\n-----END PUBLIC KEY-----"]
)
def test_text_that_is_no_key_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(keys.RsaKeyError, match="tidak terbaca"):
        keys.public_key(text)
    with pytest.raises(keys.RsaKeyError, match="tidak terbaca") as caught:
        keys.private_key(text)
    assert "QUJD" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [TIMESTAMP, "2026-11-24T07:05:00Z", "2026-11-24T07:05:00.000Z", "2026-11-24T14:05:00.000000000+07:00"],
)
def test_every_tolerated_timestamp_is_the_same_instant(text: str) -> None:
    assert format_timestamp(parse_timestamp(text)) == TIMESTAMP


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-24",
        "2026-11-24T14:05:00",
        "2026-11-24 14:05:00+07:00",
        "2026-11-24T14:05:00+0700",
        "2026-13-24T14:05:00Z",
        "2026-11-24T25:05:00Z",
        "1764000000",
        TIMESTAMP + " ",
        "२०२६-11-24T14:05:00Z",
    ],
)
def test_other_timestamps_are_refused(text: str) -> None:
    with pytest.raises(TimestampError):
        parse_timestamp(text)
