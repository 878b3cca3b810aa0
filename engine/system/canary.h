/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The canary: a few native programs that are executed to find out whether this machine still runs its own.
 * It proves that they start and end well, and no more: a static program of the native machine, one of the
 * compat machine, a script of /bin/sh, and /bin/true. Each is a bit of a set. */

#define CANARY_ALL 0xfu

/* Executes the programs of the set `among`, one after the other, and sets *ret to those that ended as they
 * do. A program that has not ended after ten seconds is killed, with all of its process group, and none is
 * executed after it. One that is not there, or that this machine or a sandbox does not run, is not in *ret
 * either: compare two sets, of before and after. Children inherit the signals' defaults, /dev/null and no
 * other descriptor. 0, or negative errno if a program could not be tried. */
int canary_run(unsigned among, unsigned *ret);
