"""Read models of this room. ``lights`` is the door for the others."""

from payments.reconciliation.queries.days import DayRow, day_rows, in_flight, total
from payments.reconciliation.queries.lights import Lights, has_open_work, lights

__all__ = ["DayRow", "Lights", "day_rows", "has_open_work", "in_flight", "lights", "total"]
