"""The pages of the ETPD workbench."""
