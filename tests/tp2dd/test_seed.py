"""The seed command's refusal; what it makes is seen end to end and in the rooms' own tests."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from opd.models import User


@pytest.mark.django_db
def test_seed_refuses_where_nobody_asked_for_a_demonstration(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("seed")
    assert not User.objects.exists()
