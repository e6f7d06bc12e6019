"""The bank for development: an acquirer that speaks SNAP, a phone that pays, business days with files.

It runs as a process of its own (``config.settings_sandbox``) with its own database login, and only where
DEMO=1. Of the product it imports the pure modules alone: ``payments.snap`` (signature, codes, clock),
``payments.qris``, ``payments.money``. ``acquirer`` lists the rules it chose where SNAP leaves them open,
``outcomes`` what can happen when somebody pays, ``files`` the layouts of a closed day.
"""
