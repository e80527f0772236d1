"""Sessions in the database that end after a time without a request.

Django's module of this kind, but for the end: the row of a session is good for
``IDLE``, and never longer than the session as a whole. The row alone is renewed and no
data is written with it, so that a request which took long undoes nothing of another.
"""

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError
from django.utils import timezone

IDLE = timedelta(minutes=30)
STEP = timedelta(minutes=1)  # what it is renewed by at least: no row for each click


class SessionStore(DatabaseStore):
    _row_ends: datetime | None = None

    def create_model_instance(self, data: dict) -> Session:
        row = super().create_model_instance(data)
        row.expire_date = min(row.expire_date, timezone.now() + IDLE)
        self._row_ends = row.expire_date
        return row

    def _get_session_from_db(self) -> Session | None:
        row = super()._get_session_from_db()
        self._row_ends = row.expire_date if row else None
        return row

    def save(self, must_create: bool = False) -> None:
        """Raises ``UpdateError`` for a session that was ended meanwhile. Django raises
        it too where nothing can be stored at all; here that stays what it is."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError | InterfaceError):
                raise error.__context__ from None
            raise

    def get_expire_at_browser_close(self) -> bool:
        """The cookie goes with the browser, whoever opens it next; the row ends in any
        case."""
        return True

    def renew(self) -> None:
        """Somebody is there: ``IDLE`` begins anew. Costs a query once a minute."""
        # Reads the row, which the request would have done a little later.
        ends = min(self.get_expiry_date(), timezone.now() + IDLE)
        if self._row_ends and ends - self._row_ends >= STEP:
            Session.objects.filter(pk=self.session_key).update(expire_date=ends)
            self._row_ends = ends
