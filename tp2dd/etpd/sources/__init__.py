"""Where facts come from: one module a kind of fact, each with its SOURCES."""
