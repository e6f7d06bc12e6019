"""The pages of the bank, a file for each counter."""
