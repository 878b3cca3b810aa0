# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Measurements, not tests: see bench/README.md. `make bench` builds and runs them.

BENCH_BINARIES = bench/api bench/bare-loop bench/bare-read bench/cold-start bench/explain bench/pass bench/reaction bench/update-binfmts
EXTRA_PROGRAMS = bench/api bench/bare-loop bench/bare-read bench/cold-start bench/explain bench/pass bench/reaction bench/update-binfmts
CLEANFILES += $(BENCH_BINARIES)
EXTRA_DIST += bench/README.md
dist_noinst_SCRIPTS += bench/peers.sh bench/run.sh

bench_api_SOURCES = bench/api.c bench/api-client.c bench/api-client.h bench/machine.c bench/machine.h
bench_api_LDADD = $(ENGINE_LIBS)
bench_bare_loop_LDADD =
bench_bare_read_LDADD =
bench_cold_start_SOURCES = bench/cold-start.c bench/contest.c bench/contest.h
bench_cold_start_LDADD = $(ENGINE_LIBS)
bench_explain_SOURCES = bench/explain.c bench/contest.c bench/contest.h
bench_explain_LDADD = $(ENGINE_LIBS)
bench_pass_SOURCES = bench/pass.c
bench_pass_LDADD = $(ENGINE_LIBS)
bench_reaction_SOURCES = bench/reaction.c bench/machine.c bench/machine.h
bench_reaction_LDADD = $(ENGINE_LIBS)
bench_update_binfmts_SOURCES = bench/update-binfmts.c bench/contest.c bench/contest.h
bench_update_binfmts_LDADD = $(ENGINE_LIBS)

bench: $(BENCH_BINARIES) binfmtctl binfmtd update-binfmts
	$(SHELL) $(srcdir)/bench/run.sh $(abs_builddir)
.PHONY: bench
