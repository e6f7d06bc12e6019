"""The ETPD workbench: the official form of a semester, filled from facts, reviewed, frozen, filed."""
