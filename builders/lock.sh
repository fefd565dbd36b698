#!/bin/sh
# Remake requirements/*.txt: every version pinned with hashes, no host names. Needs uv on the PATH.
set -eu
compile() {
  out=$1; shift
  uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
    --python-version 3.11 pyproject.toml --group build "$@" -o "$out"
}
compile requirements/dev.txt --all-extras --group test --group check
compile requirements/docs.txt --all-extras --group test --group check --group docs -c requirements/dev.txt
compile requirements/run.txt --extra page --extra proof -c requirements/dev.txt
