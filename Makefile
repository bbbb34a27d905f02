# Words for everyday work. `make run` and `make test` install what they need first; both work from a clean clone.

release := .build/release/nuanxin

.NOTPARALLEL:
.PHONY: help setup build run test test-swift test-served test-browser test-api test-reliability check format lint bench package clean-demo

help:
	@echo "make run         the demo city on http://127.0.0.1:8080"
	@echo "make test        all tests"
	@echo "make build       the release binary, $(release)"
	@echo "make setup       only install what building and serving need"
	@echo "make check       what CI does: format, then all tests"
	@echo "make format      lay out the Swift files as .swift-format says"
	@echo "make lint        say what 'make format' would change"
	@echo "make bench       how many requests a second it answers (2-3 min, with nothing else running)"
	@echo "make package     a Debian package of the release build, with services for systemd"
	@echo "make clean-demo  forget the demo city"

setup:
	@scripts/setup run

build:
	@scripts/part "release build (the first time 10-30 min)" swift build -c release --product nuanxin

run: setup build
	@scripts/run-demo

# One build configuration, debug: the browser and API tests serve with its binary. The parts run in this order, and
# the first that fails ends the run.
test:
	@scripts/part "set-up (the first time 2-5 min)" scripts/setup test
	@scripts/part "debug build (the first time 8-25 min)" swift build --build-tests
	@$(MAKE) --no-print-directory test-swift test-served test-reliability
	@echo "All tests passed."

test-swift:
	@scripts/failures-last scripts/on-both --tests-only "Swift tests (5-11 min)" scripts/test-swift

# Both serve the demo city, and wait for a browser or an answer half of the time.
test-served:
	@scripts/side-by-side "$(MAKE) --no-print-directory test-browser" "$(MAKE) --no-print-directory test-api"

test-browser:
	@scripts/failures-last scripts/on-both "browser tests (6-14 min)" .setup/venv/bin/pytest -p no:cacheprovider Tests/Browser

test-api:
	@scripts/failures-last scripts/on-both "API tests (4-8 min)" scripts/test-api

test-reliability:
	@scripts/part "reliability drills on SQLite and PostgreSQL (3-5 min)" scripts/failures-last scripts/test-reliability

check:
	@.ci/run

format:
	swift format --in-place --parallel --recursive Sources Tests Package.swift

lint:
	@scripts/part "format" swift format lint --strict --parallel --recursive Sources Tests Package.swift

package: build
	@scripts/part "Debian package" scripts/package

bench: build
	@scripts/bench

clean-demo:
	rm -rf demo-city
