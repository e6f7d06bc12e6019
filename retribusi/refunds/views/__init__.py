"""The payer's pages and the office's."""
