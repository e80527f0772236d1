"""What a backup or a restore stops at."""


class BackupError(Exception):
    """Why it does not go on, in words for the owner, and what to do."""
