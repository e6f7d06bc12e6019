"""The secretary's desk: the team by decree, registers, data requests, regions, monthly figures, deadlines."""
