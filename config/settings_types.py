"""For mypy alone: the product's settings with the sandbox bank's tables beside them, so it sees both.

No process runs with these; the bank runs with ``config.settings_sandbox``.
"""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "payments.sandbox"]
SANDBOX_SILENCE_SECONDS = 12
