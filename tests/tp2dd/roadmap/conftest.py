from tests.tp2dd.secretariat.conftest import _own_evidence, today, world

__all__ = ["_own_evidence", "today", "world"]
