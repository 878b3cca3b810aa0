# SPDX-License-Identifier: LGPL-2.1-or-later

noinst_LIBRARIES += engine/libengine.a

engine_libengine_a_SOURCES = \
        engine/apply.c engine/apply.h \
        engine/attention.c engine/attention.h \
        engine/binfmt_d.c \
        engine/binfmts.c \
        engine/credential.c engine/credential.h \
        engine/drop-ins.c engine/drop-ins.h \
        engine/system/elf-file.c engine/system/elf-file.h \
        engine/system/examine.c engine/system/examine.h \
        engine/system/file.c engine/system/file.h \
        engine/system/host.c \
        engine/ini.c \
        engine/keeper.c engine/keeper.h engine/keeper-act.c engine/keeper-inside.h engine/keeper-look.c \
        engine/system/table.c engine/system/table.h \
        engine/system/mount-point.c engine/system/mount-point.h \
        engine/machine.c engine/machine.h \
        engine/named-file.c \
        engine/system/namespace.c engine/system/namespace.h \
        engine/system/probe.c engine/system/probe.h \
        engine/system/write-file.c engine/system/write-file.h \
        engine/readers.h \
        engine/reconcile.c engine/reconcile.h \
        engine/rehearse.c engine/rehearse.h \
        engine/revision.c engine/revision.h \
        engine/system/sandbox.c engine/system/sandbox.h \
        engine/scan.c engine/scan.h \
        engine/section-pattern.c \
        engine/section.c engine/section.h \
        engine/sources.c engine/sources.h \
        engine/steps.c engine/steps.h \
        engine/switch.c engine/switch.h \
        engine/system/trial.c engine/system/trial.h

# In link order: what uses others stands before them.
ENGINE_LIBS = engine/libengine.a model/libmodel.a $(INIH_LIBS)
