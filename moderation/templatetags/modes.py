"""The mode in force, for the pages of posts."""

from django import template

from blog.models import Post
from moderation import figures, modes
from moderation.models import Mode

register = template.Library()


@register.simple_tag
def mode_for(post: Post) -> Mode | None:
    """The mode that rules new comments on ``post`` now; None: all are held. One query.

    ``{% mode_for post as mode %}``, then ``{% if mode.is_closed %}``.
    """
    return Mode.objects.in_force(post.pk)


@register.filter
def mode_in_words(mode: Mode | None) -> str:
    """What readers are told of it, with since when and until when; without a mode, all
    are held."""
    return modes.in_words(mode) if mode else modes.WITHOUT


@register.simple_tag
def usual_wait() -> figures.Wait | None:
    """How long decisions took lately, as far as the public figures tell; None if that
    is too little. They are kept for some minutes: mostly it costs no query."""
    return figures.figures().lately


@register.filter
def when_it_appears(mode: Mode | None) -> str:
    """What a writer is told before sending, unless comments are closed; without a
    mode, all are held."""
    kind = Mode.Kind(mode.kind) if mode else Mode.Kind.HOLD_ALL
    return modes.WHEN_IT_APPEARS[kind]
