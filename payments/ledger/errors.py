"""What the ledger refuses. Its SQL functions raise the SQLSTATEs below with an Indonesian sentence."""

from __future__ import annotations

from django.db import Error


class LedgerError(Exception):
    """The ledger refused; nothing was written. ``str(error)`` is a sentence for the person at the screen.

    Inside an outer ``atomic`` that transaction is lost too, unless the call stands in a savepoint.
    """

    sqlstate = ""


class KeyReused(LedgerError):
    """The same idempotency key came with another body."""

    sqlstate = "LD001"


class Unbalanced(LedgerError):
    """A book of the journal does not sum to zero."""

    sqlstate = "LD002"


class TooFewLegs(LedgerError):
    """A journal needs at least two legs."""

    sqlstate = "LD003"


class UnknownRole(LedgerError):
    """No posting rule maps the role to an account on the effective date."""

    sqlstate = "LD004"


class AccountNotValid(LedgerError):
    """The account of the role is not in force on the effective date."""

    sqlstate = "LD005"


class BadAmount(LedgerError):
    """Zero, more than two places, not a number, or Rp 10 trillion and above."""

    sqlstate = "LD006"


class BadHeader(LedgerError):
    """Description, kind, source, key, currency or a date is missing or malformed."""

    sqlstate = "LD007"


class UnknownOpd(LedgerError):
    """The agency does not exist."""

    sqlstate = "LD008"


class BadReversal(LedgerError):
    """The journal to reverse does not exist or is reversed already."""

    sqlstate = "LD009"


class LegsDontFit(LedgerError):
    """Legs added to, or missing from, a journal."""

    sqlstate = "LD010"


class AppendOnly(LedgerError):
    """Somebody tried to change, delete or empty what may only grow."""

    sqlstate = "LD011"


class EpochBehind(LedgerError):
    """The server counts transactions below those in the books: it was restored from a dump."""

    sqlstate = "LD012"


class PeriodClosed(LedgerError):
    """The journal's day lies in a closed month, and its day is a person's choice."""

    sqlstate = "LD013"


class BadPeriod(LedgerError):
    """This month cannot be closed or reopened now, or not by this person."""

    sqlstate = "LD014"


_BY_STATE = {error.sqlstate: error for error in LedgerError.__subclasses__()}
_BY_CONSTRAINT = {
    "ledger_journal_by": BadHeader("Pengguna yang mencatat jurnal tidak dikenal."),
    "ledger_entry_opd": UnknownOpd("OPD pada baris jurnal tidak dikenal."),
}
_BY_SHAPE = {
    "23502": BadHeader("Kunci, uraian, jenis, sumber, mata uang dan tanggal jurnal harus diisi."),
    "22P05": BadHeader("Teks jurnal memuat karakter yang tidak dapat disimpan."),
    "22001": BadHeader("Kunci, uraian, sumber atau catatan jurnal terlalu panjang."),
}


def translated(error: Error) -> LedgerError | None:
    """The LedgerError behind a database error; None where the database complained of something else."""
    cause = error.__cause__
    state, diag = getattr(cause, "sqlstate", None) or "", getattr(cause, "diag", None)
    if diag is None:
        return None
    if state in _BY_STATE:
        return _BY_STATE[state](diag.message_primary)
    known = _BY_CONSTRAINT.get(diag.constraint_name or "") or _BY_SHAPE.get(state)
    return type(known)(str(known)) if known else None
