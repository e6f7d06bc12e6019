"""Screens of the room (Rekonsiliasi, Berkas bank, Selisih)."""
