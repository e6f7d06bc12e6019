"""Screens of the room (Kartu, Isi ulang, Riwayat, Transaksi, Kartu saya)."""
