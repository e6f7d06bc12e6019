"""NIK and NPWP: sealed at rest, masked on screens, found again by a keyed hash, read only on record."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from opd import access, audit
from opd.models import User
from opd.office import crypto
from retribusi.assessments.errors import AssessmentError
from retribusi.assessments.models import WajibRetribusi

_LENGTHS = {"nik": {16}, "npwp": {15, 16}}
_SEPARATORS = re.compile(r"[\s.\-]")


@dataclass(frozen=True)
class Identity:
    """One number: ``kind`` is nik or npwp, ``digits`` the bare number."""

    kind: str
    digits: str

    @property
    def mask(self) -> str:
        """What lists may show: the last four digits."""
        return f"{self.kind.upper()} •••{self.digits[-4:]}"

    def sealed(self) -> bytes:
        return crypto.encrypt(self.digits.encode())

    @property
    def digest(self) -> str:
        text = f"wajib|{self.kind}|{self.digits}"
        return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def parse(kind: str, text: str) -> Identity:
    """The number as people write it, with dots or spaces. Raises AssessmentError."""
    digits = _SEPARATORS.sub("", text)
    if kind not in _LENGTHS or not digits.isascii() or not digits.isdecimal():
        raise AssessmentError(f"“{text[:24]}” bukan NIK atau NPWP: tulis angkanya.", field="identity")
    if len(digits) not in _LENGTHS[kind]:
        lengths = " atau ".join(str(one) for one in sorted(_LENGTHS[kind]))
        raise AssessmentError(
            f"{kind.upper()} terdiri dari {lengths} angka; yang ini {len(digits)}.", field="identity"
        )
    return Identity(kind, digits)


def read(*, wajib: WajibRetribusi, by: User, at: datetime) -> str:
    """The number in the clear, for who issues; the trail keeps who read it. Raises PermissionDenied,
    DecryptionError."""
    access.require(by, "assessments.issue", opd=wajib.opd_id)
    audit.record("wajib.read_identity", wajib, by=by, at=at)
    return crypto.decrypt(bytes(wajib.identity)).decode()


def masked_name(name: str) -> str:
    """What a public page shows of a name: "To•• Ma••" of "Toko Maju". Pure."""
    return " ".join(word[:2] + "••" for word in name.split())
