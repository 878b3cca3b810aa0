# SPDX-License-Identifier: LGPL-2.1-or-later

noinst_LIBRARIES += engine/libengine.a

engine_libengine_a_SOURCES = \
        engine/apply.c engine/apply.h \
        engine/attention.c engine/attention.h \
        engine/binfmt_d.c \
        engine/binfmts.c \
        engine/credential.c engine/credential.h \
        engine/drop-ins.c engine/drop-ins.h \
        engine/elf-file.c engine/elf-file.h \
        engine/examine.c engine/examine.h \
        engine/file.c engine/file.h \
        engine/host.c \
        engine/ini.c \
        engine/keeper.c engine/keeper.h engine/keeper-act.c engine/keeper-inside.h engine/keeper-look.c \
        engine/kernel.c engine/kernel.h \
        engine/mount-point.c engine/mount-point.h \
        engine/machine.c engine/machine.h \
        engine/named-file.c \
        engine/namespace.c engine/namespace.h \
        engine/probe.c engine/probe.h \
        engine/put.c engine/put.h \
        engine/readers.h \
        engine/reconcile.c engine/reconcile.h \
        engine/rehearse.c engine/rehearse.h \
        engine/revision.c engine/revision.h \
        engine/sandbox.c engine/sandbox.h \
        engine/scan.c engine/scan.h \
        engine/section-pattern.c \
        engine/section.c engine/section.h \
        engine/sources.c engine/sources.h \
        engine/steps.c engine/steps.h \
        engine/switch.c engine/switch.h \
        engine/trial.c engine/trial.h

# In link order: what uses others stands before them.
ENGINE_LIBS = engine/libengine.a model/libmodel.a $(INIH_LIBS)
