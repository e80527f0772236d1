"""What exists while something is made: nobody else removes it."""

import fcntl

import pytest

from config.backup import unfinished


@pytest.mark.parametrize("making", [unfinished.file, unfinished.folder])
def test_one_that_another_run_removed_before_it_was_locked_is_made_anew(
    making, tmp_path, monkeypatch
):
    """Two timers that fire together: one tidies up while the other begins."""
    lock, met = fcntl.flock, []

    def late(descriptor: int, how: int) -> None:
        if not met:
            met.append(True)
            for prefix in (unfinished.FILE, unfinished.FOLDER):
                unfinished._tidy(tmp_path, prefix)
            assert list(tmp_path.iterdir()) == []
        lock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with making(tmp_path) as path:
        assert path.exists()
        # Locked now, so that the next one leaves it alone.
        for prefix in (unfinished.FILE, unfinished.FOLDER):
            unfinished._tidy(tmp_path, prefix)
        assert list(tmp_path.iterdir()) == [path]
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_goes(tmp_path):
    (tmp_path / f"{unfinished.FOLDER}x" / "in").mkdir(parents=True)
    (tmp_path / f"{unfinished.FILE}x").touch()
    with unfinished.folder(tmp_path) as folder, unfinished.file(tmp_path) as file:
        assert set(tmp_path.iterdir()) == {folder, file}
