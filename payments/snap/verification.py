"""The laws of SNAP's tables that ``manage.py verify`` proves."""

from __future__ import annotations

import hashlib

from opd.office import crypto, depot
from opd.office.verification import Finding, Law, count_and_problems
from payments.snap.models import InboxMessage, InboxPack


def _claims() -> Finding:
    """Service 73 (access token) has no X-EXTERNAL-ID."""
    return count_and_problems(
        "SELECT count(*) FROM snap_inboxmessage WHERE state IN ('accepted', 'processed') AND service <> '73'",
        "SELECT 'pesan ' || m.id || ' sah tanpa nomor pesan yang dipakainya' FROM snap_inboxmessage m"
        " LEFT JOIN snap_replayclaim c ON c.message_id = m.id AND c.partner_id = m.partner_id"
        " AND c.external_id = m.external_id"
        " WHERE m.state IN ('accepted', 'processed') AND m.service <> '73' AND c.id IS NULL ORDER BY m.id",
    )


def _claimed_by_accepted() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM snap_replayclaim",
        "SELECT 'nomor pesan ' || c.external_id || ' dipakai pesan ' || m.id || ' yang tidak sah'"
        " FROM snap_replayclaim c JOIN snap_inboxmessage m ON m.id = c.message_id"
        " WHERE m.state NOT IN ('accepted', 'processed') ORDER BY c.id",
    )


def _verdicts() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM snap_inboxmessage",
        "SELECT 'pesan ' || id || ' berkeadaan ' || state || ' tetapi dijawab '"
        " || coalesce(nullif(verdict, ''), '-') || ', hasil ' || coalesce(nullif(outcome, ''), '-')"
        " FROM snap_inboxmessage"
        " WHERE (state = 'refused' AND (verdict !~ '^[345]' OR outcome <> ''))"
        " OR (state IN ('accepted', 'processed') AND (partner_id IS NULL"
        " OR (verdict !~ '^2' AND (service NOT IN ('24', '25') OR state = 'accepted' OR verdict !~ '^4'))))"
        " OR (state = 'processed') <> (outcome <> '' AND processed_at IS NOT NULL)"
        " OR (state <> 'received' AND substr(verdict, 4, 2) <> service) ORDER BY id",
    )


def _calls() -> Finding:
    """A call without an answer (its process died) is an honest row; one with a result must bear its code."""
    return count_and_problems(
        "SELECT count(*) FROM snap_outgoingcall",
        "SELECT 'panggilan ' || id || ' berkeadaan ' || state || ' dengan kode ' || response_code"
        " FROM snap_outgoingcall WHERE (state = 'success' AND response_code <> '200' || service || '00')"
        " OR (state = 'refused' AND response_code !~ ('^4..' || service))"
        " OR (state <> 'sent' AND duration_ms IS NULL) OR external_id = '' ORDER BY id",
    )


def _originals() -> Finding:
    """Opens each kept body, in the inbox and in the packs of the archive; those that retention erased are not
    counted."""
    rows, problems = 0, list[str]()
    kept = InboxMessage.objects.exclude(body=None).order_by("id")
    for pk, body, expected in kept.values_list("id", "body", "body_sha256").iterator(chunk_size=500):
        rows += 1
        problems += _differs(pk, bytes(body or b""), expected)
    for pack in InboxPack.objects.filter(stage=InboxPack.Stage.KEPT).order_by("pk").iterator():
        covered, found = _in_pack(pack)
        rows += covered
        problems += found
    return Finding(rows, problems[:50])


def _in_pack(pack: InboxPack) -> tuple[int, list[str]]:
    messages = InboxMessage.objects.filter(pack=pack).order_by("id")
    told = [
        (pk, place or 0, length or 0, expected)
        for pk, place, length, expected in messages.values_list("id", "pack_at", "pack_body", "body_sha256")
    ]
    try:
        with depot.open_kept(pack.path) as file:
            content = file.read()
    except FileNotFoundError:
        return len(told), [f"berkas arsip {pack.path} ({len(told)} pesan) tidak ada di penyimpanan"]
    problems = []
    if hashlib.sha256(content).hexdigest() != pack.sha256:
        problems.append(f"berkas arsip {pack.path} tidak sama dengan yang ditulis")
    if len(told) != pack.rows:
        problems.append(f"berkas arsip {pack.path} berisi {pack.rows} pesan, {len(told)} menunjuknya")
    for pk, place, length, expected in told:
        problems += _differs(pk, content[place : place + length], expected)
    return len(told), problems


def _differs(pk: int, sealed: bytes, expected: str) -> list[str]:
    try:
        plain = crypto.decrypt(sealed)
    except crypto.DecryptionError:
        return [f"isi pesan {pk} tidak dapat dibuka dengan FIELD_KEYS yang ada"]
    if hashlib.sha256(plain).hexdigest() != expected:
        return [f"isi pesan {pk} tidak sama dengan yang diterima"]
    return []


LAWS = (
    Law("snap.claims", "setiap pesan sah memakai satu nomor pesan", _claims),
    Law("snap.accepted", "nomor pesan hanya dipakai pesan sah", _claimed_by_accepted),
    Law("snap.verdicts", "keadaan pesan sesuai jawaban dan hasilnya", _verdicts),
    Law("snap.calls", "hasil panggilan ke bank sesuai kode jawabannya", _calls),
    Law("snap.originals", "isi pesan masuk utuh seperti saat diterima", _originals),
)
