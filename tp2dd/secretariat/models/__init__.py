"""Tables of the secretary's desk. ``migrations/0002_guards_and_data.py`` holds what the database refuses."""

from tp2dd.secretariat.models.feeds import CalendarFeed
from tp2dd.secretariat.models.figures import ChannelClass, Figure, FigureFile
from tp2dd.secretariat.models.meetings import Attendance, Meeting
from tp2dd.secretariat.models.regions import Region, RegionScore
from tp2dd.secretariat.models.registers import Activity, Agreement, Task
from tp2dd.secretariat.models.requests import DataRequest, RequestEvent
from tp2dd.secretariat.models.team import Decree, Holder, Position, Seat

__all__ = [
    "Activity", "Agreement", "Attendance", "CalendarFeed", "ChannelClass", "DataRequest", "Decree", "Figure",
    "FigureFile", "Holder", "Meeting", "Position", "Region", "RegionScore", "RequestEvent", "Seat", "Task",
]  # fmt: skip
