"""What can be done with banks' files: the door for outer rooms and screens."""

from payments.reconciliation.services.apart import ApartError
from payments.reconciliation.services.apart import lift as lift_apart
from payments.reconciliation.services.booking import book_recognised
from payments.reconciliation.services.credits import register_target
from payments.reconciliation.services.desk import DeskError, assign, comment, reopen
from payments.reconciliation.services.explaining import ExplainError, explain, record_as_deposit
from payments.reconciliation.services.files import RerunError, UploadError, import_file, rerun
from payments.reconciliation.services.matching import reconcile
from payments.reconciliation.services.running import nudge_stuck, run_import
from payments.reconciliation.services.suggesting import (
    Outcome,
    SuggestionError,
    confirm,
    offer_again,
    reject,
)
from payments.reconciliation.services.undoing import UndoError, undo_credit, undo_direct, undo_match
from payments.reconciliation.sources import register_source

resolve_exception = explain

__all__ = [
    "ApartError",
    "DeskError",
    "ExplainError",
    "Outcome",
    "RerunError",
    "SuggestionError",
    "UndoError",
    "UploadError",
    "assign",
    "book_recognised",
    "comment",
    "confirm",
    "explain",
    "import_file",
    "lift_apart",
    "nudge_stuck",
    "offer_again",
    "reconcile",
    "record_as_deposit",
    "register_source",
    "register_target",
    "reject",
    "reopen",
    "rerun",
    "resolve_exception",
    "run_import",
    "undo_credit",
    "undo_direct",
    "undo_match",
]
