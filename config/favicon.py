"""/favicon.ico for browsers that ask for it anyway: the same small drawing that pages link."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@login_not_required
@cache_control(max_age=7 * 24 * 3600, public=True)
def favicon(request: HttpRequest) -> HttpResponse:
    drawing = Path(settings.STATICFILES_DIRS[0]) / "mark.svg"
    return HttpResponse(drawing.read_bytes(), content_type="image/svg+xml")
