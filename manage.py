#!/usr/bin/env python
"""Django's command line for this site."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import CommandError, execute_from_command_line

    from config.env import WrongSetting
    from config.logs import told_plainly

    try:
        execute_from_command_line(sys.argv)
    except WrongSetting as error:
        sys.exit(str(error))
    except CommandError:
        raise
    except Exception as error:
        # What a timer runs tells the journal, and the words of an exception may be a
        # visitor's: PostgreSQL quotes the row that it refuses.
        if sys.stderr.isatty():
            raise
        sys.exit(told_plainly("manage.py", error))


if __name__ == "__main__":
    main()
