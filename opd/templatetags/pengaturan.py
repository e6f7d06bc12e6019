"""What the settings pages show beyond the common filters."""

from django import template

from opd import audit

register = template.Library()


@register.filter
def nip_tersamar(nip: str) -> str:
    """A NIP as lists show it: the birth date and the last digits hidden (UU 27/2022)."""
    return f"{'•' * (len(nip) - 4)}{nip[-4:]}" if nip else ""


@register.filter
def tindakan(action: str) -> str:
    """The Indonesian words for an audit action."""
    return audit.describe(action)
