from __future__ import annotations

import pytest
from pytest_django import Settings

from payments.incoming.checks import no_sandbox_merchant
from tests.incoming.world import make_account, make_opd, make_partner


@pytest.mark.django_db
def test_a_merchant_of_the_sandbox_is_an_error_in_production_alone(settings: Settings) -> None:
    settings.DEBUG = settings.DEMO = False
    assert no_sandbox_merchant(None) == []
    make_account(make_partner(), make_opd(), merchant_pan="9360099900000000017", name="Rumah Uji")
    (error,) = no_sandbox_merchant(None)
    assert "Rumah Uji" in error.msg
    settings.DEMO = True
    assert no_sandbox_merchant(None) == []
