"""Screens of the room (Anggaran, Per bulan, Impor anggaran, Realisasi SIPD)."""
