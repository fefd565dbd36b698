#!/bin/sh
# Install the pinned requirements into ./.venv: install.sh PYTHON run|dev|docs. Uses uv when present, else pip.
set -eu
python=$1
set_name=$2
"$python" -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Equipoise needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12")'
built=oem # published as source alone: a few files of plain Python, built here
echo "Installing the $set_name requirements into .venv (once; later runs work offline) ..."
if [ -x .venv/bin/python ] && ! command -v uv >/dev/null 2>&1 && ! .venv/bin/python -c 'import pip' 2>/dev/null; then
  rm -rf .venv # made by uv, which is gone: start again with pip
fi
if [ ! -x .venv/bin/python ]; then
  rm -rf .venv
  if command -v uv >/dev/null 2>&1; then uv venv -q --python "$python" .venv; else "$python" -m venv .venv; fi
fi
# No byte code is made of whole packages: half the time of installing; a first run makes that of what it imports.
if command -v uv >/dev/null 2>&1; then
  VIRTUAL_ENV=$PWD/.venv uv pip install -q --require-hashes --only-binary :all: --no-binary "$built" -r "requirements/$set_name.txt"
  VIRTUAL_ENV=$PWD/.venv uv pip install -q --no-deps --no-build-isolation -e .
else
  .venv/bin/python -m pip install -q --no-compile --disable-pip-version-check --require-hashes --only-binary :all: --no-binary "$built" -r "requirements/$set_name.txt"
  .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
fi
touch ".venv/$set_name.stamp"
# the larger set holds the smaller one
if [ "$set_name" = dev ]; then touch .venv/run.stamp; fi
