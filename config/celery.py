"""The Celery application; rooms keep their tasks in ``tasks.py`` and their beat entries in ``BEAT`` there."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("nontunai")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
