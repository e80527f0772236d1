"""What processes do at once with the digest, with the test's own database."""


def prepare() -> None:
    """A moderator who is due one, and a comment that waits."""
    from django.contrib.auth.models import Group, User

    from blog.discussion.submission import submit
    from blog.models import Post
    from moderation.models import Digest

    ann = User.objects.create(username="ann", is_staff=True, email="ann@example.org")
    ann.groups.add(Group.objects.get(name="Moderators"))
    Digest.objects.create(user=ann, every="day", sent_for="2020-01-01")
    post = Post.objects.create(title="Rota", status="published", body="Text.")
    submit(post, "It leaks.")


def run() -> list[int]:
    """How many digests were sent, and how many mails went out."""
    from django.conf import settings
    from django.core import mail as django_mail

    from moderation import digest
    from tests.mailing import settings_for

    for name, value in settings_for("locmem").items():
        setattr(settings, name, value)
    django_mail.outbox = []
    return [digest.send_due().sent, len(django_mail.outbox)]
