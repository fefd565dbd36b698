# Two commands for a newcomer: `make run` and `make test`. Everything lives in ./.venv and ./build.
SHELL := /bin/sh
PYTHON ?= python3
OUT ?= out/epaa
SOAK_S ?= 3600
PY := .venv/bin/python
export PYTHONWARNINGS :=
unexport PYTHONDONTWRITEBYTECODE # or both processes of every run compile what they import, over a thousand modules each

.PHONY: run test check bench validate page docs package lock clean

run: .venv/run.stamp ## the built-in European scenario, report written and opened
	@$(PY) -m equipoise run epaa --out "$(OUT)" --open

test: .venv/dev.stamp ## the tests
	@$(PY) -m pytest -n 3 --dist loadfile # on two cores: a third of the time a test waits for a process or a clock

check: .venv/dev.stamp ## lint, types, import contracts, spelling
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/codespell README.md CHANGELOG.md CONTRIBUTING.md docs src
	@.venv/bin/lint-imports --no-logo 2>/dev/null || .venv/bin/lint-imports

bench: .venv/dev.stamp ## timings that matter -> build/bench.json
	@$(PY) -m benchmarks.run

validate: .venv/dev.stamp ## long comparisons with the outside world -> build/validate.json; SOAK_S=600 shortens the soak
	@EQUIPOISE_SOAK_S=$(SOAK_S) $(PY) -m validation.run

page: .venv/run.stamp ## serve a finished result on this machine
	@$(PY) -m equipoise page "$(OUT)"

.venv/run.stamp: requirements/run.txt pyproject.toml builders/install.sh
	@sh builders/install.sh "$(PYTHON)" run

.venv/dev.stamp: requirements/dev.txt pyproject.toml builders/install.sh
	@sh builders/install.sh "$(PYTHON)" dev

docs: .venv/docs.stamp ## the documentation site, tutorials and gallery executed -> build/site
	@$(PY) builders/docs_site.py

.venv/docs.stamp: requirements/docs.txt .venv/dev.stamp
	@sh builders/install.sh "$(PYTHON)" docs

package: .venv/dev.stamp ## wheels and source archive -> build/dist, each tried in empty environments of every Python that is here
	@$(PY) builders/packages.py

lock: ## remake the pinned requirement files (needs uv)
	@sh builders/lock.sh

clean:
	rm -rf .venv build out
