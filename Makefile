# training_monitor.py needs nothing; this is for those who work on it.
#   make test        the unit tests, without network (installs pytest into .venv where python3 has none)
#   make test-real   against the real vastai, sshd, tmux and screen
#   make test-pythons  the unit tests on Debian's Python 3.9 and 3.14 (root, debootstrap; some 400 MB in .pythons)
#   make lint        ruff, mypy --strict
#   make fuzz        texts, answers and keys at random, for MINUTES=60
#   make soak        a busy fleet where everything fails now and then, watched for MINUTES=60: what grows (Linux)
#   make mutate      what can be taken out of the log reader without a sample that notices (half an hour)
#   make bench       the budgets, measured (Linux); LOGS=DIR: reading speed on your own *.log
#   make screens     redraws the whole screens that the tests compare

PYTHON ?= python3
VENV := .venv
TESTS := test_training_monitor.py
PINS := pytest==8.4.2 hypothesis==6.170.17 ruff==0.17.6 mypy==1.19.1
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: help test test-real test-pythons lint fuzz soak mutate bench screens clean

help:
	@sed -n 's/^#   //p' Makefile

test: # two halves at the same time: much of it is waiting
	@python=$(PYTHON); $$python -c 'import pytest' 2>/dev/null || \
	{ $(MAKE) -s $(VENV)/bin/pytest && python=$(VENV)/bin/python || exit; }; \
	other=$$(mktemp); SHARE=2/2 $$python -m pytest -q $(TESTS) >$$other 2>&1 & \
	SHARE=1/2 $$python -m pytest -q $(TESTS); code=$$?; \
	wait $$! || code=1; cat $$other; rm -f $$other; exit $$code

test-real: $(VENV)/bin/vastai
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(VENV)/bin/python -m pytest -q -m real $(TESTS)

test-pythons: $(VENV)/bin/pytest
	@.ci/pythons

lint: $(VENV)/bin/ruff
	$(VENV)/bin/ruff check training_monitor.py $(TESTS)
	$(VENV)/bin/mypy --strict --python-version 3.9 training_monitor.py
	$(VENV)/bin/python -m pytest -q -m whole $(TESTS)

fuzz: $(VENV)/bin/pytest
	@$(VENV)/bin/python $(TESTS) fuzz $(or $(MINUTES),60)

soak: $(VENV)/bin/pytest
	@$(VENV)/bin/python $(TESTS) soak $(or $(MINUTES),60)

mutate: $(VENV)/bin/pytest
	@$(VENV)/bin/python $(TESTS) mutate

bench:
	@$(PYTHON) $(TESTS) bench

screens:
	@$(PYTHON) $(TESTS) screens

clean:
	rm -rf $(VENV) .pythons .pytest_cache .mypy_cache .ruff_cache __pycache__

$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV) || { echo "make: $(PYTHON) has no venv (Debian: apt install python3-venv)"; rm -rf $(VENV); exit 1; }

$(VENV)/bin/pytest $(VENV)/bin/ruff: $(VENV)/bin/python
	@$(VENV)/bin/python -m pip install -q --disable-pip-version-check $(PINS)

$(VENV)/bin/vastai: $(VENV)/bin/pytest
	@test -x $@ || { echo "make test-real: the vastai CLI is missing: $(VENV)/bin/pip install vastai"; exit 1; }
