"""The sandbox bank's web process; its postman starts with it and ends with it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_sandbox")

application = get_wsgi_application()

from payments.sandbox.postman import start  # noqa: E402  (Django must be ready first)

start()
