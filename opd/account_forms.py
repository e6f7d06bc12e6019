"""The forms of allauth in our words: one label each, no placeholder that repeats it."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms

RULE = "Paling sedikit 8 karakter, bukan kata yang umum, bukan nama Anda."
LABELS = {
    "login": "Nama pengguna",
    "password": "Kata sandi",
    "oldpassword": "Kata sandi saat ini",
    "password1": "Kata sandi baru",
    "password2": "Kata sandi baru, sekali lagi",
    "code": "Kode",
}


def _plain(form: forms.Form) -> None:
    for name, field in form.fields.items():
        field.label = LABELS[name]
        field.widget.attrs.pop("placeholder", None)
        field.help_text = RULE if name == "password1" else ""
    for name in ("login", "code"):
        if name in form.fields:
            form.fields[name].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}


class LoginForm(account.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)


class ChangePasswordForm(account.ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)


class ReauthenticateForm(account.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)


class CodeForm(mfa.AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)


class CodeAgainForm(mfa.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)


class ActivateForm(totp.ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["code"].label = "Ketik enam angka yang tampil di aplikasi"
        self.fields["code"].widget.attrs |= {"inputmode": "numeric"}
