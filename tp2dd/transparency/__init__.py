"""What the public sees of the province's cashless money, and the decision that opens it."""
