"""What several pages of the desk need: a page with one form, and a day in the address of a semester."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from opd.access import actor
from opd.forms import show_refusal
from tp2dd.secretariat.errors import DeskError


def form_page(
    request: HttpRequest, form: forms.Form, deed: Callable[..., Any], *, title: str, verb: str, back: str,
    done: str, then: Callable[[Any], str], lead: str = "", multipart: bool = False, **given: object,
) -> HttpResponse:  # fmt: skip
    """A page with one form: shown, refused beside its field, or done and sent on to ``then``."""
    if request.method == "POST" and form.is_valid():
        try:
            made = deed(by=actor(request), at=timezone.now(), **given, **form.cleaned_data)
        except DeskError as error:
            show_refusal(form, error)
        else:
            messages.success(request, done)
            return redirect(then(made))
    context = {
        "form": form, "title": title, "action_label": verb, "cancel_url": back, "lead": lead,
        "multipart": multipart,
    }  # fmt: skip
    return render(request, "secretariat/form.html", context)


def semester_start(on: date) -> date:
    return date(on.year, 1 if on.month <= 6 else 7, 1)
