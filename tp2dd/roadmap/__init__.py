"""The roadmap, its targets, and the yearly action plan: actions tied to what they mend, and their effect."""
