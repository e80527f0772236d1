"""The text of a comment -> safe HTML, once, when it is written."""

from blog import plaintext

REL = "nofollow ugc noopener"


def comment_html(text: str) -> str:
    """Paragraphs, line breaks, ``>`` quotations, lists and links, and nothing else."""
    return plaintext.to_html(text, rel=REL)


def contribution_html(text: str) -> str:
    """The same for what is written here, where ``*stress*`` is stress.

    In imported texts asterisks are what they are: nobody there meant them so.
    """
    return plaintext.to_html(text, rel=REL, stress=True)
