# SPDX-License-Identifier: LGPL-2.1-or-later

noinst_LIBRARIES += model/libmodel.a

model_libmodel_a_SOURCES = \
        model/base/diagnostic.c model/base/diagnostic.h \
        model/base/hash.c model/base/hash.h \
        model/base/hex.c model/base/hex.h \
        model/base/macro.h \
        model/base/quote.c model/base/quote.h \
        model/base/search.h \
        model/base/similar.c model/base/similar.h \
        model/base/text.c model/base/text.h \
        model/format/catalog.c model/format/catalog.h \
        model/format/compose.c model/format/compose.h \
        model/format/definition.c model/format/definition.h \
        model/format/describe.c model/format/describe.h \
        model/format/elf.c model/format/elf.h \
        model/format/entry.c model/format/entry.h \
        model/format/escape.c model/format/escape.h \
        model/format/format.c model/format/format.h \
        model/format/interpreter.c model/format/interpreter.h \
        model/format/pattern.c model/format/pattern.h \
        model/format/registration.c model/format/registration.h \
        model/format/script.c model/format/script.h \
        model/plan/change.c model/plan/change.h \
        model/plan/decide.c model/plan/decide.h \
        model/plan/guard.c model/plan/guard.h \
        model/plan/jobs.c \
        model/plan/overlap.c model/plan/overlap.h \
        model/plan/plan.c model/plan/plan.h \
        model/plan/plan-private.h \
        model/plan/rank.c model/plan/rank.h \
        model/plan/reorder.c \
        model/plan/share.c model/plan/share.h \
        model/plan/validate.c model/plan/validate.h \
        model/explain/explain.c model/explain/explain.h \
        model/explain/notes.c \
        model/explain/reasons.c \
        model/explain/remedy.c model/explain/remedy.h \
        model/explain/suggestion.c model/explain/suggestion.h \
        model/explain/verdict.c model/explain/verdict.h \
        model/explain/verdict-private.h \
        model/health/doctor.c model/health/doctor.h \
        model/health/doctor-entries.c \
        model/health/doctor-pairs.c \
        model/health/owner.c model/health/owner.h \
        model/health/proof.c model/health/proof.h \
        model/health/sample.c model/health/sample.h

# The bytes are built in as they stand beside their sources; model/health/samples/assemble.sh makes them anew.
SAMPLES = amd64 386 arm64 arm-v7 riscv64 ppc64le s390x mips64le mips64 loong64
EXTRA_DIST += model/health/samples/assemble.sh model/health/samples/elf.inc \
        $(SAMPLES:%=model/health/samples/%.S) $(SAMPLES:%=model/health/samples/%.inc)
