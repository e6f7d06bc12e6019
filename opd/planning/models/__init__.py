"""Tables of the budget room: documents, lines and their counters, purses, holds, imported files.

The database guards them too: see ``migrations/0002_guards.py``.
"""

from opd.planning.models.documents import Dpa, LineVersion, Spd, SpdLine, Stage, UpGrant
from opd.planning.models.files import FileKind, FileState, PlanFile, RowState, SipdRow
from opd.planning.models.holds import Correction, Hold, HoldState
from opd.planning.models.lines import BudgetLine, CashPlan
from opd.planning.models.purses import Purse, PurseKind, PurseMovement

__all__ = [
    "BudgetLine",
    "CashPlan",
    "Correction",
    "Dpa",
    "FileKind",
    "FileState",
    "Hold",
    "HoldState",
    "LineVersion",
    "PlanFile",
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
