"""The table of states as SAFETY has it, written down once more, by hand."""

WAITING = ("pending", "likely_spam")
STATES = (
    *WAITING,
    "published",
    "rejected",
    "spam",
    "hidden",
    "held",
    "withdrawn",
    "erased",
)
EDGES = {
    **{(state, "approve"): "published" for state in WAITING},
    **{(state, "reject"): "rejected" for state in WAITING},
    **{(state, "spam"): "spam" for state in WAITING},
    ("pending", "answer"): "published",
    ("published", "hide"): "hidden",
    ("held", "hide"): "hidden",
    ("published", "hold"): "held",
    **{(s, "restore"): "published" for s in ("rejected", "spam", "hidden", "held")},
    **{(state, "edit"): "pending" for state in (*WAITING, "published")},
    **{
        (state, "withdraw"): "withdrawn"
        for state in STATES
        if state not in ("withdrawn", "erased")
    },
    **{
        (state, "erase"): "erased"
        for state in ("rejected", "spam", "hidden", "held", "withdrawn")
    },
}
ACTIONS = sorted({action for _, action in EDGES})
NEEDS_REASON = ("reject", "hide", "hold")
BY_MODERATOR = ("approve", "reject", "spam", "hide", "hold", "restore")
UNDOABLE = (*BY_MODERATOR, "answer")
# Where an undone action does not lead back to where it came from.
TAKEN_BACK = {"answer": "rejected"}
# Who may do what, kinds of actors as the log names them.
MAY = {
    **{action: {"moderator"} for action in BY_MODERATOR},
    "answer": {"moderator"},
    "approve": {"moderator", "mode"},
    "hide": {"moderator", "clock"},
    "hold": {"moderator", "clock"},
    "edit": {"contributor"},
    "withdraw": {"contributor"},
    "erase": {"clock"},
}
KINDS = ("moderator", "contributor", "mode", "clock")
