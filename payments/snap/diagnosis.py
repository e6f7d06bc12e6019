"""The administrator's "Uji sambungan": a token, one harmless question, and what is wrong in plain words."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from django.utils import timezone

from opd import audit
from opd.models import User
from payments.snap import calls, client, held, keys, vault
from payments.snap.clock import parse_timestamp
from payments.snap.codes import CodeError, Service, parse_response_code
from payments.snap.jsonobject import write_object
from payments.snap.models import Partner

CLOCK_TOLERANCE_SECONDS = 60
_ADVICE = {
    "address": "Periksa alamat bank dan DNS server ini.",
    "refused": "Periksa alamat dan porta bank, dan apakah firewall mengizinkan server ini keluar.",
    "connect_timeout": "Biasanya firewall: minta bank mendaftarkan alamat IP server ini.",
    "tls": "Periksa apakah alamatnya benar, sertifikat bank masih berlaku, dan bank melayani TLS 1.3.",
    "timeout": "Bank menerima sambungan tetapi tidak menjawab. Coba lagi, lalu hubungi bank.",
    "broken": "Bank memutus sambungan. Periksa alamat dan porta, lalu hubungi bank.",
    "too_large": "Alamat ini agaknya bukan layanan SNAP. Periksa alamat bank dan awalan jalur.",
}


@dataclass(frozen=True)
class Step:
    """One thing tried. ``ok`` False ends the test; ``text`` says what was found, and then what to do."""

    name: str
    ok: bool
    text: str


def try_connection(
    partner: Partner,
    *,
    at: datetime,
    by: User | None = None,
    merchant_id: str = "",
    upcoming_key: bool = False,
) -> list[Step]:
    """Try the partner's profile step by step; changes nothing at the bank. Not inside a transaction.

    ``merchant_id`` makes the question complete where the bank demands one; ``upcoming_key`` signs the token
    request with the key prepared to follow ours.
    """
    steps = _steps(partner, at, merchant_id, upcoming_key)
    passed = all(step.ok for step in steps)
    audit.record("partner.test", partner, by=by, at=at, after={"passed": passed, "steps": len(steps)})
    return steps


def _steps(partner: Partner, at: datetime, merchant_id: str, upcoming_key: bool) -> list[Step]:
    steps = [_credentials(partner, upcoming_key)]
    if not steps[-1].ok:
        return steps
    token = None
    if partner.signature_mode == Partner.SignatureMode.HMAC:
        exchange = held.request(partner, at=at, upcoming_key=upcoming_key)
        steps += [*_reached(exchange), _token(exchange)]
        if not all(step.ok for step in steps):
            return _up_to_failure(steps)
        token = str(exchange.answer.body["accessToken"])
    exchange = client.exchange(
        partner, Service.QR_QUERY, _question(merchant_id), token=token, reference="", at=at
    )
    steps += [*([] if token else _reached(exchange)), _query(exchange)]
    return _up_to_failure(steps)


def _up_to_failure(steps: list[Step]) -> list[Step]:
    for place, step in enumerate(steps, start=1):
        if not step.ok:
            return steps[:place]
    return steps


def _question(merchant_id: str) -> bytes:
    """A query for a reference that nobody has."""
    reference = f"UJI{secrets.randbelow(10**20):020}"
    fields = {"originalPartnerReferenceNo": reference, "serviceCode": "47", "merchantId": merchant_id}
    return write_object({name: value for name, value in fields.items() if value})


def _credentials(partner: Partner, upcoming_key: bool) -> Step:
    try:
        keys.private_key(partner.own_private_key(upcoming=upcoming_key))
        if partner.signature_mode == Partner.SignatureMode.HMAC:
            partner.own_secret()
    except (vault.SecretMissing, keys.RsaKeyError) as error:
        return Step("Kredensial", False, str(error))
    return Step("Kredensial", True, "Kunci dan client secret kami terbaca.")


def _reached(exchange: calls.Exchange) -> list[Step]:
    if exchange.trouble:
        return [Step("Sambungan", False, f"{exchange.answer.reason} {_ADVICE[exchange.trouble]}")]
    steps = [Step("Sambungan", True, f"Bank menjawab dengan HTTP {exchange.http_status}.")]
    if (apart := _clock_difference(exchange)) is not None:
        ahead = "lebih cepat" if apart > 0 else "lebih lambat"
        good = abs(apart) <= CLOCK_TOLERANCE_SECONDS
        advice = "" if good else " Samakan jam server ini (NTP); bank menolak waktu yang terlalu jauh."
        steps.append(Step("Jam", good, f"Jam kami {abs(apart)} detik {ahead} dari jam bank.{advice}"))
    return steps


def _clock_difference(exchange: calls.Exchange) -> int | None:
    """Our clock minus the bank's, in seconds; None where the bank sent no readable time."""
    for read in (parse_timestamp, parsedate_to_datetime):
        try:
            return int((timezone.now() - read(exchange.bank_time)).total_seconds())
        except (TypeError, ValueError):
            continue
    return None


def _token(exchange: calls.Exchange) -> Step:
    if exchange.answer.kind == "success":
        return Step("Token", True, "Bank mengenali client id dan kunci kami, dan memberi token.")
    return Step("Token", False, _wrong(exchange, "client id dan kunci publik kami yang terdaftar di bank"))


def _query(exchange: calls.Exchange) -> Step:
    """Whatever a bank says about a payment that does not exist, it read our signature first."""
    what = "client secret, awalan jalur, dan cara penulisan tanda tangan"
    try:
        code = parse_response_code(exchange.answer.code)
    except CodeError:
        return Step("Pertanyaan", False, _wrong(exchange, what))
    about_us = any(name in exchange.answer.message for name in ("X-", "CHANNEL-ID", "Authorization"))
    heard = code.http in {200, 404} or (code.http == 400 and not about_us)
    if heard and code.service == Service.QR_QUERY.code and code.case != "02":
        return Step("Pertanyaan", True, f"Tanda tangan transaksi diterima (jawaban {code}).")
    if heard and code.http == 400:
        return Step("Pertanyaan", True, f"Tanda tangan transaksi diterima; bank meminta isian lain ({code}).")
    return Step("Pertanyaan", False, _wrong(exchange, what))


def _wrong(exchange: calls.Exchange, what: str) -> str:
    answer = exchange.answer
    said = f"Bank menjawab {answer.code} “{answer.message}”." if answer.code else f"{answer.reason}."
    return f"{said} {_advice(exchange, what)}"


def _advice(exchange: calls.Exchange, what: str) -> str:
    message, status = exchange.answer.message.lower(), exchange.http_status or 0
    code = exchange.answer.code
    if 300 <= status < 400:
        return "Bank mengalihkan ke alamat lain. Isi alamat bank yang langsung melayani SNAP."
    if status >= 500:
        return "Bank sedang bermasalah. Coba lagi, lalu hubungi bank."
    if not code or (status == 404 and code.endswith("02")):
        return "Alamat ini agaknya bukan layanan SNAP. Periksa alamat bank dan awalan jalur."
    if "timestamp" in message:
        return "Periksa jam server ini dan zona waktunya."
    if status == 403:
        return "Minta bank membuka layanan ini dan mendaftarkan alamat IP server ini."
    if code.startswith("401") and code[5:] in {"01", "03"}:
        return "Bank menolak token yang baru diberikannya. Hubungi bank."
    if "client" in message:
        return "Client id kami tidak dikenal bank. Periksa client id."
    if "partner" in message or "channel" in message:
        return "Periksa X-PARTNER-ID dan CHANNEL-ID."
    if status == 401:
        return f"Tanda tangan ditolak. Periksa {what}."
    return "Sampaikan kode jawaban ini kepada bank."
