"""Addresses of our SNAP endpoints, below ``/snap/``. A new service of ours is one more line."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path

from payments.snap.codes import Service
from payments.snap.views import AnswerEndpoint, SnapEndpoint, TokenEndpoint

app_name = "snap"


def endpoint(service: Service, view: type[SnapEndpoint] = SnapEndpoint) -> URLPattern:
    """The URL of a service; its name is the service's in lower case."""
    handle = login_not_required(view.as_view(service=service))
    return path(service.path.removeprefix("/"), handle, name=service.name.lower())


urlpatterns = [
    endpoint(Service.TOKEN_B2B, TokenEndpoint),
    endpoint(Service.QR_NOTIFY),
    endpoint(Service.VA_INQUIRY, AnswerEndpoint),
    endpoint(Service.VA_PAYMENT, AnswerEndpoint),
]
