"""What paying adds to the product when it starts."""


def ready() -> None:
    """Navigation, cards, words, bank answers."""
