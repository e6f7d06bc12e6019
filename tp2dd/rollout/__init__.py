"""The roll-out: which agency spends through which channel, since when, by which letter, and how it went."""
