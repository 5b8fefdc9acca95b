# The project's commands; `make help` lists them. Everything is set up on first use and reused afterwards.

PYTHON ?= python3
STACK ?= dev
# More configuration for one run, such as CONFIG="waf=true team=search".
CONFIG ?=
# Keys of secrets for one run, such as SECRETS=db_password: read from DB_PASSWORD in the environment, or asked for.
SECRETS ?=
# More options for Pulumi itself, such as ARGS="--diff".
ARGS ?=

VENV := .venv/bin
PACK_VENV := policypack/venv
CHECKOV_VENV := .venv-checkov
OFFLINE = $(VENV)/python -m offline
OPERATIONS = preview up refresh destroy
ENVIRONMENT = @$(PYTHON) -m tools.environment $@
SOURCES := $(shell find policypack/pulumi_guardrails infra offline audit -name '*.py')
CHECKED := $(wildcard offline audit tools infra tests policypack/pulumi_guardrails)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo 'Options: STACK=prod, CONFIG="waf=true team=search", SECRETS=db_password, ARGS="--diff" (passed to Pulumi).'

# What the user gives is handed on in the environment as it stands: neither make nor a shell reads it.
$(OPERATIONS): export OFFLINE_STACK = $(value STACK)
$(OPERATIONS): export OFFLINE_CONFIG = $(value CONFIG)
$(OPERATIONS): export OFFLINE_SECRETS = $(value SECRETS)
$(OPERATIONS): export OFFLINE_ARGS = $(value ARGS)

.PHONY: preview
preview: setup ## Preview the stack on the real engine, held to the policy pack, without an AWS account
	@$(OFFLINE) preview

.PHONY: up
up: setup ## Create or change the stack in a local state, on the stand-in for AWS
	@$(OFFLINE) up

.PHONY: refresh
refresh: setup ## Refresh the local state
	@$(OFFLINE) refresh

.PHONY: destroy
destroy: setup ## Remove everything from the local state
	@$(OFFLINE) destroy

.PHONY: setup
setup: .venv/requirements.stamp $(PACK_VENV)/requirements.stamp .offline/bytecode.stamp ## Make the virtual environments

.PHONY: test
test: setup style .offline/types.stamp $(CHECKOV_VENV)/requirements.stamp ## Check style, types and import contracts, and run every test, the ones on the real engine included
	@$(MAKE) --no-print-directory types > .offline/types.log 2>&1 & types=$$!; \
	$(VENV)/python -m pytest -n 2 --dist worksteal $(ARGS); tests=$$?; \
	wait $$types; types=$$?; cat .offline/types.log; exit $$((tests || types))

.PHONY: lint
lint: style types ## Check style, types and import contracts

.PHONY: style
style: setup .venv/requirements-dev.stamp
	$(VENV)/ruff check
	$(VENV)/ruff format --check

.PHONY: types
types: setup .offline/types.stamp
	$(VENV)/mypy $(CHECKED)
	$(VENV)/mypy policypack/__main__.py
	PYTHONPATH=.:infra:policypack $(VENV)/lint-imports --cache-dir .offline/import-linter-cache

.PHONY: docs
docs: setup .venv/requirements-dev.stamp ## Write the pages that are generated from the policies; CHECK=1 only checks them
	@PYTHONPATH=.:infra:policypack $(VENV)/python -m tools.docs $(if $(CHECK),--check)

.PHONY: site
site: docs ## Build the documentation site into site/; a broken link fails
	@PYTHONPATH=.:policypack NO_MKDOCS_2_WARNING=1 $(VENV)/mkdocs build --strict

.PHONY: package
package: setup ## Build the policies as a library into dist/: a wheel that other packs install
	$(VENV)/python -m pip wheel --quiet --no-deps --wheel-dir dist ./policypack
	@rm -rf policypack/build policypack/*.egg-info
	@ls dist/*.whl

.PHONY: publish
publish: override export ORG := $(value ORG)
publish: setup .venv/requirements-dev.stamp ## Publish the pack to an organisation of Pulumi Cloud, after its tests: ORG=acme
	@PYTHONPATH=.:infra:policypack $(VENV)/python -m tools.publish

.PHONY: check-config
check-config: override export FILES := $(value FILES)
check-config: setup ## Check configurations of the pack: FILES=my.json, else the ready ones
	@$(PACK_VENV)/bin/python policypack check-config $${FILES:-policypack/config/*.json}

.PHONY: audit
audit: override export STACK := $(value STACK)
audit: override export OUT := $(or $(value OUT),evidence)
audit: override export ARGS := $(value ARGS)
audit: setup .venv/requirements-audit.stamp $(CHECKOV_VENV)/requirements.stamp ## Preview the stack and write the evidence for an auditor into OUT=evidence
	@$(VENV)/python -m tools.audit

.PHONY: analyze
analyze: override export STATE := $(value STATE)
analyze: override export ARGS := $(value ARGS)
analyze: setup ## Evaluate stacks that exist with the pack, from exported states: STATE=states ARGS="--out findings.json"
	@$(VENV)/python -m tools.analyze

.PHONY: screenshot
screenshot: setup .venv/requirements-dev.stamp ## Write the pictures that README.md and docs/ show, from the real engine; needs Chromium
	@PYTHONPATH=.:infra:policypack $(VENV)/python -m tools.blocked_preview
	@PYTHONPATH=.:infra:policypack $(VENV)/python -m tools.evidence_page

.PHONY: new-policy
new-policy: override export NAME := $(value NAME)
new-policy: override export KIND := $(value KIND)
new-policy: override export MODULE := $(value MODULE)
new-policy: setup .venv/requirements-dev.stamp ## Add a policy to its service: NAME=bucket-has-owner KIND=BUCKET MODULE=s3.lifecycle
	@PYTHONPATH=.:policypack $(VENV)/python -m tools.new_policy

.PHONY: fuzz
fuzz: setup .venv/requirements-dev.stamp ## Fuzz the policy pack over gRPC, FUZZ_SECONDS=600 for each of its fuzzers
	FUZZ_SECONDS=$(or $(FUZZ_SECONDS),600) $(VENV)/python -m pytest tests/policypack/test_fuzz.py -n 2 -v

.PHONY: bench
bench: setup .venv/requirements-dev.stamp $(CHECKOV_VENV)/requirements.stamp ## Measure what the pack costs beside other tools into docs/performance.md; on an idle machine
	@PYTHONPATH=.:policypack:infra $(VENV)/python -m tools.benchmark $(ARGS)

.PHONY: mutants
mutants: setup .venv/requirements-dev.stamp ## List the changes to a module that no test notices: MODULE=pulumi_guardrails/policies/rds/databases.py EVERY=2
	@PYTHONPATH=.:policypack $(VENV)/python -m tools.mutation $(or $(MODULE),--help) --every $(or $(EVERY),1)

.PHONY: clean
clean: ## Remove the virtual environments and everything offline runs made
	rm -rf .venv $(PACK_VENV) $(CHECKOV_VENV) .offline dist

.PHONY: python
python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	  echo "error: $(PYTHON) is missing or older than Python 3.10; name another one with PYTHON=python3.12" >&2; exit 1; }

# Of several `make` at once, one makes an environment and the others wait for it (tools/environment.py).

.venv/requirements.stamp: requirements.txt constraints.txt | python
	$(ENVIRONMENT) requirements.txt constraints.txt \
	  --note "Installing the Python packages of the project into .venv (once; pulumi-aws alone is 270 MB)"

# Compiled here, a preview starts as fast with PYTHONDONTWRITEBYTECODE, which many containers set.
.offline/bytecode.stamp: $(SOURCES) .venv/requirements.stamp
	@$(VENV)/python -m compileall -qq policypack/pulumi_guardrails infra offline audit || true  # a preview says what is wrong
	@mkdir -p $(@D) && touch $@

.venv/requirements-audit.stamp: audit/requirements.txt .venv/requirements.stamp
	$(ENVIRONMENT) audit/requirements.txt .venv/requirements.stamp --add \
	  --note "Installing what writes the evidence into .venv (once)"

.venv/requirements-dev.stamp: requirements-dev.txt audit/requirements.txt policypack/requirements.txt .venv/requirements.stamp
	$(ENVIRONMENT) requirements-dev.txt audit/requirements.txt policypack/requirements.txt .venv/requirements.stamp --add \
	  --note "Installing the checkers and the test runner into .venv (once)"

# Read once, the types of the 1,500 modules of AWS resources are kept in the checker's cache.
.offline/types.stamp: .venv/requirements-dev.stamp
	@echo "Reading the types of the AWS package (once)"
	@$(VENV)/mypy -c "import pulumi_aws" > /dev/null && mkdir -p $(@D) && touch $@

$(PACK_VENV)/requirements.stamp: policypack/requirements.txt | python
	$(ENVIRONMENT) policypack/requirements.txt \
	  --note "Installing the Python packages of the policy pack into $(PACK_VENV) (once)"

$(CHECKOV_VENV)/requirements.stamp: audit/terraform/checkov-requirements.txt | python
	$(ENVIRONMENT) audit/terraform/checkov-requirements.txt \
	  --note "Installing Checkov into $(CHECKOV_VENV) (once)"
