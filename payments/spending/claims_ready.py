"""What claims add to the product when it starts."""


def ready() -> None:
    """Navigation, cards, words, documents."""
