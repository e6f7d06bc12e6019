"""Where people see a spend that they reported in another room: card holders have no page here."""

from __future__ import annotations

from collections.abc import Callable

from opd.models import User
from payments.spending.models import Spend

Page = Callable[[User, Spend], str | None]
_known: list[Page] = []


def register(page: Page) -> None:
    """A room outside says where it shows a spend to a person: an address they may open, or None."""
    if page not in _known:
        _known.append(page)


def page_of(user: User, spend: Spend) -> str | None:
    """The page on which ``user`` sees what they reported; None where no room knows one."""
    return next((address for page in _known if (address := page(user, spend))), None)
