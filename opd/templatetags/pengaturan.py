"""What the settings pages show beyond the common filters."""

from django import template
from django.apps import apps

from opd import audit
from opd.models import AuditEvent

register = template.Library()


@register.filter
def nip_tersamar(nip: str) -> str:
    """A NIP as lists show it: the birth date and the last digits hidden (UU 27/2022)."""
    return f"{'•' * (len(nip) - 4)}{nip[-4:]}" if nip else ""


@register.filter
def tindakan(action: str) -> str:
    """The Indonesian words for an audit action."""
    return audit.describe(action)


@register.filter
def objek(event: AuditEvent) -> str:
    """What an event is about, in words: "penetapan peran 7"."""
    try:
        name = str(apps.get_model(event.subject_type)._meta.verbose_name)
    except (LookupError, ValueError):
        name = event.subject_type
    return f"{name} {event.subject_id}"
