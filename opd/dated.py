"""Rows that hold between two inclusive days in WIB: the one way to ask which are in force."""

from __future__ import annotations

from datetime import date

from django.db.models import Q


def in_force(on: date) -> Q:
    """``valid_from`` has come and ``valid_to``, where there is one, has not passed."""
    return Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gte=on))
