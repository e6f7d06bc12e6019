"""The Sekda's instruction as a record: who was told what, who acknowledged it, and who has done it."""
