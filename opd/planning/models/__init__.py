"""Tables of the budget room: plans, documents, lines and their counters, purses, holds, imported files.

The database guards them too: see ``migrations/0002_guards.py``.
"""

from opd.planning.models.documents import Dpa, LineVersion, Spd, SpdLine, Stage, UpGrant
from opd.planning.models.files import FileKind, FileState, PlanFile, RowState, SipdRow
from opd.planning.models.holds import Correction, Hold, HoldState
from opd.planning.models.lines import BudgetLine, CashPlan
from opd.planning.models.plans import (
    OF_PERIOD,
    OF_PROVINCE,
    CodeChange,
    DocumentKind,
    Level,
    PlanDocument,
    PlanIndicator,
    PlanLine,
)
from opd.planning.models.purses import Purse, PurseKind, PurseMovement

__all__ = [
    "OF_PERIOD",
    "OF_PROVINCE",
    "BudgetLine",
    "CashPlan",
    "CodeChange",
    "Correction",
    "DocumentKind",
    "Dpa",
    "FileKind",
    "FileState",
    "Hold",
    "HoldState",
    "Level",
    "LineVersion",
    "PlanDocument",
    "PlanFile",
    "PlanIndicator",
    "PlanLine",
    "Purse",
    "PurseKind",
    "PurseMovement",
    "RowState",
    "SipdRow",
    "Spd",
    "SpdLine",
    "Stage",
    "UpGrant",
]
