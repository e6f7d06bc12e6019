"""What people take home: lists as CSV at once, and archives that can be checked without us."""

from opd.office.exports.csv import cell, csv_response, lines

__all__ = ["cell", "csv_response", "lines"]
