"""The pages of errors, which stand where nothing else does."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client

PAGES = ("400.html", "403.html", "403_csrf.html", "500.html")
MANIFEST = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_an_error_needs_nothing_and_has_all(page):
    html = render_to_string(page)
    assert re.search(r'<link rel="icon" href="/static/blog/icon[^"]*\.svg"', html)
    assert re.search(r'<link rel="stylesheet" href="/static/blog/candour', html)
    assert html.count("<h1>") == 1
    assert '<a href="/">' in html


@pytest.fixture
def nothing_collected(settings, tmp_path):
    settings.DEBUG = False
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": MANIFEST}}


@pytest.mark.parametrize("page", PAGES)
def test_it_is_drawn_where_no_static_files_were_collected(nothing_collected, page):
    html = render_to_string(page)
    assert 'href="/static/blog/candour.css"' in html
    assert 'href="/static/blog/icon.svg"' in html


@pytest.mark.django_db
def test_a_site_without_its_static_files_says_that_something_went_wrong(
    nothing_collected,
):
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_is_told_so_with_or_without_an_account():
    answer = Client(enforce_csrf_checks=True).post("/admin/login/")
    assert answer.status_code == 403
    html = answer.content.decode()
    assert "Without an account: open the page anew" in html
    assert "sign in again" in html
