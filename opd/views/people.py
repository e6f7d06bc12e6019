"""Accounts and the roles that decrees give (Pengaturan → Pengguna)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opd import queries
from opd.access import actor, needs
from opd.forms import EndRoleForm, ReasonForm, RoleForm, UserForm, show_refusal
from opd.models import Role, RoleAssignment, User
from opd.services import people
from opd.stepup import second_factor


@needs("users.manage")
@require_GET
def user_list(request: HttpRequest) -> HttpResponse:
    text, role = request.GET.get("q", "").strip(), request.GET.get("peran", "")
    found = queries.people(text=text, role=role if role in Role else "", on=timezone.localdate())
    page = Paginator(found, 50).get_page(request.GET.get("halaman"))
    context = {"page": page, "text": text, "role": role, "roles": Role.choices}
    return render(request, "opd/user_list.html", context)


@needs("users.manage")
@require_http_methods(["GET", "POST"])
@sensitive_variables("password")
def user_create(request: HttpRequest) -> HttpResponse:
    form = UserForm(request.POST or None)
    if not form.is_valid():
        return render(request, "opd/user_create.html", {"form": form})
    password = people.new_password()
    try:
        user = people.create_user(
            **form.cleaned_data, password=password, by=actor(request), at=timezone.now()
        )
    except ValidationError as error:
        show_refusal(form, error)
        return render(request, "opd/user_create.html", {"form": form})
    return render(request, "opd/user_password.html", {"person": user, "password": password})


@needs("users.manage")
@require_GET
def user_detail(request: HttpRequest, pk: int) -> HttpResponse:
    form = RoleForm(initial={"valid_from": timezone.localdate()})
    return _detail(request, get_object_or_404(User, pk=pk), form)


def _detail(request: HttpRequest, person: User, form: Form) -> HttpResponse:
    context = {
        "person": person,
        "assignments": person.role_assignments.select_related("opd").prefetch_related("agencies__opd"),
        "events": queries.trail_of(person)[:100],
        "form": form,
        "today": timezone.localdate(),
        "has_second_factor": people.has_second_factor(person),
    }
    return render(request, "opd/user_detail.html", context)


@needs("users.manage")
@require_POST
@second_factor("menetapkan peran")
def role_assign(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    form = RoleForm(request.POST)
    if form.is_valid():
        data = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
        try:
            people.assign_role(user=person, **data, by=actor(request), at=timezone.now())
        except (people.PeopleError, ValidationError) as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"Peran untuk {person} sudah ditetapkan.")
            return redirect("settings:user_detail", pk)
    return _detail(request, person, form)


@needs("users.manage")
@require_http_methods(["GET", "POST"])
@second_factor("mengakhiri peran")
def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    assignment = get_object_or_404(RoleAssignment.objects.select_related("user", "opd"), pk=pk)
    form = EndRoleForm(request.POST or None, initial={"valid_to": timezone.localdate()})
    if form.is_valid():
        try:
            people.end_role(assignment=assignment, **form.cleaned_data, by=actor(request), at=timezone.now())
        except (people.PeopleError, ValidationError) as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Peran sudah diakhiri.")
            return redirect("settings:user_detail", assignment.user_id)
    return render(request, "opd/role_end.html", {"form": form, "assignment": assignment})


@needs("users.manage")
@require_http_methods(["GET", "POST"])
def user_activation(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, or open it again."""
    person = get_object_or_404(User, pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            people.set_active(
                user=person, active=not person.is_active, **form.cleaned_data, by=actor(request),
                at=timezone.now(),
            )  # fmt: skip
        except people.PeopleError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Akun sudah dibuka." if person.is_active else "Akun sudah ditutup.")
            return redirect("settings:user_detail", pk)
    return render(request, "opd/user_activation.html", {"form": form, "person": person})


@needs("users.manage")
@require_http_methods(["GET", "POST"])
def user_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget the second factor of somebody who lost it."""
    person = get_object_or_404(User, pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            people.remove_second_factor(
                user=person, **form.cleaned_data, by=actor(request), at=timezone.now()
            )
        except people.PeopleError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Kode kedua dihapus. Minta ia mendaftarkan ponsel barunya.")
            return redirect("settings:user_detail", pk)
    return render(request, "opd/user_second_factor.html", {"form": form, "person": person})


@needs("users.manage")
@require_http_methods(["GET", "POST"])
@sensitive_variables("password")
def user_reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    if request.method != "POST":
        return render(request, "opd/user_reset_password.html", {"person": person})
    password = people.new_password()
    people.reset_password(user=person, password=password, by=actor(request), at=timezone.now())
    return render(request, "opd/user_password.html", {"person": person, "password": password})
