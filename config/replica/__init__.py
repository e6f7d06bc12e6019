"""A streaming replica for lists, dashboards and archives, where DATABASE_REPLICA_URL names one.

Without that address nothing here does anything. The replica is a hot standby: PostgreSQL itself refuses every
write there. Whatever moves money, visitors' pages and log-in never come here.
"""

from config.replica.routing import PositionMiddleware, reads_replica
from config.replica.standing import PULSE, caught_up, configured, pulse, told

__all__ = ["PULSE", "PositionMiddleware", "caught_up", "configured", "pulse", "reads_replica", "told"]
