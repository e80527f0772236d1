"""Logging and error reports that hold nothing of the visitor."""

import logging
import traceback

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class PlainFormatter(logging.Formatter):
    """One line a record, and for an exception its class and the code lines passed.

    The exception's own text is left out: database and parsing errors quote the
    visitor's words in it. So are the words about a failed or refused request, which
    hold its path and, for a form sent from elsewhere, the page that it came from.
    """

    def format(self, record: logging.LogRecord) -> str:
        if record.name == "django.request":
            message = f"failed with {getattr(record, 'status_code', 'an error')}"
        elif record.name.startswith("django.security."):
            message = "refused"
        else:
            message = record.getMessage()
        lines = [f"{record.levelname} {record.name}: {message}"]
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            lines.append(f"  {kind.__module__}.{kind.__qualname__}")
            lines += [
                f"  {frame.filename}:{frame.lineno} in {frame.name}"
                for frame in traceback.extract_tb(trace)
            ]
        return "\n".join(lines)


def told_plainly(name: str, error: Exception) -> str:
    """What a log may hold of a fault that nobody handled."""
    record = logging.makeLogRecord(
        {
            "name": name,
            "levelname": "CRITICAL",
            "msg": "failed",
            "exc_info": (type(error), error, error.__traceback__),
        }
    )
    return PlainFormatter().format(record)


class NothingOfTheRequest(SafeExceptionReporterFilter):
    """For Django's error reports: no request data and no variables at all."""

    def get_safe_request_meta(self, request: HttpRequest) -> dict:
        return {}

    def get_safe_cookies(self, request: HttpRequest) -> dict:
        return {}

    def get_post_parameters(self, request: HttpRequest) -> dict:
        return {}

    def get_traceback_frame_variables(self, request: HttpRequest, tb_frame) -> list:
        return []
