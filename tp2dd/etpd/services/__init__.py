"""Everything that changes a semester: filling, asking, reviewing, freezing, and rubrics."""

from tp2dd.etpd.errors import EtpdError
from tp2dd.etpd.services.asking import ask, reply, withdraw
from tp2dd.etpd.services.filling import Change, answer, open_semester, refresh_facts, submit
from tp2dd.etpd.services.freezing import correct, file, freeze
from tp2dd.etpd.services.reviewing import accept, remark, send_back
from tp2dd.etpd.services.rubrics import add_rubric

__all__ = [
    "Change",
    "EtpdError",
    "accept",
    "add_rubric",
    "answer",
    "ask",
    "correct",
    "file",
    "freeze",
    "open_semester",
    "refresh_facts",
    "remark",
    "reply",
    "send_back",
    "submit",
    "withdraw",
]
