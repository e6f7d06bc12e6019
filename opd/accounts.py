"""Accounts are given by the administrator: nobody signs up, and no password is reset by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd import audit
from opd.office import crypto

if TYPE_CHECKING:
    from opd.models import User


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "Nama pengguna atau kata sandi tidak cocok. Periksa huruf besarnya.",
        "enter_current_password": "Kata sandi saat ini tidak cocok.",
        "incorrect_password": "Kata sandi tidak cocok.",
        "incorrect_code": "Kode tidak cocok. Tunggu kode berikutnya di aplikasi, lalu ketik yang baru.",
        "too_many_login_attempts": "Terlalu banyak percobaan. Tunggu beberapa menit, lalu coba lagi.",
        "rate_limited": "Terlalu banyak percobaan. Tunggu beberapa menit, lalu coba lagi.",
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted by axes alone, whose page says how long to wait."""

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        super().login(request, user)
        audit.record("account.sign_in", user, by=cast("User", user), at=timezone.now())

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """The owner's new password, with its audit row in the same transaction."""
        with transaction.atomic():
            super().set_password(user, password)
            audit.record("account.change_password", user, by=cast("User", user), at=timezone.now())

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "opd.accounts.LoginCodeStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class LoginCodeStage(AuthenticateStage):  # type: ignore[misc]
    """The second step of a login. Demo accounts meet their code only where money moves or rights change."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if settings.DEMO and getattr(self.login.user, "is_demo", False):
            return False
        return bool(super()._should_handle(request))


class SealedMfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of authenticator apps and recovery codes encrypted at rest."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "Kode tidak cocok. Tunggu kode berikutnya di aplikasi, lalu ketik yang baru.",
    }

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(encrypted_text.encode("ascii")).decode()
