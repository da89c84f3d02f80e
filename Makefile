# `make` alone lists the targets. Everything is built under target/.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

CARGO ?= cargo
PYTHON ?= python3

comma := ,

# In CI the lock file is the law.
LOCKED := $(if $(CI),--locked)
# The feature set of every build, so that nothing is compiled twice: the default ones and the command line.
FEATURES := --features cli
NEXTEST := $(shell $(CARGO) nextest --version >/dev/null 2>&1 && echo yes)

DARWIN := $(filter Darwin,$(shell uname -s))
LIBRARY := target/release/$(if $(DARWIN),libframewire.dylib,libframewire.so)
SERVER := target/release/framewire
HOST := target/c/editor_host
LINKS_PROGRAM := target/c/links
RUNTIME := target/csharp/Framewire.dll
HOST_SOURCES := $(wildcard tests/c/editor_host.c tests/c/host_*.c tests/c/platform.c)
LINKS_SOURCES := $(wildcard tests/scale/*.c) tests/c/host_json.c tests/c/platform.c
C_HEADERS := $(wildcard include/*.h tests/c/*.h tests/scale/*.h)
WARNINGS := -Wall -Wextra -Wpedantic -Werror

# One runner for Rust tests: $(call rust_tests,ARGUMENTS) with nextest, or without. What they print is searched for secrets.
rust_tests = $(if $(NEXTEST),$(CARGO) nextest run $(LOCKED) $(1),$(CARGO) test $(LOCKED) $(1) -- --show-output)

##@ See it
.PHONY: help demo reloads faults soak scale bench size
help: ## List the targets
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: build host ## Show it: a server, a C editor host, stalls, restarts, floods (20 s after the build)
	$(CARGO) run -q --release $(LOCKED) $(FEATURES) --example demo -- --serve $(SERVER) --host $(HOST) $(ARGS)

reloads: build host ## Reload the editor host N times under traffic (N=1000 PROFILE=godot-ai SEED=...)
	$(PYTHON) tests/reload/run.py --serve $(SERVER) --host $(HOST) --reloads $(or $(N),1000) \
		$(if $(PROFILE),--profile $(PROFILE)) $(if $(SEED),--seed $(SEED))

faults: build ## Hurt the wire in every way, under every load (ROUNDS=5 SEED= CELL=fault/load/profile; each may be *)
	FRAMEWIRE_PROOF=full FRAMEWIRE_LIBRARY=$(abspath $(LIBRARY)) $(PYTHON) tests/faults/run.py \
		$(if $(SEED),--seed $(SEED)) $(if $(CELL),--cell '$(CELL)') --rounds $(or $(ROUNDS),$(if $(CELL),1,5))

soak: build host ## Everything at once for MINUTES=n (SEED=...): faults, floods, reloads; report in target/soak
	FRAMEWIRE_PROOF=full $(PYTHON) tests/soak/run.py --serve $(SERVER) --host $(HOST) --minutes $(or $(MINUTES),30) $(if $(SEED),--seed $(SEED))

scale: build host $(LINKS_PROGRAM) ## What many links cost (LINKS=1,8,64,256 EDITORS=256); curve in target/scale
	FRAMEWIRE_PROOF=full $(call scale,$(or $(LINKS),1$(comma)8$(comma)64$(comma)256$(comma)1024),$(or $(EDITORS),256)) --compare --idle 12

scale = $(PYTHON) tests/scale/run.py --serve $(SERVER) --host $(HOST) --links $(LINKS_PROGRAM) --counts $(1) --editors $(2)

bench: build ## Measure it, side by side with other WebSocket clients (ARGS=... are handed on)
	$(CARGO) bench -q $(LOCKED) $(FEATURES) --bench bench -- $(ARGS)

size: ## Print the size of the stripped library, with and without TLS
	@$(CARGO) build -q --release $(LOCKED) --lib --target-dir target/size-tls
	@$(CARGO) build -q --release $(LOCKED) --lib --target-dir target/size-plain --no-default-features --features capi
	@for kind in plain tls; do \
		printf '%-6s %9d bytes\n' $$kind "$$(wc -c < target/size-$$kind/release/$(notdir $(LIBRARY)))"; done

##@ Build it
.PHONY: build godot-debug godot-release host csharp csharp-tests generate format clean
build: ## Build the library and the command line, optimised
	$(CARGO) build -q --release $(LOCKED) $(FEATURES) --lib --bins

# Its id lets a test tell a build from another one; the example is the extension that it is held against.
godot-debug: ## Build the Godot extension as the tests use it: without optimisation, with every check of the bindings
	FRAMEWIRE_BUILD_ID='framewire-godot built for its tests, the first of two' \
		$(CARGO) build -q $(LOCKED) -p framewire-godot --lib --example control

godot-release: ## Build the Godot extension, optimised
	$(CARGO) build -q --release $(LOCKED) -p framewire-godot

host: $(HOST) ## Build the C editor host of the demo and the tests

# The host finds the library beside itself in target/, wherever the tree lies.
BESIDE := $(if $(DARWIN),@loader_path,$$ORIGIN)/../release
$(HOST): $(HOST_SOURCES) $(C_HEADERS) | build
	@mkdir -p $(@D)
	$(CC) -std=c99 -O2 -g $(WARNINGS) -Iinclude -Itests/c $(HOST_SOURCES) -o $@ \
		-Ltarget/release -lframewire -Wl,-rpath,'$(BESIDE)' -lpthread -lm

# The C# 7.2 that Mono's compiler knows is its newest one.
MCS := mcs -langversion:Experimental -unsafe -warnaserror -debug
csharp: $(RUNTIME) ## Build the C# runtime without Unity (bindings/csharp says how else)

$(RUNTIME): $(wildcard unity/Runtime/*.cs)
	@mkdir -p $(@D)
	$(MCS) -target:library -define:FRAMEWIRE_SPAN -doc:$(@:.dll=.xml) -out:$@ $^

csharp-tests: target/csharp/RuntimeTests.exe target/csharp/ReloadHost.exe

target/csharp/RuntimeTests.exe: $(wildcard tests/csharp/runtime/*.cs) $(RUNTIME)
	$(MCS) -r:$(RUNTIME) -out:$@ $(filter %.cs,$^)

target/csharp/ReloadHost.exe: $(wildcard tests/csharp/reload/*.cs) $(RUNTIME)
	$(MCS) -r:$(RUNTIME) -out:$@ $(filter %.cs,$^)

$(LINKS_PROGRAM): $(LINKS_SOURCES) $(C_HEADERS) | build
	@mkdir -p $(@D)
	$(CC) -std=c11 -O2 -g $(WARNINGS) -Iinclude -Itests/c -Itests/scale $(LINKS_SOURCES) -o $@ \
		-Ltarget/release -lframewire -Wl,-rpath,'$(BESIDE)' -lpthread -lm

generate: ## Write include/framewire.h, bindings/abi.txt and the C# imports anew from src/ffi
	BLESS=1 $(CARGO) test -q $(LOCKED) $(FEATURES) --test generated

format: ## Format Rust, and C where clang-format is installed
	$(CARGO) fmt --all
	@if command -v clang-format >/dev/null; then \
		clang-format -i $$(git ls-files 'tests/**/*.[ch]' 'tests/**/*.cpp' 'bindings/**/*.hpp'); \
	else echo 'clang-format is not installed: C was left as it is'; fi

clean: ## Remove target/
	$(CARGO) clean

##@ Check it
.PHONY: check check-format check-lint check-doc check-frame check-headers check-dependencies
check: check-format check-lint check-doc check-frame check-headers check-dependencies ## Fast: format, lints, docs, layers, header, dependencies (2 min)
	@echo 'check: all good'

check-format:
	$(CARGO) fmt --all --check
	$(CARGO) fmt --check --manifest-path tests/loom/Cargo.toml
	$(CARGO) fmt --check --manifest-path tests/fuzz/Cargo.toml
	$(CARGO) fmt --check --manifest-path tests/threads/Cargo.toml

check-lint:
	$(CARGO) clippy -q $(LOCKED) --all-targets -- -D warnings
	$(CARGO) clippy -q $(LOCKED) --all-targets $(FEATURES) -- -D warnings
	$(CARGO) clippy -q $(LOCKED) --lib --no-default-features -- -D warnings
	$(CARGO) clippy -q $(LOCKED) -p framewire-godot --all-targets -- -D warnings

check-doc:
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc -q $(LOCKED) --lib --no-deps

# The layer rule, the size of files, the documentation of the header, and whether what is generated is fresh.
check-frame:
	$(PYTHON) tests/totals.py
	$(PYTHON) tests/failures.py
	$(PYTHON) tests/proof/record.py
	$(PYTHON) tests/proof/report.py --self
	$(PYTHON) tests/leaks.py
	$(PYTHON) unity/package~/metas.py --check
	$(call rust_tests,$(FEATURES) --test architecture --test generated)

# Licences, bans and sources, by the rules in deny.toml. Advisories need a database from the network: the workflow has it.
DENY_VERSION := 0.20.2
DENY := target/tools/bin/cargo-deny
check-dependencies: $(if $(CI),$(DENY))
	@if [ -x $(DENY) ]; then \
		$(DENY) --locked --workspace --log-level error check licenses bans sources; \
	else echo 'cargo-deny is not installed: licences, bans and sources were not checked; `make $(DENY)` installs it'; fi

# Without optimisation: it runs for two seconds, and would be built for ten minutes.
$(DENY):
	CARGO_PROFILE_DEV_DEBUG=0 $(CARGO) install -q --locked --debug --root target/tools cargo-deny --version $(DENY_VERSION)

# Each header must stand alone, and bear being included twice; the README's example must compile.
check-headers:
	$(call header_alone,$(CC) -std=c99 -x c,include/framewire.h)
	$(call header_alone,$(CXX) -std=c++17 -x c++,include/framewire.h $(wildcard bindings/cpp/*.hpp))
	awk '/^```c$$/ { inside = 1; next } /^```/ { inside = 0 } inside' README.md | $(CC) -std=c99 -x c $(WARNINGS) -Iinclude -fsyntax-only -

header_alone = for header in $(2); do \
	printf '\#include "%s"\n\#include "%s"\n' $$header $$header | $(1) $(WARNINGS) -I. -Iinclude -fsyntax-only -; done

##@ Test it
.PHONY: test test-rust test-doc test-models test-c test-peers test-punie test-mono test-godot test-reloads test-faults test-sanitizers test-mono-address test-threads test-miri test-memory test-mutation test-security test-fuzz address-library debug-library
test: build host ## Everything: the parts below side by side, logs in target/logs
	@$(PYTHON) tests/run.py

test-rust: build host ## Unit and integration tests, the C harness among them; what of the Godot extension needs no engine
	$(call rust_tests,$(FEATURES) --tests)
	$(call rust_tests,-p framewire-godot --lib)

test-fuzz: ## The corpora of the fuzz targets again, then some seconds of new inputs for each
	$(PYTHON) tests/fuzz/run.py

# cargo-mutants is built under target/tools where it is not installed.
test-mutation: ## Whether the tests notice changes of the pure layers: all mutants of a few files
	$(PYTHON) tests/mutation/run.py

test-doc: ## The examples in the documentation
	$(CARGO) test $(LOCKED) $(FEATURES) --doc

test-models: ## The words that threads race over, in every interleaving (loom); weakened, each must be found wrong
	$(PYTHON) tests/loom/weaken.py
	CARGO_TARGET_DIR=$(abspath target/loom) $(call rust_tests,--manifest-path tests/loom/Cargo.toml)

test-c: build host ## The C harness alone: plain, AddressSanitizer, valgrind
	$(call rust_tests,$(FEATURES) --test c_harness)

test-peers: build host ## Real servers, each in a Python environment under target/
	FRAMEWIRE_EDITOR_HOST=$(abspath $(HOST)) $(PYTHON) tests/peers/run.py $(ARGS)

.PHONY: test-soak test-scale
test-soak: build host ## Five minutes of everything at once, all profiles side by side; every count must add up
	$(PYTHON) tests/plot/chart.py
	$(PYTHON) tests/soak/run.py --serve $(SERVER) --host $(HOST) --minutes 5 $(if $(SEED),--seed $(SEED))

test-scale: build host $(LINKS_PROGRAM) ## 1 to 256 links in one process, and editors beside each other: what a link costs
	$(call scale,1$(comma)8$(comma)64$(comma)256,24)

test-reloads: reloads ## A thousand domain reloads under traffic: nothing lost, run twice or left unanswered

test-faults: build ## Every cell of the fault matrix once: faults of the wire x loads x profiles
	FRAMEWIRE_LIBRARY=$(abspath $(LIBRARY)) $(PYTHON) tests/faults/run.py

test-punie: build ## The json_rpc profile against a scripted peer, one test or more for each of twenty known faults
	FRAMEWIRE_LIBRARY=$(abspath $(LIBRARY)) $(PYTHON) tests/punie/run.py $(ARGS)

.PHONY: test-network
NETWORK = $(PYTHON) tests/network/run.py --serve $(SERVER) --host $(HOST) $(if $(SCENE),--scene $(SCENE)) $(if $(SEED),--seed $(SEED))
test-network: build host ## Links whose network, time or processes are taken away, in network namespaces (root)
	$(NETWORK)

.PHONY: autobahn test-autobahn
autobahn: build host ## The Autobahn WebSocket suite against the C host, needs Python 2.7 (CASES='6.*', BLESS=1: a new golden table)
	FRAMEWIRE_EDITOR_HOST=$(abspath $(HOST)) $(PYTHON) tests/autobahn/run.py

test-autobahn: autobahn ## All 301 cases of it that are not about compression, compared with the golden table

# Without Mono's compiler there is nothing to run, and run.py says so.
test-mono: build $(if $(shell command -v mcs),csharp-tests) ## The C# runtime under Mono, with real domain reloads
	FRAMEWIRE_LIBRARY=$(abspath $(dir $(LIBRARY))) FRAMEWIRE_SERVER=$(abspath $(SERVER)) \
		FRAMEWIRE_HOSTS=$(abspath $(dir $(RUNTIME))) $(PYTHON) tests/csharp/run.py

test-godot: build godot-debug godot-release ## The extension and the addon in a real headless Godot, fetched under target/
	$(PYTHON) tests/godot/run.py $(ARGS)

# Sanitizers are unstable options of the compiler; RUSTC_BOOTSTRAP lets the stable one take them. The
# standard library stays uninstrumented, which AddressSanitizer and LeakSanitizer tolerate. Tests that build
# C with a sanitizer of their own, or only read files, are left out.
UNSANITIZED := architecture generated c_harness
TEST_ROOTS := $(wildcard tests/*.rs)
SANITIZED := --lib $(addprefix --test ,$(filter-out $(UNSANITIZED),$(basename $(notdir $(TEST_ROOTS)))))
TRIPLE := $(shell rustc -vV 2>/dev/null | sed -n 's/^host: //p')

# Two tests are long by their numbers, of schedules in safe code and of processes, which a sanitizer makes ten times slower.
SHORTENED := FRAMEWIRE_PAIR_CASES=64 FRAMEWIRE_KILLED_WRITERS=200

# A sanitizer that is silently off finds nothing: first a program that uses freed memory must be caught.
CANARY := fn main() { let held = Box::new(7); let lost: *const i32 = &*held; drop(held); unsafe { lost.read_volatile() }; }

test-sanitizers: ## Rust tests under AddressSanitizer and LeakSanitizer
	@mkdir -p target/address
	@echo '$(CANARY)' | RUSTC_BOOTSTRAP=1 rustc -A warnings -Zsanitizer=address -o target/address/canary -
	@if target/address/canary 2>target/address/canary.log; then echo 'AddressSanitizer is off'; exit 1; fi
	@grep -q heap-use-after-free target/address/canary.log
	$(SHORTENED) RUSTC_BOOTSTRAP=1 RUSTFLAGS='-Zsanitizer=address -Cforce-frame-pointers=yes' CARGO_TARGET_DIR=target/address \
		$(call rust_tests,$(FEATURES) --target $(TRIPLE) $(SANITIZED))

SECURITY = $(PYTHON) tests/security/run.py --serve $(SERVER) --tool $(DENY) -- $(call rust_tests,$(FEATURES) --test security)
test-security: build ## Attacks: hosts, certificates, injection, files, servers, clients; secrets in what tests left
	$(SECURITY)

address-library:
	RUSTC_BOOTSTRAP=1 RUSTFLAGS='-Zsanitizer=address -Cforce-frame-pointers=yes' CARGO_TARGET_DIR=target/address \
		$(CARGO) build -q $(LOCKED) $(FEATURES) --lib --target $(TRIPLE)

debug-library:
	$(CARGO) build -q $(LOCKED) $(FEATURES) --lib

test-memory: build debug-library address-library ## 10 000 links and 10 000 handshakes leave nothing: flat heap, refusals, sanitizers and valgrind over C and C++
	$(PYTHON) tests/memory/run.py

test-mono-address: build csharp-tests address-library ## The C# runtime under Mono on a library that AddressSanitizer watches
	FRAMEWIRE_LIBRARY=$(abspath target/address/$(TRIPLE)/debug) FRAMEWIRE_SERVER=$(abspath $(SERVER)) \
		FRAMEWIRE_HOSTS=$(abspath $(dir $(RUNTIME))) $(PYTHON) tests/csharp/address.py

# ThreadSanitizer knows the locks of the standard library only if that is compiled along: tests/threads/compiler.py finds
# a compiler with the source of it, or fetches one.
test-threads: ## ThreadSanitizer over tests of real sockets and a storm of C threads over every function
	$(PYTHON) tests/threads/run.py $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED))

test-miri: ## The unit tests that Miri can follow (needs nightly with miri and rust-src); no part of `make test`
	$(PYTHON) tests/miri/run.py

##@ Break it
.PHONY: fuzz memory mutation network reliability reliability-page security threads
security: build check-dependencies ## The attacks of test-security for longer, and bad peers
	$(call rust_tests,$(FEATURES) --test bad_peers)
	FRAMEWIRE_PROOF=full $(SECURITY)

fuzz: ## Fuzz readers, session and C interface (MINUTES=60 for all together, TARGET=ffi, SEED=...)
	FRAMEWIRE_PROOF=full $(PYTHON) tests/fuzz/run.py --minutes $(or $(MINUTES),60) $(addprefix --target ,$(TARGET)) \
		$(if $(SEED),--seed $(SEED)) $(ARGS)

network: build host ## Take network, time and processes away from links of each profile (ROUNDS=3 SCENE=black_hole SEED=...)
	FRAMEWIRE_PROOF=full $(NETWORK) --rounds $(or $(ROUNDS),3)

memory: build debug-library address-library ## Prove it: a million links and 100 000 handshakes leave nothing; every refusal of the system is told
	FRAMEWIRE_PROOF=full $(PYTHON) tests/memory/run.py

mutation: ## Change the pure layers, one thing at a time; goes on where it was stopped (hours; LIMIT=60: so many, JOBS=2)
	FRAMEWIRE_PROOF=full $(PYTHON) tests/mutation/run.py --all --limit $(or $(LIMIT),0) --jobs $(or $(JOBS),1) $(ARGS)

threads: ## ThreadSanitizer over every Rust test, and a long storm of C threads (MINUTES=5 SEED=...)
	FRAMEWIRE_PROOF=full $(PYTHON) tests/threads/run.py --minutes $(or $(MINUTES),5) $(if $(SEED),--seed $(SEED))

ATTACKS := reloads test-mono faults network scale autobahn test-models threads memory security fuzz mutation soak
reliability: ## Run every attack in its long form (a day), then write RELIABILITY.md
	@rm -rf target/proof/full; failed=(); for attack in $(ATTACKS); do FRAMEWIRE_PROOF=full $(MAKE) --no-print-directory $$attack || failed+=("$$attack"); done; \
		$(PYTHON) tests/proof/report.py; if (($${#failed[@]})); then echo "failed: $${failed[*]}"; exit 1; fi

reliability-page: ## Write RELIABILITY.md from what the attacks recorded last
	$(PYTHON) tests/proof/report.py

##@ Godot
.PHONY: godot godot-editor godot-package godot-shot godot-notices
GODOT_NOTICES := godot/addons/framewire/Third Party Notices.md

godot: ## Build the extension and put the addon into godot/demo (RELEASE=1: optimised)
	$(CARGO) build -q $(LOCKED) $(if $(RELEASE),--release) -p framewire-godot
	$(PYTHON) godot/package/install.py $(if $(RELEASE),--release,--reloadable)

godot-editor: godot ## Open the demo in the editor ($GODOT, `godot`, or the one of the tests)
	$(PYTHON) godot/package/open.py godot/demo

godot-package: ## Make the zip of an addon release in target/godot-package
	$(CARGO) build -q --release $(LOCKED) -p framewire-godot
	$(PYTHON) godot/package/archive.py

godot-shot: godot build ## Take a picture of the dock without a display: target/godot-shot/dock.png
	$(PYTHON) tests/godot/addon/shot.py $(ARGS)

godot-notices: ## Write the notices of what others have made, from Cargo.lock
	$(PYTHON) godot/package/notices.py '$(GODOT_NOTICES)'

##@ Unity
.PHONY: unity-package unity-metas unity-notices unity-tests test-unity
UNITY_NOTICES := unity/Third Party Notices.md
UNITY_HOSTS := target/csharp
UNITY_STUBS := $(UNITY_HOSTS)/UnityStubs.dll
UNITY_EDITOR := $(UNITY_HOSTS)/Framewire.Editor.dll
UNITY_EDITOR_SOURCES := $(wildcard unity/Editor/*.cs unity/Editor/Unity/*.cs)
UNITY_SAMPLES := $(UNITY_HOSTS)/MinimalTool.dll $(UNITY_HOSTS)/UnityMcpClient.dll
EDITOR_DOMAIN := $(wildcard tests/csharp/host/EditorDomain.cs) tests/csharp/reload/Reports.cs tests/csharp/reload/Files.cs

unity-package: build ## Make the archive for Unity's package manager and the tree of an `upm` branch
	$(PYTHON) unity/package~/pack.py $(ARGS)

unity-metas: ## Write the `.meta` files that are missing in unity/, and remove strays
	$(PYTHON) unity/package~/metas.py

unity-notices: ## Write the notices of what others have made, from Cargo.lock
	$(PYTHON) godot/package/notices.py --package framewire --features capi,tls \
		--product 'The native library of Framewire for Unity' '$(UNITY_NOTICES)'

test-unity: build $(if $(shell command -v mcs),unity-tests) ## The Unity package on Mono: editor code, samples, real server, archive
	FRAMEWIRE_LIBRARY=$(abspath $(dir $(LIBRARY))) FRAMEWIRE_SERVER=$(abspath $(SERVER)) \
		FRAMEWIRE_HOSTS=$(abspath $(UNITY_HOSTS)) $(PYTHON) tests/unity/run.py $(ARGS)

unity-tests: $(UNITY_HOSTS)/Framewire.Editor.Tests.exe $(UNITY_HOSTS)/EditorHost.exe $(UNITY_HOSTS)/ManagedLink.dll $(UNITY_SAMPLES)

# Parts of the stubs' events are raised by tests alone.
$(UNITY_STUBS): $(wildcard tests/csharp/stubs/*.cs)
	@mkdir -p $(@D)
	$(MCS) -target:library -nowarn:67 -out:$@ $^

# What stands outside `Unity/` knows no engine. The code has a part for each of these; the last one is what the tests run.
$(UNITY_EDITOR): $(UNITY_EDITOR_SOURCES) $(RUNTIME) $(UNITY_STUBS)
	$(MCS) -target:library -r:$(RUNTIME) -out:$(@:.dll=.Pure.dll) unity/Editor/*.cs
	for part in UNITY_EDITOR UNITY_EDITOR_WIN 'UNITY_EDITOR_WIN;UNITY_6000_5_OR_NEWER' UNITY_6000_5_OR_NEWER; do \
		$(MCS) -target:library -define:"$$part" -r:$(RUNTIME) -r:$(UNITY_STUBS) -doc:$(@:.dll=.xml) -out:$@ $(UNITY_EDITOR_SOURCES); \
	done

$(UNITY_SAMPLES): $(UNITY_HOSTS)/%.dll: $(UNITY_EDITOR) $(wildcard unity/Samples~/*/*/*.cs)
	$(MCS) -target:library -r:$(RUNTIME) -out:$(@:.dll=.Tools.dll) unity/Samples~/$*/Tools/*.cs
	$(MCS) -target:library -r:$(RUNTIME) -r:$(UNITY_EDITOR) -r:$(UNITY_STUBS) -out:$@ unity/Samples~/$*/*/*.cs

UNITY_TEST_SOURCES := $(wildcard tests/csharp/editor/*.cs) $(EDITOR_DOMAIN) tests/csharp/runtime/Check.cs tests/csharp/runtime/Server.cs
$(UNITY_HOSTS)/Framewire.Editor.Tests.exe: $(UNITY_TEST_SOURCES) $(UNITY_EDITOR)
	$(MCS) -r:$(RUNTIME) -r:$(UNITY_EDITOR) -r:$(UNITY_STUBS) -out:$@ $(UNITY_TEST_SOURCES)

$(UNITY_HOSTS)/EditorHost.exe: tests/csharp/host/Host.cs $(EDITOR_DOMAIN) $(RUNTIME) $(UNITY_STUBS)
	$(MCS) -r:$(RUNTIME) -r:$(UNITY_STUBS) -out:$@ $(filter %.cs,$^)

# What the package is held against; it shares the sample's hello.
$(UNITY_HOSTS)/ManagedLink.dll: tests/csharp/managed/ManagedLink.cs unity/Samples~/UnityMcpClient/Tools/UnityMcpHello.cs $(RUNTIME) $(UNITY_STUBS)
	$(MCS) -target:library -r:$(RUNTIME) -r:$(UNITY_STUBS) -out:$@ $(filter %.cs,$^)
