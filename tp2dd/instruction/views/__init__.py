"""The pages of an instruction."""
