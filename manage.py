#!/usr/bin/env python3
"""The one entry: ``up`` starts the whole product, ``test`` runs every test, all other words are Django's."""

import sys

if __name__ == "__main__":
    from config.local import interpreter

    interpreter.ensure()
    from config.local import environment

    environment.enter(sys.argv)
    from config.local.entry import main

    sys.exit(main(sys.argv))
