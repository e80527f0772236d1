"""What the blog tells others. Receivers run inside the transaction that stores."""

from django.dispatch import Signal

# Sent with ``comment`` (stored, pending) and ``circumstances`` (see
# ``discussion.submission``). A receiver may change the comment's state, or raise
# ``discussion.submission.Refused`` to undo the whole.
comment_submitted = Signal()

# Sent in the transaction in which a comment is to be stored, before anything is locked,
# with ``post``: a receiver that may publish it locks first what that needs.
comment_arrives = Signal()

# Sent where comments are called otherwise because their times were cut, with ``before``
# and ``now``: the handles by the keys of these comments. What this program wrote of the
# old one is to be written anew.
comments_recalled = Signal()
