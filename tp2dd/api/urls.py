"""/api/: the document, its page, and version 1."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from tp2dd.api import schema, views
from tp2dd.api.resources import outgoing, payments, registers, rollups, scores
from tp2dd.api.resources.base import Resource

app_name = "api"
RESOURCES = (
    payments.PAYMENTS, outgoing.SETTLEMENTS, outgoing.SPENDING, rollups.LEVIES, rollups.TAKINGS,
    rollups.TRIAL_BALANCE, rollups.SEAL, registers.AGENCIES, registers.POINTS, scores.SCORES,
)  # fmt: skip


def _at(resource: Resource) -> URLPattern:
    handle = login_not_required(views.endpoint(resource).as_view())
    return path(resource.path, handle, name=resource.name)


ENDPOINTS: list[URLPattern] = [
    *(_at(resource) for resource in RESOURCES),
    path(
        "payments/<str:payment_id>",
        login_not_required(views.PaymentEndpoint.as_view()),
        name=payments.ONE.name,
    ),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", login_not_required(schema.reference), name="reference"),
    path("schema/", login_not_required(schema.schema), name="schema"),
    path("v1/", include(ENDPOINTS)),
    re_path(r"^(?P<rest>.+)$", login_not_required(csrf_exempt(views.missing)), name="missing"),
]
