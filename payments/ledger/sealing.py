"""The head of the chain, signed: who holds a copy can prove later that we published it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from payments.ledger.models import Block

Sign = Callable[[bytes], "tuple[int, bytes] | None"]
"""Signs a text (Ed25519, RFC 8032): the number of the key and the signature; None before there is a key."""

_signers: list[Sign] = []


def register(sign: Sign) -> None:
    """Called from the AppConfig.ready of the room that keeps the keys."""
    if sign not in _signers:
        _signers.append(sign)


@dataclass(frozen=True)
class Head:
    """The last sealed block; ``key_id`` and ``signature`` (hex) over ``statement``, where it is signed."""

    block: Block
    key_id: int | None
    signature: str | None


def statement(number: int, fingerprint: str) -> bytes:
    """What is signed of a block: ``nontunai-segel:1:<number>:<hash in hex>``, ASCII."""
    return f"nontunai-segel:1:{number}:{fingerprint}".encode("ascii")


def head() -> Head | None:
    """The head as published; None before the first block."""
    block = Block.objects.order_by("-id").first()
    if block is None:
        return None
    signed = next(filter(None, (sign(statement(block.pk, block.fingerprint)) for sign in _signers)), None)
    return Head(block, signed[0], signed[1].hex()) if signed else Head(block, None, None)
