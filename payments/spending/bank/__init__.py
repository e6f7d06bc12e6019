"""How spending talks to the bank: bodies, readers, and one careful conversation for each payment."""
