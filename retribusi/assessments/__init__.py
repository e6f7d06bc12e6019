"""Levies fixed by assessment: wajib retribusi, SKRD, STRD, and what is still owed."""
