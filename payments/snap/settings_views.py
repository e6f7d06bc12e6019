"""Bank partners, their keys and a test of the connection (Pengaturan → Mitra bank)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opd.access import actor, needs
from opd.forms import ReasonForm, show_refusal
from payments.snap import queries, services
from payments.snap.forms import BankKeyForm, NewPartnerForm, OwnKeyForm, ProfileForm, SecretForm, TrialForm
from payments.snap.models import Partner, PartnerKey

REFUSALS = (services.PartnerError, ValidationError)


@needs("partner.manage")
@require_GET
def partner_list(request: HttpRequest) -> HttpResponse:
    return render(request, "snap/partner_list.html", {"rows": queries.partners(at=timezone.now())})


@needs("partner.manage")
@require_http_methods(["GET", "POST"])
def partner_create(request: HttpRequest) -> HttpResponse:
    form = NewPartnerForm(request.POST or None)
    if form.is_valid():
        try:
            partner = services.register_partner(
                slug=form.cleaned_data["slug"], profile=form.profile(), by=actor(request), at=timezone.now()
            )
        except REFUSALS as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Mitra bank dicatat. Lengkapi kunci dan client secret-nya.")
            return redirect("snap_settings:partner_detail", partner.slug)
    return _form(request, form, "Tambah mitra bank", "Simpan profil", reverse("snap_settings:partner_list"))


@needs("partner.manage")
@require_GET
def partner_detail(request: HttpRequest, slug: str) -> HttpResponse:
    partner = get_object_or_404(Partner, slug=slug)
    return _detail(request, partner)


@needs("partner.manage")
@require_http_methods(["GET", "POST"])
def partner_amend(request: HttpRequest, slug: str) -> HttpResponse:
    partner = get_object_or_404(Partner, slug=slug)
    form = ProfileForm(request.POST or None, instance=partner)

    def deed() -> None:
        services.amend_partner(partner=partner, profile=form.profile(), by=actor(request), at=timezone.now())

    return _do(request, partner, form, f"Ubah profil {partner}", "Simpan profil", deed, "Profil disimpan.")


@needs("partner.manage")
@require_http_methods(["GET", "POST"])
def partner_activation(request: HttpRequest, slug: str) -> HttpResponse:
    """Close a partner, or open it again."""
    partner = get_object_or_404(Partner, slug=slug)
    form = ReasonForm(request.POST or None)
    verb = "Tutup" if partner.is_active else "Buka"

    def deed() -> None:
        services.set_partner_active(
            partner=partner, active=not partner.is_active, **form.cleaned_data, by=actor(request),
            at=timezone.now(),
        )  # fmt: skip

    return _do(request, partner, form, f"{verb} mitra {partner}", f"{verb} mitra", deed, "Mitra bank diubah.")


@needs("partner.manage")
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("secret")
def own_secret(request: HttpRequest, slug: str) -> HttpResponse:
    partner = get_object_or_404(Partner, slug=slug)
    form = SecretForm(request.POST or None)

    def deed() -> None:
        services.set_own_secret(
            partner=partner, secret=form.cleaned_data["secret"], by=actor(request), at=timezone.now()
        )

    title = "Client secret kami"
    return _do(request, partner, form, title, "Simpan client secret", deed, "Client secret disimpan.")


@needs("partner.manage")
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("private_key")
def own_key(request: HttpRequest, slug: str) -> HttpResponse:
    partner = get_object_or_404(Partner, slug=slug)
    form = OwnKeyForm(request.POST or None)

    def deed() -> None:
        key = form.cleaned_data["private_key"]
        services.set_own_key(partner=partner, private_key=key, by=actor(request), at=timezone.now())

    return _do(request, partner, form, "Kunci privat kami", "Simpan kunci", deed, "Kunci privat disimpan.")


@needs("partner.manage")
@require_POST
def next_key(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """Prepare, switch to or drop the key that follows ours."""
    partner = get_object_or_404(Partner, slug=slug)
    steps: dict[str, tuple[Callable[..., Any], str]] = {
        "siapkan": (services.prepare_own_key, "Kunci cadangan siap. Serahkan kunci publiknya kepada bank."),
        "pakai": (services.switch_own_key, "Kunci cadangan sekarang dipakai; yang lama menjadi cadangan."),
        "hapus": (services.drop_next_key, "Kunci cadangan dihapus."),
    }
    deed, words = steps[step]
    try:
        deed(partner=partner, by=actor(request), at=timezone.now())
    except REFUSALS as error:
        messages.error(request, str(error))
    else:
        messages.success(request, words)
    return redirect("snap_settings:partner_detail", slug)


@needs("partner.manage")
@require_POST
def bank_secret(request: HttpRequest, slug: str) -> HttpResponse:
    """A new client secret for the bank, shown this once; the last one holds for a day."""
    partner = get_object_or_404(Partner, slug=slug)
    secret = services.issue_bank_secret(partner=partner, by=actor(request), at=timezone.now())
    return render(request, "snap/bank_secret.html", {"partner": partner, "secret": secret})


@needs("partner.manage")
@require_http_methods(["GET", "POST"])
def bank_key(request: HttpRequest, slug: str) -> HttpResponse:
    partner = get_object_or_404(Partner, slug=slug)
    form = BankKeyForm(request.POST or None)

    def deed() -> None:
        now = timezone.now()
        services.add_bank_key(partner=partner, **form.cleaned_data, valid_from=now, by=actor(request), at=now)

    return _do(request, partner, form, "Tambah kunci publik bank", "Tambah kunci", deed, "Kunci ditambahkan.")


@needs("partner.manage")
@require_POST
def bank_key_end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    key = get_object_or_404(PartnerKey, pk=pk, partner__slug=slug)
    now = timezone.now()
    try:
        services.end_bank_key(key=key, valid_to=now, by=actor(request), at=now)
    except REFUSALS as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Kunci bank diakhiri.")
    return redirect("snap_settings:partner_detail", slug)


@needs("partner.manage")
@require_POST
def trial(request: HttpRequest, slug: str) -> HttpResponse:
    """ "Uji sambungan": a token and one harmless question."""
    partner = get_object_or_404(Partner, slug=slug)
    form = TrialForm(request.POST)
    steps = None
    if form.is_valid():
        steps = services.test_call(partner, at=timezone.now(), by=actor(request), **form.cleaned_data)
    return _detail(request, partner, form=form, steps=steps)


def _detail(request: HttpRequest, partner: Partner, **more: Any) -> HttpResponse:
    prepared = partner.next_private_key
    context = {
        "partner": partner,
        "credentials": queries.credentials(partner),
        "public_key": _public(partner),
        "next_public_key": _public(partner, upcoming=True) if prepared else "",
        "keys": queries.bank_keys(partner),
        "now": timezone.now(),
        "calls": queries.recent_calls(partner, limit=20),
        "inbox": queries.recent_messages(partner, limit=20),
        "form": TrialForm(),
        **more,
    }
    return render(request, "snap/partner_detail.html", context)


def _public(partner: Partner, *, upcoming: bool = False) -> str:
    try:
        return services.own_public_key(partner, upcoming=upcoming)
    except services.PartnerError:
        return ""


def _do(
    request: HttpRequest,
    partner: Partner,
    form: Form | ProfileForm,
    title: str,
    verb: str,
    deed: Callable[[], None],
    done: str,
) -> HttpResponse:
    """Show the form, or do the deed and go back to the partner."""
    back = reverse("snap_settings:partner_detail", args=[partner.slug])
    if form.is_valid():
        try:
            deed()
        except REFUSALS as error:
            show_refusal(form, error)
        else:
            messages.success(request, done)
            return redirect(back)
    return _form(request, form, title, verb, back)


def _form(request: HttpRequest, form: Form | ProfileForm, title: str, verb: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "action_label": verb, "cancel_url": back}
    return render(request, "snap/form.html", context)
