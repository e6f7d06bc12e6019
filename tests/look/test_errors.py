"""Error pages say in Indonesian what happened, what it means for the money, and what to do next."""

from __future__ import annotations

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path
from django.views.csrf import csrf_failure

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@login_not_required
def fail(request: HttpRequest, how: str) -> HttpResponse:
    errors = {"403": PermissionDenied("Peran Anda tidak mencakup halaman ini."), "400": SuspiciousOperation()}
    raise errors.get(how, RuntimeError("rusak"))


urlpatterns = [path("", include("config.urls")), path("gagal/<str:how>/", fail)]


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/gagal/400/", 400, "tidak dapat dibaca"),
        ("/gagal/403/", 403, "Peran Anda tidak mencakup halaman ini."),
        ("/tidak-ada/", 404, "Halaman ini tidak ada"),
        ("/gagal/500/", 500, "Jangan membayar ulang"),
    ],
)
def test_error_page(client: Client, address: str, status: int, words: str) -> None:
    client.raise_request_exception = False
    response = client.get(address)
    page = response.content.decode()
    assert response.status_code == status
    assert words in page
    assert 'class="btn btn-primary' in page, "a next step"
    assert '<html lang="id">' in page


def test_forged_form_page() -> None:
    response = csrf_failure(RequestFactory().post("/"), reason="no cookie")
    assert response.status_code == 403
    assert "terlalu lama terbuka" in response.content.decode()


def test_policy_goes_with_every_page(client: Client) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_favicon_is_answered_at_its_old_address_too(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert len(response.content) < 600
    assert "max-age=604800" in response.headers["Cache-Control"]
