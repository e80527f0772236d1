# Two commands matter: `make run` and `make test`. Both work on a bare machine with
# Python 3.11 or newer; everything they make lies in .venv/ and data/.

PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	command -v $$name >/dev/null 2>&1 && \
	$$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && \
	echo $$name && break; done)
VENV ?= .venv
ARCHIVE ?=
PORT ?= 8000
WORKERS ?= 2
BIN = $(VENV)/bin
MANAGE = $(BIN)/python manage.py
# Where the site is reached: it stands in feeds, letters and links.
SITE = $(or $(SITE_URL),http://127.0.0.1:$(PORT))

# Tests start hundreds of processes; each would compile the project anew.
unexport PYTHONDONTWRITEBYTECODE

# The steps of `run` stand in their order, also with make -j.
.NOTPARALLEL:
.PHONY: help run install migrate archive moderator static serve test test-sqlite \
	test-postgres test-browser test-tools lint bench clean

help:
	@echo "make run                 the site on http://127.0.0.1:$(PORT), with an invented blog"
	@echo "make run ARCHIVE=path    the same with your own blog's pages"
	@echo "make test                all tests, on SQLite and on PostgreSQL where there is one"
	@echo "make lint                code style"
	@echo "make bench               what the README claims about speed"
	@echo "make clean               remove the environment (data/ is kept)"

run: install migrate archive moderator static serve

install: $(VENV)/.installed

$(VENV)/.installed: requirements.txt
	@test -n "$(PYTHON)" || { echo "Candour needs Python 3.11 or newer with venv and pip (on Debian: apt install python3-venv)." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

migrate: install
	@$(MANAGE) migrate --verbosity 0

# What is there already stays as it is; only new pages and comments are added. A page
# that cannot be read is named, and the site starts all the same. The invented blog comes
# into an empty one only: it must not mix with yours.
archive: migrate
	@if [ -n "$(ARCHIVE)" ]; then SITE_URL="$(SITE)" $(MANAGE) import_archive "$(ARCHIVE)"; \
	else SITE_URL="$(SITE)" $(MANAGE) import_archive --if-empty fixtures; fi \
	|| echo "The site starts with what could be read."

moderator: migrate
	@SITE_URL="$(SITE)" $(MANAGE) create_moderator --if-none --site "$(SITE)"

static: install
	@$(MANAGE) collectstatic --noinput --verbosity 0

# Gunicorn's warnings name the address of whoever sent a broken request.
serve:
	@$(BIN)/python -c 'import socket, sys; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", $(PORT)))' 2>/dev/null \
	|| { echo "Port $(PORT) is in use. Stop what uses it, or: make run PORT=8001" >&2; exit 1; }
	@echo "Candour is at http://127.0.0.1:$(PORT)/ (stop it with Ctrl+C)"
	@SITE_URL="$(SITE)" $(BIN)/gunicorn config.wsgi --bind 127.0.0.1:$(PORT) --workers $(WORKERS) --threads 4 --log-level critical --no-control-socket

# Two lanes at once, for two cores: SQLite's, and PostgreSQL's with the browser after it.
# What the second said comes after the first, also when somebody ends the run.
test: test-tools
	@log="$$(mktemp)"; \
	TEST_REDIS_URL="$${TEST_REDIS_URL_POSTGRES:-redis://127.0.0.1:6379/13}" \
		$(MAKE) --no-print-directory --keep-going test-postgres test-browser >"$$log" 2>&1 & \
	beside=$$!; trap 'kill $$beside 2>/dev/null; cat "$$log"; rm -f "$$log"' EXIT; \
	trap 'exit 143' INT TERM HUP; \
	$(MAKE) --no-print-directory test-sqlite; one=$$?; \
	wait $$beside; two=$$?; \
	exit $$((one || two))

test-tools: install
	@if command -v npm >/dev/null 2>&1; then \
		test -d tests/browser/node_modules/axe-core || \
		npm install --prefix tests/browser --no-audit --no-fund --silent; \
	else echo "npm is not here: the accessibility tests are skipped."; fi

test-sqlite: test-tools
	@echo "== Tests on SQLite"
	@env -u DATABASE_URL $(BIN)/python -m pytest -m "not browser and not postgres"

# A site on SQLite, served as users serve it.
test-browser: test-tools
	@echo "== Tests in a browser"
	@env -u DATABASE_URL $(BIN)/python -m pytest -m browser

# Where DATABASE_URL or a server on this machine allows it.
test-postgres: test-tools
	@url="$$($(BIN)/python tests/services.py)"; \
	if [ -n "$$url" ]; then \
		echo "== Tests on PostgreSQL"; DATABASE_URL="$$url" TESTS_OF_DATABASES_ONLY=1 $(BIN)/python -m pytest -m "not browser and not own_sqlite"; \
	elif [ -n "$$REQUIRE_SERVICES" ]; then echo "PostgreSQL is required and not there." >&2; exit 1; \
	else echo "== No PostgreSQL found (DATABASE_URL, or 127.0.0.1:5432): skipped"; fi

lint: install
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

bench: install
	@for file in bench/bench_*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

clean:
	rm -rf $(VENV)
