# Everything that people and CI do here. `make help` lists it; each target is one script that says what it does.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo stop test test-ui pictures lint format docs drill soak bench profile side-by-side model fuzz sanitize fixtures agent clean

export TEST_ARGS DRILL_ARGS BENCH_ARGS MINUTES PROFILE_ARGS

SWIFT_SOURCES := Sources Tests Plugins Package.swift

help: ## List what there is
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Install what is missing, build, start a cluster in .demo/ and watch it work; it stays up
	@deploy/local/demo

stop: ## Stop what `make demo` started
	@deploy/local/cluster stop .demo

test: ## Run all tests against a private PostgreSQL; TEST_ARGS='--filter Story' picks some
	@deploy/local/test

test-ui: ## Drive the pages of a real cluster with a real browser, its API with schemathesis, and check its metrics; TEST_ARGS='-k trigger' picks some
	@deploy/local/test-ui

pictures: ## Take the pictures in docs/images, of a real fleet in a real browser
	@deploy/local/pictures

lint: ## Check format, scripts and house rules; changes nothing
	@deploy/local/install build
	@swift format lint --strict --parallel --recursive $(SWIFT_SOURCES)
	@deploy/local/tidy

format: ## Format the Swift code in place
	@swift format --in-place --parallel --recursive $(SWIFT_SOURCES)

drill: ## Do harm to a cluster under load, count what is missed, twice, lost, late; DRILL_ARGS='--only leader --seed 7'
	@deploy/local/drill $(DRILL_ARGS)

soak: ## Keep a cluster under load and faults for MINUTES=30, and see that nothing grows
	@deploy/local/soak

bench: ## Measure speed and size, each as a ratio to a baseline of the same run; BENCH_ARGS='--only append', '--list'
	@deploy/local/bench $(BENCH_ARGS)

profile: ## Show where the time of a part of the benchmark goes: PROFILE_ARGS=scan
	@deploy/local/profile $(PROFILE_ARGS)

side-by-side: ## Upgrade a cluster of an earlier state node by node under load; FROM=<tag or commit>
	@deploy/local/side-by-side $(FROM)

model: ## Check the model of lease, term, mark and promotion in all its states
	@deploy/local/model

fuzz: ## Look for inputs that a parser does not stand, for a minute; FUZZ='600 yaml' says how long and which
	@deploy/local/fuzz $(FUZZ)

sanitize: ## Run the tests under the thread and the address sanitizer; SANITIZE=thread picks one
	@deploy/local/sanitize $(SANITIZE)

docs: ## Write the pages that are made from the code: docs/cli.md and docs/problems.md
	@deploy/local/docs

fixtures: ## Record what this version leaves behind, for the versions to come to be tested against
	@deploy/local/fixtures

agent: ## Build dist/tidemark-agent, one file to copy to machines (Swift runtime inside)
	@deploy/local/install build
	@swift build -c release --product tidemark-agent -Xswiftc -static-stdlib --scratch-path .build-agent
	@install -D -m 755 .build-agent/release/tidemark-agent dist/tidemark-agent
	@ls -l dist/tidemark-agent

clean: stop ## Stop the demo and remove everything that was built or made here
	rm -rf .build .build-agent .build-fuzz .build-old .build-thread .build-address .demo .test .test-ui .drill .drill-results .soak \
		.bench .fuzz .profile dist
