"""What people do with an instruction. Every deed is in the trail; none moves money."""

from tp2dd.instruction.errors import InstructionError
from tp2dd.instruction.services.answering import acknowledge, report
from tp2dd.instruction.services.drafting import add_point, draft, drop, edit, remove_point
from tp2dd.instruction.services.issuing import close, issue
from tp2dd.instruction.services.reminding import remind
from tp2dd.instruction.services.verifying import accept, send_back

__all__ = [
    "InstructionError", "accept", "acknowledge", "add_point", "close", "draft", "drop", "edit", "issue",
    "remind", "remove_point", "report", "send_back",
]  # fmt: skip
