"""What other rooms may do with the budget: each service stands in the module of its subject."""

from opd.planning.errors import (
    BudgetError,
    ImportRefused,
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
from opd.planning.imports.at_once import import_cash_plan, import_dpa, import_sipd_realisation, import_spd
from opd.planning.imports.files import Preview, drop_file, prepare_file, preview_file, save_file
from opd.planning.models import PurseKind
from opd.planning.pursing import grow_purse, restore_purse, set_up_grant, shrink_purse, take_purse
from opd.planning.sipd_desk import (
    RowDecided,
    WrongHold,
    count_row,
    dismiss_row,
    match_again,
    match_row,
    reopen_row,
)

__all__ = [
    "BudgetError",
    "ImportRefused",
    "KeyReused",
    "Missing",
    "NotHeld",
    "OverCashPlan",
    "OverGrant",
    "OverPagu",
    "OverPurse",
    "OverSpd",
    "Preview",
    "PurseKind",
    "RowDecided",
    "WrongHold",
    "WrongYear",
    "correct_realisation",
    "count_row",
    "dismiss_row",
    "drop_file",
    "grow_purse",
    "hold",
    "import_cash_plan",
    "import_dpa",
    "import_sipd_realisation",
    "import_spd",
    "match_again",
    "match_row",
    "name_document",
    "prepare_file",
    "preview_file",
    "realise",
    "release",
    "reopen_row",
    "restore_purse",
    "save_file",
    "set_up_grant",
    "shrink_purse",
    "take_purse",
]
