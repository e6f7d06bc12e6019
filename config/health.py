"""``GET /sehat``: whether this site can work now, for the launcher, load balancers and watchers."""

import redis
import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import replica

log = structlog.get_logger(__name__)


@login_not_required
@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 while the database answers, 503 otherwise. A lost broker only delays work, and a lost replica is
    not missed: told, not fatal."""
    database, broker = _database_answers(), _broker_answers()
    words = {"basis_data": _word(database), "antrean": _word(broker)}
    if replica.configured():
        words["replika"] = replica.told()
    return JsonResponse(words, status=200 if database else 503)


def _word(answers: bool) -> str:
    return "baik" if answers else "tidak terjangkau"


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        log.warning("database_unreachable", error=type(error).__name__)
        return False
    return True


def _broker_answers() -> bool:
    once = Retry(NoBackoff(), 0)
    broker = redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_connect_timeout=0.5, socket_timeout=0.5, retry=once
    )
    try:
        with broker:
            broker.ping()
    except redis.RedisError as error:
        log.warning("broker_unreachable", error=type(error).__name__)
        return False
    return True
