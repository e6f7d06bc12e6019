"""What other rooms may do with the budget: each service stands in the module of its subject."""

from opd.planning.errors import (
    BudgetError,
    KeyReused,
    Missing,
    NotHeld,
    OverCashPlan,
    OverGrant,
    OverPagu,
    OverPurse,
    OverSpd,
    WrongYear,
)
from opd.planning.holding import correct_realisation, hold, name_document, realise, release
from opd.planning.models import PurseKind
from opd.planning.pursing import grow_purse, restore_purse, set_up_grant, shrink_purse, take_purse

__all__ = [
    "BudgetError",
    "KeyReused",
    "Missing",
    "NotHeld",
    "OverCashPlan",
    "OverGrant",
    "OverPagu",
    "OverPurse",
    "OverSpd",
    "PurseKind",
    "WrongYear",
    "correct_realisation",
    "grow_purse",
    "hold",
    "name_document",
    "realise",
    "release",
    "restore_purse",
    "set_up_grant",
    "shrink_purse",
    "take_purse",
]
