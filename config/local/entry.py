"""Inside the environment: which of the three ways to use ``manage.py`` is meant."""

from collections.abc import Sequence

from config.local import commands, testrun, up
from config.local.console import LauncherError, complain


def main(argv: Sequence[str]) -> int:
    word = argv[1] if len(argv) > 1 else ""
    try:
        if word == "up":
            return up.run(argv[2:])
        if word == "test":
            return testrun.run(argv[2:])
        return commands.run(argv)
    except LauncherError as error:
        complain(str(error))
        return 1
