# The daily commands, each one line; CONTRIBUTING.md has the same for those without just.

set shell := ["bash", "-euo", "pipefail", "-c"]

export PATH := justfile_directory() / ".venv/bin:" + env("PATH")

# list the recipes
_default:
    @"{{ just_executable() }}" --list --unsorted

# make the environment .venv, or bring it up to date
setup:
    python3 -m venv .venv && .venv/bin/python -m pip install --editable ".[test]"

# everything that must hold, as it is asked of a change
test:
    CHAINRULE_VENV="$PWD/.venv" .ci/run

# a tenth of the generated tests, failed ones first: just fast tests/graph
fast *paths: _environment
    pytest -x --failed-first {{ paths }}

# style, formatting and types
lint: _environment
    ruff check . && ruff format --check . && mypy

# tables, samples, links and pictures of the pages; --write brings them up to date
docs *options: _environment
    python docs/build.py {{ options }} && python docs/shoot.py {{ options }}

# the environment, where there is none yet
_environment:
    @[ -x .venv/bin/chainrule ] || "{{ just_executable() }}" setup
