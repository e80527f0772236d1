"""Which key does what on the page of the queue; ``queue-keys.js`` presses them."""

from dataclasses import dataclass

from moderation.reasons import BY_CODE, Reason

# After "d". Ten by a digit, those that are wanted most; "d" again opens the notes.
REASON_KEYS = {
    "1": "off_topic",
    "2": "harassment",
    "3": "identifies_person",
    "4": "duplicate",
    "5": "not_readable",
    "6": "spam",
    "7": "hate",
    "8": "threat",
    "9": "confidential_data",
    "0": "other",
    "c": "court_reporting",
    "f": "defamation_complaint",
    "w": "author_request",
}
ACTION_KEYS = {
    "approve": "a",
    "restore": "a",
    "publish-after-all": "a",
    "uphold": "u",
    "keep": "u",
    "spam": "s",
}
HELP = (
    ("j", "next comment"),
    ("k", "the one before"),
    ("a", "approve, or restore"),
    ("d", "refuse or hide: then a digit picks the reason, and it is done"),
    ("d d", "refuse or hide with notes: also d, then Enter"),
    ("s", "spam"),
    ("u", "uphold what was decided, where an appeal waits; leave what was reported"),
    ("r", "answer and approve: Ctrl and Enter send it"),
    ("e", "redact"),
    ("q", "ask its writer: Ctrl and Enter send it"),
    ("l", "lift: make a post of it"),
    ("m", "move to another post"),
    ("x", "tick, or take the tick away"),
    ("z", "take back what was done last, as often as you like"),
    ("A, S", "approve all that is ticked; all of it is spam"),
    ("D", "refuse all that is ticked: then a digit picks the reason"),
    ("n", "show the comments that came meanwhile"),
    ("v", "one comment at a time, or the list"),
    ("Esc", "leave a field or a choice"),
    ("?", "this list"),
)


@dataclass(frozen=True)
class KeyedReason:
    key: str
    reason: Reason


def keyed_reasons() -> list[KeyedReason]:
    """All reasons with their keys, in the order of the keys."""
    return [KeyedReason(key, BY_CODE[code]) for key, code in REASON_KEYS.items()]
