"""Virtual accounts: numbers under which a bank asks us what to pay (24) and tells that it was paid (25)."""
