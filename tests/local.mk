# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests mirror the tree. Programs speak TAP through check, scripts print it themselves; tap-driver.sh counts each line.

MODEL_TESTS = \
        tests/model/base/test-diagnostic \
        tests/model/base/test-hash \
        tests/model/base/test-hex \
        tests/model/base/test-quote \
        tests/model/base/test-search \
        tests/model/base/test-similar \
        tests/model/base/test-text \
        tests/model/explain/test-explain \
        tests/model/explain/test-nearest \
        tests/model/explain/test-remedy \
        tests/model/explain/test-suggestion \
        tests/model/explain/test-verdict \
        tests/model/format/test-catalog \
        tests/model/format/test-compose \
        tests/model/format/test-definition \
        tests/model/format/test-describe \
        tests/model/format/test-elf \
        tests/model/format/test-entry \
        tests/model/format/test-escape \
        tests/model/format/test-format \
        tests/model/format/test-interpreter \
        tests/model/format/test-pattern \
        tests/model/format/test-registration \
        tests/model/format/test-script \
        tests/model/health/test-doctor \
        tests/model/health/test-owner \
        tests/model/health/test-proof \
        tests/model/health/test-sample \
        tests/model/plan/test-decide \
        tests/model/plan/test-guard \
        tests/model/plan/test-overlap \
        tests/model/plan/test-plan \
        tests/model/plan/test-rank \
        tests/model/plan/test-share \
        tests/model/plan/test-validate

ENGINE_TESTS = \
        tests/engine/pass/test-apply \
        tests/engine/pass/test-dirty \
        tests/engine/pass/test-dry-run \
        tests/engine/pass/test-keeper \
        tests/engine/pass/test-reconcile \
        tests/engine/read/test-binfmt-d \
        tests/engine/read/test-binfmts \
        tests/engine/read/test-compose \
        tests/engine/read/test-conf-d \
        tests/engine/read/test-ini \
        tests/engine/read/test-sources \
        tests/engine/read/test-switch \
        tests/engine/system/test-elf-file \
        tests/engine/system/test-examine \
        tests/engine/system/test-explain \
        tests/engine/system/test-file \
        tests/engine/system/test-host \
        tests/engine/system/test-kernel-rules \
        tests/engine/system/test-kernel-strings \
        tests/engine/system/test-kernel-values \
        tests/engine/system/test-probe \
        tests/engine/system/test-table \
        tests/engine/system/test-write-file

DAEMON_TESTS = \
        tests/daemon/test-contention \
        tests/daemon/test-pace \
        tests/daemon/test-status \
        tests/daemon/watch/test-own-events \
        tests/daemon/watch/test-trail \
        tests/daemon/watch/test-uevent \
        tests/daemon/watch/test-watch

VARLINK_TESTS = \
        tests/varlink/test-client \
        tests/varlink/test-interface \
        tests/varlink/test-parameters \
        tests/varlink/test-server \
        tests/varlink/test-server-load \
        tests/varlink/test-stream

check_LIBRARIES += tests/libtest.a
tests_libtest_a_SOURCES = \
        tests/engine/fake-table.c tests/engine/fake-table.h \
        tests/engine/faulty-table.c tests/engine/faulty-table.h \
        tests/engine/verdict.c tests/engine/verdict.h \
        tests/engine/world.c tests/engine/world.h \
        tests/model/scene.c tests/model/scene.h \
        tests/model/small-world.c tests/model/small-world.h \
        tests/engine/menagerie.c tests/engine/menagerie.h \
        tests/engine/tree.h \
        tests/instance.c tests/instance.h \
        tests/model/format/resolve.h \
        tests/model/health/samples.h \
        tests/test.h

check_PROGRAMS += $(MODEL_TESTS) $(ENGINE_TESTS) $(DAEMON_TESTS) $(VARLINK_TESTS)
LDADD = tests/libtest.a $(DAEMON_LIBS) $(CHECK_LIBS)

# The protocol knows nothing of formats, so its tests link nothing that does.
check_LIBRARIES += tests/libtestvarlink.a
tests_libtestvarlink_a_SOURCES = \
        tests/varlink/bench.c tests/varlink/bench.h \
        tests/varlink/example.c tests/varlink/example.h \
        tests/test.h
VARLINK_TEST_LIBS = tests/libtestvarlink.a $(VARLINK_LIBS) $(CHECK_LIBS)
tests_varlink_test_client_LDADD = $(VARLINK_TEST_LIBS)
tests_varlink_test_client_LDFLAGS = $(AM_LDFLAGS) -pthread
tests_varlink_test_parameters_LDADD = $(VARLINK_TEST_LIBS)
tests_varlink_test_interface_LDADD = $(VARLINK_TEST_LIBS)
tests_varlink_test_server_LDADD = $(VARLINK_TEST_LIBS)
tests_varlink_test_server_load_LDADD = $(VARLINK_TEST_LIBS)
tests_varlink_test_stream_LDADD = $(VARLINK_TEST_LIBS)

# To try other programs against, by hand: serve SOCKET.
EXTRA_PROGRAMS += tests/varlink/serve
CLEANFILES += tests/varlink/serve
tests_varlink_serve_LDADD = $(VARLINK_TEST_LIBS)

EXTRA_DIST += tests/model/targets.tsv

# Real foreign programs, for as many machines as there is an assembler for.
FOREIGN_BINARIES = tests/programs/hello-aarch64 tests/programs/hello-arm
EXTRA_DIST += $(FOREIGN_BINARIES:=.S)
CLEANFILES += $(FOREIGN_BINARIES) $(FOREIGN_BINARIES:=.o)

programs: $(FOREIGN_BINARIES)
.PHONY: programs

tests/programs/hello-aarch64: tests/programs/hello-aarch64.S
	$(AM_V_GEN)$(SHELL) $(top_srcdir)/tests/programs/assemble.sh $< $@ aarch64-linux-gnu

tests/programs/hello-arm: tests/programs/hello-arm.S
	$(AM_V_GEN)$(SHELL) $(top_srcdir)/tests/programs/assemble.sh $< $@ \
	        arm-linux-gnueabihf arm-linux-gnueabi arm-linux-gnu arm-none-eabi

EXTRA_DIST += tests/programs/assemble.sh

# Without instrumentation: that of an address sanitizer does not fit into the sandbox of a test.
check_PROGRAMS += tests/programs/wrapper
tests_programs_wrapper_CFLAGS = $(BARE_CFLAGS)
tests_programs_wrapper_LDFLAGS =
tests_programs_wrapper_LDADD =

EXTRA_DIST += tests/release.sh tests/steps.sh tests/tap.sh tests/ctl/instance.sh tests/ctl/with-daemon.sh
EXTRA_DIST += tests/roots/lib.sh tests/roots/matrix.sh
EXTRA_DIST += $(wildcard $(srcdir)/tests/ctl/verbs/explain/*.txt)

dist_check_SCRIPTS += \
        tests/check-arrows.sh \
        tests/check-dev.sh \
        tests/check-symbols.sh \
        tests/check-walks.sh \
        tests/ctl/test-around.sh \
        tests/ctl/test-around-container.sh \
        tests/ctl/test-completion.sh \
        tests/ctl/test-foreign.sh \
        tests/ctl/test-manual.sh \
        tests/ctl/test-online.sh \
        tests/ctl/test-replaced.sh \
        tests/ctl/test-systemd-binfmt.sh \
        tests/ctl/test-usage.sh \
        tests/ctl/verbs/test-apply-files.sh \
        tests/ctl/verbs/test-apply-natives.sh \
        tests/ctl/verbs/test-apply-roots.sh \
        tests/ctl/verbs/test-apply.sh \
        tests/ctl/verbs/test-doctor.sh \
        tests/ctl/verbs/test-edit.sh \
        tests/ctl/verbs/test-exec-definitions.sh \
        tests/ctl/verbs/test-exec-chroot.sh \
        tests/ctl/verbs/test-exec.sh \
        tests/ctl/verbs/test-explain.sh \
        tests/ctl/verbs/test-install.sh \
        tests/ctl/verbs/test-lint.sh \
        tests/ctl/verbs/test-list.sh \
        tests/ctl/verbs/test-monitor.sh \
        tests/ctl/verbs/test-save.sh \
        tests/ctl/verbs/test-switch.sh \
        tests/ctl/verbs/test-test.sh \
        tests/ctl/verbs/test-unregister.sh \
        tests/daemon/test-daemon.sh \
        tests/model/check-purity.sh \
        tests/model/health/check-samples.sh \
        tests/roots/test-explain-armhf.sh \
        tests/roots/test-hello-armhf.sh \
        tests/roots/test-matrix.sh

# Built as bare as tests/daemon's, which explains the flags.
check_PROGRAMS += tests/engine/teller
tests_engine_teller_SOURCES = tests/engine/teller.c
tests_engine_teller_CFLAGS = $(BARE_CFLAGS)
tests_engine_teller_LDFLAGS = -static -nostartfiles
tests_engine_teller_LDADD =

# What takes too long for each change. Parts add theirs, as RELEASE_TESTS += tests/….
RELEASE_TESTS = tests/test-used-table.sh
EXTRA_DIST += tests/test-used-table.sh

include tests/boot/local.mk
include tests/clients/local.mk
include tests/packaging/local.mk
include tests/daemon/local.mk
include tests/compat/local.mk
include tests/roots/local.mk

TESTS += $(MODEL_TESTS) $(ENGINE_TESTS) $(DAEMON_TESTS) $(VARLINK_TESTS) $(dist_check_SCRIPTS)
check-am: programs

LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
TEST_EXTENSIONS = .sh
AM_TESTS_ENVIRONMENT = \
        CK_TAP_LOG_FILE_NAME=-; export CK_TAP_LOG_FILE_NAME; \
        CK_VERBOSITY=silent; export CK_VERBOSITY; \
        BUILDDIR=$(abs_top_builddir); export BUILDDIR; \
        pkglibexecdir=$(pkglibexecdir); export pkglibexecdir; \
        PROGRAMS='$(bin_PROGRAMS) $(sbin_PROGRAMS) $(pkglibexec_PROGRAMS)'; export PROGRAMS; \
        CC='$(CC)'; export CC; \
        LC_ALL=C.UTF-8; export LC_ALL;

# The unit test programs under valgrind; random tests with fewer rounds, since all is some 30 times slower there. Left out is what
# looks below a root by openat2(2), which valgrind 3.19 does not know; those run under ASAN all the same.
VALGRIND = valgrind --quiet --leak-check=full --errors-for-leak-kinds=definite,indirect --error-exitcode=99 \
        --trace-children=no
WITHOUT_VALGRIND = tests/engine/system/test-file tests/engine/system/test-probe tests/engine/system/test-write-file tests/engine/read/test-sources \
        tests/engine/read/test-switch tests/engine/system/test-examine tests/engine/system/test-explain tests/engine/teller $(DAEMON_HELPERS) tests/programs/wrapper tests/compat/witness

check-valgrind: $(check_PROGRAMS)
	@failed=0; \
	for t in $(check_PROGRAMS); do \
	        case ' $(WITHOUT_VALGRIND) ' in *" $$t "*) continue ;; esac; \
	        if CK_VERBOSITY=silent BINFMTD_TEST_ROUNDS_DIVISOR=100 srcdir=$(srcdir) BUILDDIR=$(abs_builddir) \
	           $(VALGRIND) ./$$t >$@.log 2>&1; then \
	                echo "PASS: $$t (valgrind)"; \
	        else \
	                echo "FAIL: $$t (valgrind)"; cat $@.log; failed=1; \
	        fi; \
	done; rm -f $@.log; exit $$failed
.PHONY: check-valgrind

check-release: all programs
	srcdir=$(srcdir) $(SHELL) $(srcdir)/tests/release.sh '$(MAKE)' $(RELEASE_TESTS)
.PHONY: check-release
