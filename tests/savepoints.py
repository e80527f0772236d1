"""``savepoint()``, which Django 6.1 calls otherwise."""

from django.db import transaction

IS_NEWEST = hasattr(transaction, "savepoint_create")
savepoint = transaction.savepoint_create if IS_NEWEST else transaction.savepoint
