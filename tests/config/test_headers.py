"""The headers that every answer carries, whatever it is."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from config.middleware import SecurityHeaders

pytestmark = pytest.mark.django_db

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

ANSWERS = {
    "an unknown address": ("/no/such/page", 404),
    "an unknown page of the admin": ("/admin/no/such/", 302),
    "the login": ("/admin/login/", 200),
    "the admin without a login": ("/admin/", 302),
}


@pytest.fixture(params=ANSWERS)
def answer(request, client):
    address, status = ANSWERS[request.param]
    response = client.get(address)
    assert response.status_code == status
    return response


def policy(response) -> dict[str, list[str]]:
    """The directives of the Content-Security-Policy with their sources."""
    parts = response["Content-Security-Policy"].split(";")
    return {name: sources for name, *sources in (part.split() for part in parts)}


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_is_on_every_answer(answer, name):
    assert answer[name] == HEADERS[name]


def test_nothing_is_loaded_from_elsewhere_and_nothing_inline(answer):
    found = policy(answer)
    assert found["default-src"] == ["'none'"]
    assert found["frame-ancestors"] == ["'none'"]
    assert found["base-uri"] == ["'none'"]
    assert found["form-action"] == ["'self'"]
    allowed = {source for sources in found.values() for source in sources}
    assert allowed <= {"'none'", "'self'", "data:"}
    assert [name for name in found if "data:" in found[name]] == ["img-src"]


def test_the_page_may_use_no_device(answer):
    switched_off = answer["Permissions-Policy"].split(", ")
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(switched_off)
    assert all(feature.endswith("=()") for feature in switched_off)


def test_an_error_carries_the_headers_too(client, settings):
    settings.ROOT_URLCONF = "tests.config.failing_urls"
    client.raise_request_exception = False
    response = client.get("/broken/")
    assert response.status_code == 500
    assert policy(response)["default-src"] == ["'none'"]
    assert {name: response[name] for name in HEADERS} == HEADERS


def test_a_redirect_for_a_missing_slash_carries_the_policy(client):
    response = client.get("/admin")
    assert response.status_code == 301
    assert policy(response)["frame-ancestors"] == ["'none'"]


def test_a_reader_is_given_no_cookie(client):
    assert not client.get("/no/such/page").cookies


def test_the_cookie_of_the_login_is_sent_nowhere_else(client):
    cookie = client.get("/admin/login/").cookies["csrftoken"]
    assert cookie["path"] == "/admin/"
    assert cookie["samesite"] == "Strict"
    assert cookie["httponly"]
    assert not cookie["max-age"], "it must end with the browser"


def test_a_page_may_set_a_policy_of_its_own():
    def page(request):
        return HttpResponse(headers={"Content-Security-Policy": "default-src 'self'"})

    response = SecurityHeaders(page)(RequestFactory().get("/"))
    assert response["Content-Security-Policy"] == "default-src 'self'"
    assert "Permissions-Policy" in response
