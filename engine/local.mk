# SPDX-License-Identifier: LGPL-2.1-or-later

noinst_LIBRARIES += engine/libengine.a

engine_libengine_a_SOURCES = \
        engine/apply.c engine/apply.h \
        engine/attention.c engine/attention.h \
        engine/read/binfmt-d.c \
        engine/read/binfmts.c \
        engine/read/credential.c engine/read/credential.h \
        engine/drop-ins.c engine/drop-ins.h \
        engine/system/elf-file.c engine/system/elf-file.h \
        engine/system/examine.c engine/system/examine.h \
        engine/system/file.c engine/system/file.h \
        engine/system/host.c \
        engine/read/ini.c \
        engine/keeper.c engine/keeper.h engine/keeper-act.c engine/keeper-inside.h engine/keeper-look.c \
        engine/system/table.c engine/system/table.h \
        engine/system/mount-point.c engine/system/mount-point.h \
        engine/machine.c engine/machine.h \
        engine/read/named-file.c \
        engine/system/namespace.c engine/system/namespace.h \
        engine/system/probe.c engine/system/probe.h \
        engine/system/write-file.c engine/system/write-file.h \
        engine/read/readers.h \
        engine/reconcile.c engine/reconcile.h \
        engine/rehearse.c engine/rehearse.h \
        engine/revision.c engine/revision.h \
        engine/system/sandbox.c engine/system/sandbox.h \
        engine/read/scan.c engine/read/scan.h \
        engine/read/section-pattern.c \
        engine/read/section.c engine/read/section.h \
        engine/read/sources.c engine/read/sources.h \
        engine/steps.c engine/steps.h \
        engine/read/switch.c engine/read/switch.h \
        engine/system/trial.c engine/system/trial.h

# In link order: what uses others stands before them.
ENGINE_LIBS = engine/libengine.a model/libmodel.a $(INIH_LIBS)
