"""What can be done with banks' files: the door for outer rooms and screens."""

from payments.reconciliation.services.booking import book_recognised
from payments.reconciliation.services.credits import register_target
from payments.reconciliation.services.desk import DeskError, assign, comment, reopen
from payments.reconciliation.services.explaining import ExplainError, explain, record_as_deposit
from payments.reconciliation.services.files import RerunError, UploadError, import_file, rerun
from payments.reconciliation.services.matching import reconcile
from payments.reconciliation.services.running import nudge_stuck, run_import
from payments.reconciliation.sources import register_source

resolve_exception = explain

__all__ = [
    "DeskError",
    "ExplainError",
    "RerunError",
    "UploadError",
    "assign",
    "book_recognised",
    "comment",
    "explain",
    "import_file",
    "nudge_stuck",
    "reconcile",
    "record_as_deposit",
    "register_source",
    "register_target",
    "reopen",
    "rerun",
    "resolve_exception",
    "run_import",
]
