"""Times for machines: valid, true, and no finer than those for people."""

import re
from datetime import datetime, timedelta

import pytest

from blog.search import index

from . import making
from .making import LONDON

pytestmark = pytest.mark.django_db
TIME = re.compile(r'<time datetime="([^"]*)">')
# Of the forms that HTML knows (2.3.5): a day, and a moment with its offset.
VALID = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d[+-]\d\d:\d\d)?", re.ASCII)


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (datetime(2022, 7, 1, 17, 23, 42, 123456, LONDON), "2022-07-01T17:23+01:00"),
        (datetime(2022, 11, 27, 0, 0, 5, 0, LONDON), "2022-11-27T00:00+00:00"),
    ],
)
def test_each_is_a_moment_with_its_offset_to_the_minute(client, moment, told):
    post = making.post(published_at=moment - timedelta(days=3), labels=("Tides",))
    making.comment(post, "A kittiwake", written_at=moment, published_at=moment)
    making.comment(post, "A kittiwake", name="Ann", written_at=moment)
    index.fill()
    for page in ("/", "/search?q=kittiwake", post.get_absolute_url()):
        found = TIME.findall(client.get(page).content.decode())
        assert found.count(told) == 2, page
        for each in found:
            assert VALID.fullmatch(each), page
            assert datetime.fromisoformat(each)
