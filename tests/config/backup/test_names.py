"""A backup's name says when it was made and where the log ended."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.backup import names
from config.backup.names import Name

WHEN = datetime(2026, 3, 5, 4, 15, 2, tzinfo=UTC)


@given(
    st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC)),
    st.integers(0, 10**12),
    st.text("0123456789abcdef", min_size=12, max_size=12),
)
def test_what_was_written_is_read(when, seq, digits):
    name = Name(when.replace(microsecond=0), seq, digits)
    assert names.read(str(name)) == name


def test_it_sorts_by_time_and_can_be_read_by_a_person():
    assert str(Name(WHEN, 1234, "0a1b2c3d4e5f")) == (
        "candour-20260305T041502Z-log1234-0a1b2c3d4e5f.zip"
    )


@pytest.mark.parametrize(
    "name",
    [
        "holiday.zip",
        "candour-20260305T041502Z-log1234-0a1b2c3d4e5f.zip.part",
        "candour-20260305T041502Z-log1234-0a1b2c3d4e5f (1).zip",
        "candour-20261305T041502Z-log1234-0a1b2c3d4e5f.zip",
        "candour-20260305T041502Z-log-0a1b2c3d4e5f.zip",
        ".candour-part-abc",
    ],
)
def test_other_files_are_not_called_so(name):
    assert names.read(name) is None


def test_a_folder_is_read_oldest_first_and_by_names_alone(tmp_path):
    later = Name(WHEN.replace(hour=5), 0, "0" * 12)
    for name in (later, Name(WHEN, 9, "f" * 12), "holiday.zip"):
        (tmp_path / str(name)).touch()
    (tmp_path / str(Name(WHEN, 1, "1" * 12))).mkdir()
    (tmp_path / str(Name(WHEN, 2, "2" * 12))).symlink_to(tmp_path / "holiday.zip")
    found = names.in_folder(tmp_path)
    assert [name.seq for name, _ in found] == [9, 0]
    assert names.in_folder(tmp_path / "nowhere") == []
