"""The acts of this room as the log calls them. Pure."""

REDACT, LIFT, MOVE, ROLL_OVER = "redact", "lift", "move", "roll_over"
# In place of a comment, where a row tells of a whole discussion.
NO_COMMENT = ""
DONE = {
    REDACT: "redacted",
    LIFT: "lifted into a post",
    MOVE: "moved",
    ROLL_OVER: "continued in a new post",
}
