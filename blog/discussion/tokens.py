"""The signed, single-use token with which a preview sends a comment.

It binds what was previewed: the post, the comment that is answered, the text, name and
tag as they were shown. Single use comes from its number: two comments with one number
have one receipt, and receipts are unique in the database.

A second one says that a name was proved with its pass-phrase, which is typed once: it
stays good when the text is changed and previewed again, but for this name and post.
"""

import hashlib
import time
from dataclasses import dataclass

from django.core import signing

from .pseudonyms import Proof, is_tag

SALT = "candour.contribution"
SALT_OF_PROOF = "candour.proof"
MAX_AGE = 24 * 60 * 60  # seconds; a form left open overnight still sends


class StaleToken(Exception):
    """The token is too old, was changed, or belongs to another text."""


@dataclass(frozen=True)
class Token:
    """What a good token says. ``age`` in seconds since the preview."""

    nonce: str
    age: float


def _bound(
    post_id: int, parent_id: str, text: str, name: str, proof: Proof | None
) -> str:
    parts = [str(post_id), parent_id, name, text]
    if proof:
        parts += [proof.tag, str(proof.is_site_wide)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def issue(
    nonce: str,
    post_id: int,
    parent_id: str,
    text: str,
    name: str,
    proof: Proof | None = None,
) -> str:
    """A token for this contribution; ``parent_id`` is a public id or empty."""
    bound = _bound(post_id, parent_id, text, name, proof)
    return signing.dumps([nonce, bound, round(time.time(), 1)], salt=SALT)


def read(
    token: str,
    post_id: int,
    parent_id: str,
    text: str,
    name: str,
    proof: Proof | None = None,
) -> Token:
    """The token's contents; ``StaleToken`` if it is not for this contribution."""
    try:
        nonce, bound, issued = signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise StaleToken from error
    if bound != _bound(post_id, parent_id, text, name, proof):
        raise StaleToken
    return Token(nonce, max(0.0, time.time() - issued))


def issue_proof(proof: Proof, post_id: int, name: str) -> str:
    """What a preview carries of a pass-phrase that was typed for this name."""
    about = _about(post_id, name)
    return signing.dumps([proof.tag, proof.is_site_wide, about], salt=SALT_OF_PROOF)


def read_proof(token: str, post_id: int, name: str) -> Proof | None:
    """What was proved, or None if it was not, for another name, or too long ago."""
    try:
        tag, is_site_wide, about = signing.loads(
            token, salt=SALT_OF_PROOF, max_age=MAX_AGE
        )
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if about != _about(post_id, name) or not is_tag(tag):
        return None
    return Proof(tag, bool(is_site_wide))


def _about(post_id: int, name: str) -> str:
    return hashlib.sha256(f"{post_id}\0{name}".encode()).hexdigest()
