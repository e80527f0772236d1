"""The page about moderation: rules, modes, figures, the head of the log."""

import platform

import django
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import blog

from . import retention
from .figures import figures
from .models import LogHead, Mode
from .reasons import REASONS

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
            "head": LogHead.objects.get(pk=1),
            "versions": versions(),
            "kept": retention.in_words(),
        },
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
