"""allauth's views of the second factor, each change in one transaction with its audit row."""

from __future__ import annotations

from typing import Any

from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone

from opd import audit


class ActivateFactor(ActivateTOTPView):  # type: ignore[misc]
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        audit.record("account.activate_factor", self.request.user, by=self.request.user, at=timezone.now())
        done: HttpResponse = super().form_valid(form)
        return done


class DeactivateFactor(DeactivateTOTPView):  # type: ignore[misc]
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        audit.record("account.deactivate_factor", self.request.user, by=self.request.user, at=timezone.now())
        done: HttpResponse = super().form_valid(form)
        return done


class RenewCodes(GenerateRecoveryCodesView):  # type: ignore[misc]
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        audit.record("account.renew_codes", self.request.user, by=self.request.user, at=timezone.now())
        done: HttpResponse = super().form_valid(form)
        return done
