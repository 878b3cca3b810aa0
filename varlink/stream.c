/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "varlink/stream.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* Bytes from `begin` to `end` count; those before were returned or sent. */
struct buffer {
        char *data;
        size_t begin, end, size;
};

struct varlink_stream {
        int fd;
        bool ended;
        struct varlink_limits limits;
        struct buffer input, output;
        size_t scanned; /* of the input: there is no NUL before */
};

enum { BUFFER_MIN = 1024 };

static size_t buffer_length(const struct buffer *b) {
        return b->end - b->begin;
}

static void buffer_clear(struct buffer *b) {
        free(b->data);
        *b = (struct buffer){ 0 };
}

/* Makes room behind the end. The bytes that count are moved to the front only if they are fewer than those
 * before them, so that each byte is moved a bounded number of times. */
static int buffer_reserve(struct buffer *b, size_t extra) {
        size_t length = buffer_length(b), size = b->size > 0 ? b->size : BUFFER_MIN;
        char *data;

        if (b->size - b->end >= extra)
                return 0;
        if (b->begin > 0 && b->begin >= length) {
                memcpy(b->data, b->data + b->begin, length);
                b->begin = 0;
                b->end = length;
        }
        while (size - b->end < extra)
                size *= 2;
        if (size == b->size)
                return 0;
        data = realloc(b->data, size);
        if (!data)
                return -ENOMEM;
        b->data = data;
        b->size = size;
        return 0;
}

int varlink_stream_new(int fd, const struct varlink_limits *limits, struct varlink_stream **ret) {
        struct varlink_stream *s = calloc(1, sizeof *s);

        if (!s)
                return -ENOMEM;
        s->fd = fd;
        s->limits = *limits;
        *ret = s;
        return 0;
}

struct varlink_stream *varlink_stream_free(struct varlink_stream *s) {
        if (!s)
                return NULL;
        buffer_clear(&s->input);
        buffer_clear(&s->output);
        close(s->fd);
        free(s);
        return NULL;
}

int varlink_stream_fd(const struct varlink_stream *s) {
        return s->fd;
}

int varlink_stream_read(struct varlink_stream *s) {
        struct buffer *b = &s->input;
        size_t done = s->scanned - b->begin;
        ssize_t n;
        int r;

        r = buffer_reserve(b, 1);
        if (r < 0)
                return r;
        s->scanned = b->begin + done;

        n = recv(s->fd, b->data + b->end, b->size - b->end, MSG_DONTWAIT);
        if (n < 0)
                r = -errno;
        else if (n == 0)
                s->ended = true;
        else
                b->end += (size_t) n;

        if (buffer_length(b) == 0) {
                buffer_clear(b);
                s->scanned = 0;
        }
        if (n < 0)
                return r == -EAGAIN || r == -EINTR ? 0 : r;
        return 1;
}

bool varlink_stream_ended(const struct varlink_stream *s) {
        return s->ended;
}

/* jansson recurses, and its own bound of 2048 is fixed when it is built. Only JSON has to be counted right;
 * the parser refuses the rest. */
static bool nests_too_deep(const char *text, size_t n, size_t most) {
        size_t depth = 0;
        bool quoted = false;

        for (size_t i = 0; i < n; i++) {
                char c = text[i];

                if (quoted && c == '\\')
                        i++;
                else if (c == '"')
                        quoted = !quoted;
                else if (!quoted && (c == '{' || c == '[') && ++depth > most)
                        return true;
                else if (!quoted && (c == '}' || c == ']') && depth > 0)
                        depth--;
        }
        return false;
}

static int parse_message(const char *text, size_t n, size_t depth, json_t **ret) {
        json_error_t error;
        json_t *message;

        if (nests_too_deep(text, n, depth))
                return -EBADMSG;
        message = json_loadb(text, n, JSON_REJECT_DUPLICATES, &error);
        if (!message)
                return json_error_code(&error) == json_error_out_of_memory ? -ENOMEM : -EBADMSG;
        if (!json_is_object(message)) {
                json_decref(message);
                return -EBADMSG;
        }
        *ret = message;
        return 1;
}

int varlink_stream_next(struct varlink_stream *s, json_t **ret) {
        struct buffer *b = &s->input;
        const char *text, *nul;
        size_t n;
        int r;

        if (buffer_length(b) == 0)
                return 0;
        text = b->data + b->begin;
        nul = memchr(b->data + s->scanned, '\0', b->end - s->scanned);
        n = nul ? (size_t) (nul - text) : buffer_length(b);
        if (n > s->limits.message)
                return -EMSGSIZE;
        s->scanned = b->begin + n;
        if (!nul)
                return 0;

        r = parse_message(text, n, s->limits.depth, ret);
        if (r < 0)
                return r;
        b->begin = ++s->scanned;
        if (buffer_length(b) == 0) {
                buffer_clear(b);
                s->scanned = 0;
        }
        return r;
}

size_t varlink_stream_unread(const struct varlink_stream *s) {
        return buffer_length(&s->input);
}

struct writing {
        struct varlink_stream *stream;
        int error;
};

static int append_output(const char *bytes, size_t n, void *user) {
        struct writing *w = user;
        struct buffer *b = &w->stream->output;
        size_t most = w->stream->limits.output;

        if (n > most || buffer_length(b) > most - n)
                w->error = -ENOBUFS;
        else
                w->error = buffer_reserve(b, n);
        if (w->error < 0)
                return -1;
        memcpy(b->data + b->end, bytes, n);
        b->end += n;
        return 0;
}

int varlink_stream_write(struct varlink_stream *s, const json_t *message) {
        struct writing w = { .stream = s };
        struct buffer *b = &s->output;
        size_t before = buffer_length(b);

        if (json_dump_callback(message, append_output, &w, JSON_COMPACT) == 0 &&
            append_output("", 1, &w) == 0)
                return 0;
        b->end = b->begin + before;
        if (before == 0)
                buffer_clear(b);
        return w.error < 0 ? w.error : -EINVAL;
}

int varlink_stream_flush(struct varlink_stream *s) {
        struct buffer *b = &s->output;

        while (buffer_length(b) > 0) {
                ssize_t n = send(s->fd, b->data + b->begin, buffer_length(b), MSG_DONTWAIT | MSG_NOSIGNAL);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return errno == EAGAIN ? 0 : -errno;
                b->begin += (size_t) n;
        }
        buffer_clear(b);
        return 1;
}

size_t varlink_stream_pending(const struct varlink_stream *s) {
        return buffer_length(&s->output);
}
