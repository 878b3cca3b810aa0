/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* In a network namespace that belongs to a user namespace of our own we may send uevents, which the kernel
 * then distributes like its own. */

#include "daemon/watch/uevent.h"
#include "engine/system/file.h"
#include "tests/instance.h"
#include "tests/test.h"

#include <linux/netlink.h>
#include <sched.h>
#include <sys/socket.h>

static unsigned n_added, n_removed;

static void on_change(void *user _unused_, bool added) {
        if (added)
                n_added++;
        else
                n_removed++;
}

static bool send_uevent(const char *action, const char *path, const char *subsystem) {
        struct sockaddr_nl table = { .nl_family = AF_NETLINK };
        _cleanup_close_ int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
        struct {
                struct nlmsghdr header;
                char text[512];
        } message = { 0 };
        int n = snprintf(message.text, sizeof message.text, "%s@%s%cACTION=%s%cDEVPATH=%s%cSUBSYSTEM=%s",
                         action, path, 0, action, 0, path, 0, subsystem);

        message.header.nlmsg_type = NLMSG_MIN_TYPE;
        message.header.nlmsg_flags = NLM_F_REQUEST;
        message.header.nlmsg_len = (uint32_t) NLMSG_LENGTH((unsigned) n + 1);
        return fd >= 0 && sendto(fd, &message, message.header.nlmsg_len, 0, (struct sockaddr *) &table,
                                 sizeof table) > 0;
}

static void run(sd_event *event) {
        while (sd_event_run(event, 100000) > 0)
                ;
}

static void require_uevents(void) {
        test_instance_require();
        if (unshare(CLONE_NEWNET) < 0 || !send_uevent("change", "/module/test", "module"))
                test_skip_all("uevents cannot be sent here");
}

START_TEST(a_module_that_comes_and_goes_is_heard_of)
{
        struct uevent *m;
        sd_event *event;

        assert_ok(sd_event_new(&event));
        assert_ok(uevent_new(event, "test", on_change, NULL, &m));
        send_uevent("add", "/module/test", "module");
        run(event);
        ck_assert_uint_eq(n_added, 1);
        send_uevent("remove", "/module/test", "module");
        run(event);
        ck_assert_uint_eq(n_removed, 1);
        uevent_free(m);
        sd_event_unref(event);
}
END_TEST

START_TEST(other_modules_and_other_events_are_not)
{
        struct uevent *m;
        sd_event *event;

        assert_ok(sd_event_new(&event));
        assert_ok(uevent_new(event, "test", on_change, NULL, &m));
        send_uevent("add", "/module/test2", "module");
        send_uevent("add", "/module/tes", "module");
        send_uevent("change", "/module/test", "module");
        send_uevent("add", "/module/test", "drivers");
        run(event);
        ck_assert_uint_eq(n_added + n_removed, 0);
        send_uevent("add", "/module/test", "module");
        run(event);
        ck_assert_uint_eq(n_added, 1);
        uevent_free(m);
        sd_event_unref(event);
}
END_TEST

START_TEST(nothing_is_heard_after_the_end)
{
        struct uevent *m;
        sd_event *event;

        assert_ok(sd_event_new(&event));
        assert_ok(uevent_new(event, "test", on_change, NULL, &m));
        uevent_free(m);
        send_uevent("add", "/module/test", "module");
        run(event);
        ck_assert_uint_eq(n_added, 0);
        sd_event_unref(event);
}
END_TEST

TEST_MAIN_AFTER(require_uevents(), "module", a_module_that_comes_and_goes_is_heard_of,
                other_modules_and_other_events_are_not, nothing_is_heard_after_the_end)
