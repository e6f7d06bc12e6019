"""Names in the visitor's language. Pure."""

from django.utils.translation import get_language


def in_language(indonesian: str, english: str) -> str:
    """The English name where there is one and English is spoken now."""
    return english if english and get_language() == "en" else indonesian
