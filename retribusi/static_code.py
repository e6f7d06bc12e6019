"""Whether a text is the printed QRIS of a receiving account. Pure."""

from __future__ import annotations

from typing import Protocol

from payments import qris


class Merchant(Protocol):
    """What the register says of a receiving account."""

    nmid: str
    merchant_pan: str
    merchant_name: str
    terminal_id: str


def problems(text: str, account: Merchant) -> list[str]:
    """Every reason against printing ``text`` for ``account``, in sentences; none where it may be printed."""
    try:
        payload = qris.parse(text)
    except qris.QrisError as error:
        return [str(error)]
    return [*_kind(payload), *differences(payload, account)]


def _kind(payload: qris.QrisPayload) -> list[str]:
    found = []
    if payload.is_dynamic or payload.get("01") is None:
        found.append("Ini bukan QRIS statis (tag 01 harus 11): QRIS dinamis hanya untuk satu pembayaran.")
    if payload.get("54") is not None:
        found.append("QRIS ini sudah berisi nominal, sehingga semua orang akan membayar jumlah yang sama.")
    if payload.get("55") is not None:
        found.append("QRIS ini meminta tip; retribusi tidak memungut tip.")
    return found


def differences(payload: qris.QrisPayload, account: Merchant) -> list[str]:
    """Every way in which the code's merchant is not the register's, in sentences."""
    found = []
    if payload.nmid != account.nmid:
        found.append(f"NMID-nya {payload.nmid or 'tidak ada'}, sedangkan rekening ini {account.nmid}.")
    pans = [merchant.pan for merchant in payload.merchants]
    if account.merchant_pan not in pans:
        found.append(f"PAN merchant {account.merchant_pan} tidak ada di dalamnya.")
    if payload.merchant_name.strip().casefold() != account.merchant_name.strip().casefold():
        found.append(
            f"Nama merchant-nya “{payload.merchant_name}”, sedangkan rekening ini “{account.merchant_name}”."
        )
    terminal = payload.additional.terminal_label
    if terminal and account.terminal_id and terminal != account.terminal_id:
        found.append(f"Terminalnya {terminal}, sedangkan rekening ini {account.terminal_id}.")
    return found
