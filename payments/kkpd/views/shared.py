"""What the card's views share: a refusal shown, a deed done, and where one goes afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils import timezone

from opd.access import actor
from opd.forms import show_refusal
from opd.office.documents import DocumentError
from opd.planning.services import BudgetError
from payments.kkpd.errors import KkpdError
from payments.spending.errors import BadDraft, SpendError

REFUSALS = (KkpdError, SpendError, BudgetError, DocumentError)


def try_deed(request: HttpRequest, deed: Callable[..., Any], *, done: str, **facts: Any) -> Any:
    """Do ``deed`` as this person, now; say what came of it. None where it was refused."""
    try:
        result = deed(**facts, by=actor(request), at=timezone.now())
    except REFUSALS as error:
        messages.error(request, str(error))
        return None
    messages.success(request, done)
    return result


def refuse(form: BaseForm, error: Exception) -> None:
    """A service's refusal beside the field it is about, else above the form."""
    field = error.field if isinstance(error, KkpdError | BadDraft) else ""
    if field in form.fields:
        form.add_error(field, str(error))
    else:
        show_refusal(form, error)
