"""Cookies of editors and moderators in production: by HTTPS, for the admin alone."""

import os
import subprocess
import sys

from tests.own_database import ROOT

LOOK = """
from django.conf import settings
from django.test import Client
client = Client(headers={"host": "candour.example", "x-forwarded-proto": "https"})
print(client.get("/admin/login/").cookies)
print(settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE)
print(settings.DEVICE_COOKIE_NAME)
"""


def test_browsers_take_them_by_https_only(tmp_path):
    said = subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", LOOK],
        cwd=ROOT,
        env=os.environ
        | {
            "CANDOUR_ENV": "production",
            "DEBUG": "0",
            "SECRET_KEY": "x" * 50,
            "ALLOWED_HOSTS": "candour.example",
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3",
            "DJANGO_SETTINGS_MODULE": "tests.config.plain_static_site",
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert said.returncode == 0, said.stderr
    [cookie, session, device] = said.stdout.strip().splitlines()[-3:]
    assert cookie.startswith("Set-Cookie: __Secure-csrftoken=")
    for part in ("HttpOnly", "Path=/admin/", "SameSite=Strict", "Secure"):
        assert f"; {part}" in cookie
    assert "Domain" not in cookie
    assert session == "__Secure-sessionid True"
    assert device == "__Secure-device"
