from tests.sandbox.plugin import _running_bank, bank

__all__ = ["_running_bank", "bank"]
