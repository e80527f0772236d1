"""The only public way to add a comment. It is always pending: nobody has read it."""

from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone

from blog.models import Comment, Post
from blog.signals import comment_arrives, comment_submitted

from . import receipts, tree
from .pseudonyms import Proof
from .text import contribution_html

NOT_HERE = "No comments are taken below this page."


class Refused(Exception):
    """No comment can be added now; ``message`` says to the contributor why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Circumstances:
    """How a comment came, for screening alone. None of it is stored.

    ``address`` is the network address, "" if it says nothing (a local proxy, an onion
    service); it stands in no ``repr``. ``form_age``: seconds between preview and
    sending.
    """

    form_age: float = 60.0
    trap_filled: bool = False
    address: str = field(default="", repr=False)
    earlier_receipt: str = field(default="", repr=False)


@dataclass(frozen=True)
class Submission:
    """A stored comment and its receipt; ``is_new`` False: it had been sent before."""

    comment: Comment
    code: str = field(repr=False)
    is_new: bool


def submit(
    post: Post,
    text: str,
    *,
    parent: Comment | None = None,
    name: str = "",
    proof: Proof | None = None,
    nonce: str | None = None,
    circumstances: Circumstances | None = None,
) -> Submission:
    """Stores a comment that a contributor sent, waiting to be read.

    ``proof`` is what the pass-phrase of the name gave.

    ``nonce`` is the number of the form: the same number twice stores one comment and
    gives one receipt, also from two processes at once. Raises
    ``tree.NotInThisDiscussion`` if ``parent`` belongs to another post, and ``Refused``
    if the post has no discussion or a receiver of ``comment_submitted`` allows no
    comment; then nothing is stored.
    The caller has checked the form; this is where the text is rendered and the time of
    writing set, to the minute.
    """
    code = receipts.code_for(nonce or receipts.new_nonce())
    digest = receipts.digest(code)
    if earlier := Comment.objects.filter(receipt_digest=digest).first():
        return Submission(earlier, code, is_new=False)
    if not post.has_discussion:
        raise Refused(NOT_HERE)
    try:
        with transaction.atomic():
            comment_arrives.send(sender=Comment, post=post)
            comment = tree.insert(
                post,
                parent,
                name=name,
                tag=proof.tag if proof else "",
                tag_is_site_wide=proof is not None and proof.is_site_wide,
                text=text,
                html=contribution_html(text),
                written_at=timezone.now().replace(second=0, microsecond=0),
                state=Comment.State.PENDING,
                receipt_digest=digest,
            )
            comment_submitted.send(
                sender=Comment,
                comment=comment,
                circumstances=circumstances or Circumstances(),
            )
    except IntegrityError:
        # Another process stored the same form between our look and our insert.
        earlier = Comment.objects.filter(receipt_digest=digest).first()
        if earlier is None:
            raise
        return Submission(earlier, code, is_new=False)
    return Submission(comment, code, is_new=True)
