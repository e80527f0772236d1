"""The page about moderation: rules, modes, figures, the head of the log."""

import platform
import re

import django
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

import blog
from blog.discussion import times

from . import retention
from .figures import figures
from .models import Decision, Demand, LogHead, Mode
from .reasons import REASONS

_ONION = re.compile(r"[a-z0-9][a-z0-9.-]*\.onion")
_DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@require_safe
def moderation(request: HttpRequest) -> HttpResponse:
    """How comments are read here, in what anybody can check."""
    modes = Mode.objects.now_public()
    return render(
        request,
        "moderation/moderation.html",
        {
            "reasons": REASONS,
            "site_mode": next((mode for mode in modes if mode.post is None), None),
            "modes": [mode for mode in modes if mode.post is not None],
            "figures": figures(),
            "demands": list(Demand.objects.standing()),
            "no_demand": Demand.objects.none_said().first(),
            **_head(),
            "versions": versions(),
            "kept": retention.in_words(),
        },
    )


def _head() -> dict[str, object]:
    """The head of the log. Where times are cut it is that of the beginning of this hour
    or day: it moves when somebody withdraws a comment, and whoever asks for it again
    and again would see the minute."""
    wanted = times.of_site()
    if wanted is None:
        return {"head": LogHead.objects.get(pk=1)}
    begin = times.cut_to(timezone.now(), wanted)
    last = Decision.objects.filter(at__lt=begin).order_by("-seq").first()
    return {
        "head": last or LogHead(seq=0),
        "as_of": begin,
        "precision": wanted,
    }


@require_safe
def writing(request: HttpRequest) -> HttpResponse:
    """What can give a writer away, and what is kept here."""
    onions = [host for host in settings.ALLOWED_HOSTS if _ONION.fullmatch(host)]
    return render(
        request,
        "moderation/writing.html",
        {"precision": settings.TIME_PRECISION, "onion": next(iter(onions), None)},
    )


def versions() -> list[str]:
    """The program and what it stands on; of Python no more than major and minor."""
    python = ".".join(platform.python_version_tuple()[:2])
    database = ".".join(map(str, connection.get_database_version()))
    return [
        f"Candour {blog.__version__}",
        f"Django {django.__version__}",
        f"Python {python}",
        f"{_DATABASES.get(connection.vendor, connection.vendor)} {database}",
    ]
