"""Where mails go in a test, in the words of the Django that runs it."""

import django


def settings_for(kind: str, **options: object) -> dict[str, object]:
    """The settings that send all mail to a backend: "locmem", "filebased"."""
    backend = f"django.core.mail.backends.{kind}.EmailBackend"
    if django.VERSION >= (6, 1):
        return {"MAILERS": {"default": {"BACKEND": backend, "OPTIONS": options}}}
    return {"EMAIL_BACKEND": backend} | {
        f"EMAIL_{name.upper()}": value for name, value in options.items()
    }
