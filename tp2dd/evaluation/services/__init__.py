"""Everything that changes an evaluation: opening, filling, judging, deciding, and rubrics."""

from tp2dd.evaluation.errors import EvaluationError
from tp2dd.evaluation.services.campaigns import (
    close_review,
    correct,
    deadlines,
    open_campaign,
    refresh,
    start_review,
    use_rubric,
)
from tp2dd.evaluation.services.deciding import finalise, publish
from tp2dd.evaluation.services.filling import Said, fill, submit
from tp2dd.evaluation.services.judging import decide, finish, review, send_back
from tp2dd.evaluation.services.rubrics import add_rubric

__all__ = [
    "EvaluationError",
    "Said",
    "add_rubric",
    "close_review",
    "correct",
    "deadlines",
    "decide",
    "fill",
    "finalise",
    "finish",
    "open_campaign",
    "publish",
    "refresh",
    "review",
    "send_back",
    "start_review",
    "submit",
    "use_rubric",
]
