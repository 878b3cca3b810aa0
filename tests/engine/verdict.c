/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tests/engine/verdict.h"

#include "model/format/escape.h"
#include "tests/instance.h"
#include "tests/test.h"

#include <fcntl.h>
#include <sys/stat.h>

const char *verdict_show(const void *bytes, size_t n) {
        struct text t = { 0 };

        escape_append(&t, bytes, n);
        return text_take(&t) ?: "(no memory)";
}

int verdict_write(int fd, const void *bytes, size_t n) {
        return write(fd, bytes, n) < 0 ? -errno : 0;
}

int verdict_open(void) {
        int fd = open(TEST_INSTANCE "/register", O_WRONLY | O_CLOEXEC);

        ck_assert_msg(fd >= 0, "register: %s", strerror(errno));
        return fd;
}

struct entry *verdict_read(const char *name) {
        char path[sizeof TEST_INSTANCE + NAME_LENGTH_MAX + 1], text[8192];
        struct entry *e;
        ssize_t n;
        int fd;

        snprintf(path, sizeof path, TEST_INSTANCE "/%s", name);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return NULL;
        n = read(fd, text, sizeof text);
        close(fd);
        if (n < 0)
                return NULL;
        assert_ok(entry_parse(name, text, (size_t) n, &e));
        return e;
}

/* NULL, or what differs between the entry and what was registered. */
static const char *entry_differs(const struct entry *e, const struct registration *r) {
        const char *extension = r->pattern->type == PATTERN_EXTENSION ? (const char *) r->pattern->data : "";

        if (!e)
                return "it cannot be read";
        if (strchr(r->interpreter, '\n') || strchr(extension, '\n'))
                return e->pattern ? "a text with a newline was not opaque" : NULL;
        if (!e->pattern)
                return "it is opaque";
        if (!pattern_equal(e->pattern, r->pattern) || e->pattern->size != r->pattern->size ||
            e->pattern->masked != r->pattern->masked)
                return "the pattern";
        if (!streq(e->interpreter, r->interpreter))
                return "the interpreter";
        if (e->flags != r->flags || e->extra_flags)
                return "the flags";
        return e->enabled && !e->ours ? NULL : "the state";
}

/* With F, the kernel opens the interpreter before it looks up the name. */
static int fix_error(const struct registration *r) {
        struct stat st;

        if (!(r->flags & ENTRY_FIX_BINARY))
                return 0;
        if (stat(r->interpreter, &st) < 0)
                return -errno;
        return S_ISREG(st.st_mode) && access(r->interpreter, X_OK) == 0 ? 0 : -EACCES;
}

/* Our verdict: registration_parse(), and then the interpreter that F opens. */
static int judge(const char *bytes, size_t n, struct registration *ret, const char **ret_reason) {
        struct registration renamed = { 0 };
        int ours = registration_parse(bytes, n, false, ret, ret_reason), fix;
        _cleanup_free_ char *copy = NULL;
        const char *behind, *reason;

        if (ours == -EINVAL)
                return ours;
        if (ours == 0) {
                fix = fix_error(ret);
                if (fix < 0)
                        registration_clear(ret);
                return fix;
        }

        /* The name is to blame; with another one the rest can be seen. */
        behind = memchr(bytes + 1, bytes[0], n - 1);
        n -= (size_t) (behind - bytes);
        copy = malloc(n + 2);
        ck_assert_ptr_nonnull(copy);
        copy[0] = bytes[0];
        copy[1] = bytes[0] == 'n' ? 'm' : 'n';
        memcpy(copy + 2, behind, n);
        assert_ok(registration_parse(copy, n + 2, false, &renamed, &reason));
        fix = fix_error(&renamed);
        registration_clear(&renamed);
        return fix < 0 ? fix : ours;
}

int verdict_agree(int fd, const void *bytes, size_t n, const char *context) {
        struct registration r = { 0 };
        const char *reason = "accepted", *differs;
        int table = verdict_write(fd, bytes, n), ours = judge(bytes, n, &r, &reason);
        struct entry *e;

        ck_assert_msg(ours == table, "%s: %s: the kernel says %s, we say %s (%s)", context,
                      verdict_show(bytes, n), strerror(-table), strerror(-ours), reason);
        ck_assert_msg(ours >= 0 || reason, "%s: %s: refused without a reason", context,
                      verdict_show(bytes, n));
        if (ours < 0)
                return ours;

        e = verdict_read(r.name);
        differs = entry_differs(e, &r);
        ck_assert_msg(!differs, "%s: %s: read back: %s", context, verdict_show(bytes, n), differs);
        entry_free(e);
        registration_clear(&r);
        return 0;
}
