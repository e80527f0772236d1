"""What a page weighs, and how its parts are sent."""

import gzip
import re

import pytest

from .pages import KINDS, kind_path
from .server import Site

LIMIT = 60 * 1024
_ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"')
_HASHED = re.compile(r"\.[0-9a-f]{12}\.[a-z0-9]+$")


def assets(site: Site, path: str = "/") -> set[str]:
    return set(_ASSET.findall(site.get(path).text))


@pytest.mark.parametrize("kind", ["home", "post", "deep discussion", "not found"])
def test_style_and_script_are_light(visit, site: Site, kind: str):
    opened = visit(kind_path(kind, site))
    weights = {
        response.url: len(response.body())
        for response in opened.responses
        if response.request.resource_type in ("stylesheet", "script")
    }

    assert len(weights) >= 2
    assert sum(weights.values()) < LIMIT, weights


def test_every_part_has_a_hash_in_its_name_and_is_kept_for_ever(site: Site):
    parts = set().union(*(assets(site, kind_path(kind, site)) for kind in KINDS))
    style = next(part for part in parts if part.endswith(".css"))
    folder = style.rpartition("/")[0]
    fonts = re.findall(r'url\("?(fonts/[^")]+)"?\)', site.get(style).text)
    assert len(fonts) >= 4

    for part in parts | {f"{folder}/{font}" for font in fonts}:
        answer = site.get(part)
        assert answer.status == 200, part
        assert _HASHED.search(part), part
        assert "immutable" in answer.header("cache-control"), part
        assert answer.header("set-cookie") == ""


def test_text_is_compressed_when_asked(site: Site):
    parts = [part for part in assets(site) if part.endswith((".css", ".js", ".svg"))]
    assert len(parts) >= 3

    for part in parts:
        plain = site.get(part)
        packed = site.get(part, Accept_Encoding="gzip")
        either = site.get(part, Accept_Encoding="gzip, br")
        assert plain.header("content-encoding") == ""
        assert either.header("content-encoding") in ("br", "gzip"), part
        assert packed.header("content-encoding") == "gzip", part
        assert gzip.decompress(packed.body) == plain.body
        assert len(packed.body) < len(plain.body)
        assert "accept-encoding" in packed.header("vary").lower()


def test_a_page_sends_its_policies(site: Site):
    for kind in KINDS:
        answer = site.get(kind_path(kind, site))
        policy = answer.header("content-security-policy")
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.header("referrer-policy") == "same-origin"
        assert answer.header("set-cookie") == ""
        assert "cookie" not in answer.header("vary").lower()
