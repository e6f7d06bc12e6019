"""Pages of the card's cycle, a module for each of its subjects."""
