"""Readers of banks' files. Pure: they know neither Django nor the database."""
