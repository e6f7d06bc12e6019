from __future__ import annotations


class BackupError(Exception):
    """No backup was made, or nothing was restored; the message is for who runs the command."""
