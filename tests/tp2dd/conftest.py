from tests.reconciliation.conftest import _own_evidence, scene

__all__ = ["_own_evidence", "scene"]
