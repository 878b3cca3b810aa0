# SPDX-License-Identifier: LGPL-2.1-or-later

noinst_LIBRARIES += engine/libengine.a

engine_libengine_a_SOURCES = \
        engine/system/canary.c engine/system/canary.h \
        engine/system/elf-file.c engine/system/elf-file.h \
        engine/system/examine.c engine/system/examine.h \
        engine/system/file.c engine/system/file.h \
        engine/system/host.c \
        engine/system/mount-point.c engine/system/mount-point.h \
        engine/system/namespace.c engine/system/namespace.h \
        engine/system/probe.c engine/system/probe.h \
        engine/system/sandbox.c engine/system/sandbox.h \
        engine/system/surroundings.c engine/system/surroundings.h \
        engine/system/table.c engine/system/table.h \
        engine/system/trial.c engine/system/trial.h \
        engine/system/write-file.c engine/system/write-file.h \
        engine/read/binfmt-d.c \
        engine/read/binfmts.c \
        engine/read/credential.c engine/read/credential.h \
        engine/read/ini.c \
        engine/read/named-file.c \
        engine/read/readers.h \
        engine/read/scan.c engine/read/scan.h \
        engine/read/section.c engine/read/section.h \
        engine/read/section-pattern.c \
        engine/read/section-private.h \
        engine/read/source-families.c engine/read/source-families.h \
        engine/read/sources.c engine/read/sources.h \
        engine/read/switch.c engine/read/switch.h \
        engine/pass/affected.c engine/pass/affected.h \
        engine/pass/apply.c engine/pass/apply.h \
        engine/pass/dirty.c engine/pass/dirty.h \
        engine/pass/drop-ins.c engine/pass/drop-ins.h \
        engine/pass/dry-run.c engine/pass/dry-run.h \
        engine/pass/inquiry.c engine/pass/inquiry.h \
        engine/pass/interpreters.c engine/pass/interpreters.h \
        engine/pass/keeper.c engine/pass/keeper.h \
        engine/pass/keeper-apply.c \
        engine/pass/keeper-private.h \
        engine/pass/keeper-read.c \
        engine/pass/machine-facts.c engine/pass/machine-facts.h \
        engine/pass/pass.c engine/pass/pass.h \
        engine/pass/reconcile.c engine/pass/reconcile.h \
        engine/pass/steps.c engine/pass/steps.h \
        engine/pass/worklist.c engine/pass/worklist.h

# In link order: what uses others stands before them.
ENGINE_LIBS = engine/libengine.a model/libmodel.a $(INIH_LIBS)
