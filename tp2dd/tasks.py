"""The roll-ups, by Celery beat: the last weeks every minute, everything once a night."""

from __future__ import annotations

from datetime import date, timedelta

from celery.schedules import crontab
from django.utils import timezone

from config.celery import app
from tp2dd.board import rolling
from tp2dd.rollup import refresh

RECENT = timedelta(days=45)
BEGINNING = date(2020, 1, 1)
BEAT = {
    "tp2dd.roll_up": {"task": "tp2dd.roll_up", "schedule": 60.0},
    "tp2dd.roll_up_efforts": {"task": "tp2dd.roll_up_efforts", "schedule": 3600.0},
    "tp2dd.roll_up_all": {"task": "tp2dd.roll_up_all", "schedule": crontab(hour="2", minute="10")},
}


@app.task(name="tp2dd.roll_up")
def roll_up() -> None:
    refresh(since=timezone.localdate() - RECENT, at=timezone.now())
    rolling.count_channels()


@app.task(name="tp2dd.roll_up_all")
def roll_up_all() -> None:
    refresh(since=BEGINNING, at=timezone.now())
    rolling.count_channels()
    rolling.count_efforts(today=timezone.localdate())


@app.task(name="tp2dd.roll_up_efforts")
def roll_up_efforts() -> None:
    rolling.count_efforts(today=timezone.localdate())
