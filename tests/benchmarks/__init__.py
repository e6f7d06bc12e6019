"""What ``manage.py bench`` measures; each module is one room and yields figures, beside floors or peers."""
