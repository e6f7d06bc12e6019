"""The one-command start: Python environment, embedded PostgreSQL and Valkey, supervisor, test run.

``interpreter`` and ``environment`` use the standard library alone: they run before anything is installed.
"""
