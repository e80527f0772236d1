"""Damaged files: cut, flipped, with something put in, doubled or left out."""

from hypothesis import strategies as st

from blog.archive.model import ArchiveError, SourceComment, SourcePost, Warning

CHANGES = ("cut", "flip", "insert", "double", "end")


@st.composite
def damaged(draw, whole: bytes) -> bytes:
    """``whole`` with one to four damages."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        to = draw(st.integers(at, min(len(data), at + 400)))
        change = draw(st.sampled_from(CHANGES))
        if change == "cut":
            del data[at:to]
        elif change == "flip" and at < len(data):
            data[at] ^= draw(st.integers(1, 255))
        elif change == "insert":
            data[at:at] = draw(st.binary(max_size=20))
        elif change == "double":
            data[at:at] = data[at:to]
        else:
            del data[at:]
    return bytes(data)


def is_read_or_refused(read, data: bytes) -> None:
    """Every item is one of the model, or the reader says what is wrong."""
    try:
        for item in read(data):
            assert isinstance(item, SourcePost | SourceComment | Warning)
            if not isinstance(item, Warning):
                assert len(item.uid) <= 120
    except ArchiveError as error:
        assert len(error.message) > 10  # noqa: PT017 - damage may also be harmless
