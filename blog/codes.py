"""Numbers as short texts that people can read aloud. Pure."""

import secrets

# Crockford's base 32: without i, l, o and u, which are misread.
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def encode(number: int, length: int) -> str:
    """The last ``length`` digits of a number to the base 32."""
    return "".join(
        LETTERS[number >> shift & 31] for shift in range(5 * length - 5, -1, -5)
    )


def new_public_id() -> str:
    """A random 64-bit name in 13 characters; it tells neither time nor order."""
    return encode(secrets.randbits(64), 13)
