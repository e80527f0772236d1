"""The signed, single-use token with which a preview sends a comment.

It binds what was previewed: the post, the comment that is answered, and the text and
name as they were shown. Single use comes from its number: two comments with one number
have one receipt, and receipts are unique in the database.
"""

import hashlib
import time
from dataclasses import dataclass

from django.core import signing

SALT = "candour.contribution"
MAX_AGE = 24 * 60 * 60  # seconds; a form left open overnight still sends


class StaleToken(Exception):
    """The token is too old, was changed, or belongs to another text."""


@dataclass(frozen=True)
class Token:
    """What a good token says. ``age`` in seconds since the preview."""

    nonce: str
    age: float


def _bound(post_id: int, parent_id: str, text: str, name: str) -> str:
    parts = "\0".join((str(post_id), parent_id, name, text))
    return hashlib.sha256(parts.encode()).hexdigest()


def issue(nonce: str, post_id: int, parent_id: str, text: str, name: str) -> str:
    """A token for this contribution; ``parent_id`` is a public id or empty."""
    bound = _bound(post_id, parent_id, text, name)
    return signing.dumps([nonce, bound, round(time.time(), 1)], salt=SALT)


def read(token: str, post_id: int, parent_id: str, text: str, name: str) -> Token:
    """The token's contents; ``StaleToken`` if it is not for this contribution."""
    try:
        nonce, bound, issued = signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise StaleToken from error
    if bound != _bound(post_id, parent_id, text, name):
        raise StaleToken
    return Token(nonce, max(0.0, time.time() - issued))
