"""The members' dashboard: how much goes without cash, why it moves, and what it spares. Reads roll-ups."""
