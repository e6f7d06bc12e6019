"""The official number that SIPD gave to an NPD, and the signed file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from opd.models import User
from opd.office import documents, evidence, pictures
from opd.office.models import Document
from payments.spending import npd
from payments.spending.errors import Missing, WrongState
from payments.spending.models import Spend
from payments.spending.services.locking import require_any


@transaction.atomic
def record_npd_number(*, spend: Spend, number: str, day: date, file: Any, by: User, at: datetime) -> Document:
    """Keep number, day and, where given, the signed photo or PDF. Raises WrongState, Missing."""
    require_any(by, ("spend.raise", "spend.pay"), spend.opd_id)
    document = documents.current(npd.KIND.code, spend)
    if document is None:
        raise Missing("Belanja ini belum punya NPD. Ajukan dahulu.")
    try:
        kept = None
        if file:
            media_type = pictures.media_type(file)
            kept, _ = evidence.store(file, name=file.name, media_type=media_type, by=by, at=at)
        return documents.record_official(document=document, number=number, date=day, file=kept, by=by, at=at)
    except (documents.DocumentError, pictures.FileRefused) as error:
        raise WrongState(f"{error} Nomor belum dicatat.") from error
