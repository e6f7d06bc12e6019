"""Writes a QRIS strictly: what the parser only warns of is an error here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from payments.qris.errors import QrisError
from payments.qris.parser import parse
from payments.qris.payload import (
    ADDITIONAL,
    DOMESTIC,
    DYNAMIC,
    REPOSITORY,
    REPOSITORY_GUID,
    STATIC,
    AdditionalData,
    MerchantAccount,
    QrisPayload,
    Tip,
    write_amount,
)
from payments.qris.tlv import DataObject, crc, make, write

GOVERNMENT_SERVICES = "9399"


def build(
    *,
    merchants: Sequence[MerchantAccount],
    nmid: str,
    merchant_name: str,
    city: str,
    postal_code: str,
    criteria: str = "URE",
    mcc: str = GOVERNMENT_SERVICES,
    amount: Decimal | int | None = None,
    tip: Tip | None = None,
    additional: AdditionalData | None = None,
) -> QrisPayload:
    """A QRIS within every rule: dynamic where ``amount`` (rupiah) is given, else static.

    Raises QrisError with a code of ``parse`` or of one of its warnings.
    """
    repository = {"00": REPOSITORY_GUID, "02": nmid, "03": criteria}
    fields: dict[str, str] = {
        "00": "01",
        "01": STATIC if amount is None else DYNAMIC,
        **{account.tag: _account(account) for account in merchants},
        REPOSITORY: _template(repository),
        "52": mcc,
        "53": "360",
        **({} if amount is None else {"54": write_amount(amount)}),
        **_tip(tip),
        "58": "ID",
        "59": merchant_name,
        "60": city,
        "61": postal_code,
        **_additional(additional),
    }
    _check_tags(merchants)
    return _strict(_seal(make(tag, fields[tag]) for tag in sorted(fields)))


def static_to_dynamic(
    payload: QrisPayload,
    *,
    amount: Decimal | int,
    bill_number: str | None = None,
    reference_label: str | None = None,
) -> QrisPayload:
    """A static QRIS with the amount filled in: tag 01 becomes 12, 54 follows 53, the rest stays in its order.

    The acquirer gives no reference to such a code: match by amount, time and tag 62. Raises QrisError
    ``not_static`` for a dynamic one or one that has an amount, and the codes of ``parse``.
    """
    if payload.get("01") != STATIC or payload.get("54") is not None:
        raise QrisError("not_static", "QRIS ini bukan QRIS statis tanpa nominal.")
    labels = {"01": bill_number, "05": reference_label}
    inside = payload.template("62") | {tag: value for tag, value in labels.items() if value is not None}
    objects: list[DataObject] = []
    for item in payload.objects[:-1]:
        objects.append(DataObject("01", DYNAMIC) if item.tag == "01" else item)
        if item.tag == "53":
            objects.append(make("54", write_amount(amount)))
    if any(labels.values()):
        objects = [item for item in objects if item.tag != "62"]
        objects.append(make("62", _template(dict(sorted(inside.items())))))
    return parse(_seal(objects))


def _check_tags(merchants: Sequence[MerchantAccount]) -> None:
    tags = {account.tag for account in merchants}
    if not merchants or len(tags) != len(merchants) or not tags <= set(DOMESTIC):
        raise QrisError("merchant", "Akun merchant memakai tag 26–45 yang berbeda, paling sedikit satu.")


def _strict(text: str) -> QrisPayload:
    payload = parse(text)
    for warning in payload.warnings:
        raise QrisError(warning.code, warning.message)
    return payload


def _seal(objects: Iterable[DataObject]) -> str:
    text = write(objects) + "6304"
    return text + crc(text)


def _template(parts: dict[str, str]) -> str:
    return write(make(tag, value) for tag, value in parts.items())


def _account(account: MerchantAccount) -> str:
    return _template(
        {"00": account.guid, "01": account.pan, "02": account.merchant_id, "03": account.criteria}
    )


def _tip(tip: Tip | None) -> dict[str, str]:
    if tip is None:
        return {}
    if tip.kind == "prompt":
        return {"55": "01"}
    if not isinstance(tip.value, Decimal):
        raise QrisError("tip", "Nilai tip harus Decimal.")
    if tip.kind == "fixed":
        return {"55": "02", "56": write_amount(tip.value)}
    if not tip.value.is_finite() or tip.value != round(tip.value, 2):
        raise QrisError("tip", "Persentase tip paling banyak dua angka di belakang koma.")
    return {"55": "03", "57": f"{tip.value:05.2f}"}


def _additional(data: AdditionalData | None) -> dict[str, str]:
    if data is None:
        return {}
    parts = {tag: getattr(data, name) for tag, name in ADDITIONAL.items()}
    parts |= {item.tag: item.value for item in data.other}
    present = {tag: value for tag, value in parts.items() if value is not None}
    return {"62": _template(dict(sorted(present.items())))} if present else {}
