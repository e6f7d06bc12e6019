"""Tanda Bukti Penerimaan: the receiving treasurer's numbered proof of each receipt of money."""
