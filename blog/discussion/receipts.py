"""The code that a contributor gets: the only link between a person and a comment.

128 random-looking bits, made by a keyed hash from the random number in the form, so
that sending one form twice gives one code. Only its SHA-256 is stored; that many bits
need no slow password hash (OWASP ASVS 5.0, 6.5.2).
"""

import hashlib
import secrets

from django.utils.crypto import salted_hmac

from blog.codes import encode
from blog.models import Comment

LENGTH = 26
_MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1", " ": "", "-": ""})


def new_nonce() -> str:
    """The random number that a form carries, 128 bits in hexadecimal."""
    return secrets.token_hex(16)


def code_for(nonce: str) -> str:
    """The receipt of the form with this number: 26 letters and digits."""
    key = salted_hmac("candour.receipt", nonce, algorithm="sha256").digest()[:16]
    return encode(int.from_bytes(key, "big"), LENGTH)


def digest(code: str) -> str:
    """What is stored of a code. Spaces, hyphens and capitals make no difference."""
    plain = code.strip().lower().translate(_MISREAD)
    return hashlib.sha256(plain.encode()).hexdigest()


def grouped(code: str) -> str:
    """The code in groups, to be read aloud or written down."""
    return " ".join((code[:5], code[5:10], code[10:15], code[15:20], code[20:]))


def is_used(nonce: str) -> bool:
    """Whether a comment was already sent with the form of this number."""
    return Comment.objects.filter(receipt_digest=digest(code_for(nonce))).exists()
