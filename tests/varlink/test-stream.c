/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/base/text.h"
#include "tests/test.h"
#include "varlink/stream.h"

#include <inttypes.h>
#include <sys/socket.h>

static const struct varlink_limits generous = { 1u << 20, 64, 4u << 20 };

/* A stream, and the other end as a plain socket. */
static struct varlink_stream *stream_new(const struct varlink_limits *limits, int *ret_peer) {
        struct varlink_stream *s = NULL;
        int pair[2];

        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
        assert_ok(varlink_stream_new(pair[0], limits, &s));
        *ret_peer = pair[1];
        return s;
}

static void put(int fd, const void *bytes, size_t n) {
        ck_assert_int_eq(send(fd, bytes, n, MSG_DONTWAIT | MSG_NOSIGNAL), (ssize_t) n);
}

/* Reads as long as something is there; what varlink_stream_next() says in the end. */
static int pull(struct varlink_stream *s, json_t **ret) {
        int r;

        while ((r = varlink_stream_next(s, ret)) == 0)
                if (varlink_stream_ended(s) || varlink_stream_read(s) == 0)
                        return 0;
        return r;
}

/* The result of reading this message (with its NUL). */
static int verdict(const struct varlink_limits *limits, const void *bytes, size_t n) {
        json_t *message = NULL;
        int peer, r;
        struct varlink_stream *s = stream_new(limits, &peer);

        put(peer, bytes, n);
        r = pull(s, &message);
        ck_assert_int_eq(r == 1, message != NULL);
        json_decref(message);
        varlink_stream_free(s);
        close(peer);
        return r;
}

START_TEST(a_message_is_an_object_ended_by_nul)
{
        static const struct {
                const char *text;
                int verdict;
        } cases[] = {
                { "{}", 1 },
                { " {\n}\t", 1 },
                { "{\"a\":[1,2.5,null,true,\"\\u00e4\\\\\\\"{[\"]}", 1 },
                { "", -EBADMSG },
                { "[]", -EBADMSG },
                { "1", -EBADMSG },
                { "null", -EBADMSG },
                { "\"{}\"", -EBADMSG },
                { "{} {}", -EBADMSG },
                { "{", -EBADMSG },
                { "}", -EBADMSG },
                { "{\"a\":1,\"a\":2}", -EBADMSG },
                { "{\"a\":\"\\u0000\"}", -EBADMSG },
                { "{\"a\":\"\xff\"}", -EBADMSG },
                { "{\"a\":1e999}", -EBADMSG },
                { "{\"a\":99999999999999999999}", -EBADMSG },
                { "{\"a\":\"", -EBADMSG },
                { "{\"a\":\"\\", -EBADMSG },
                { "{'a':1}", -EBADMSG },
                { "{\"a\":1,}", -EBADMSG },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                int r = verdict(&generous, cases[i].text, strlen(cases[i].text) + 1);

                ck_assert_msg(r == cases[i].verdict, "%s: %d", cases[i].text, r);
                r = verdict(&generous, cases[i].text, strlen(cases[i].text));
                ck_assert_msg(r == 0, "%s without its end: %d", cases[i].text, r);
        }
}
END_TEST

START_TEST(the_length_is_limited_to_the_byte)
{
        const struct varlink_limits limits = { 100, 64, 100 };
        char text[200];

        for (size_t n = 90; n < 110; n++) {
                memset(text, ' ', sizeof text);
                memcpy(text, "{}", 2);
                text[n] = '\0';
                ck_assert_int_eq(verdict(&limits, text, n + 1), n <= 100 ? 1 : -EMSGSIZE);
                ck_assert_int_eq(verdict(&limits, text, n), n <= 100 ? 0 : -EMSGSIZE);
        }
}
END_TEST

START_TEST(the_depth_is_limited_and_counts_no_strings)
{
        const struct varlink_limits limits = { 1u << 20, 8, 100 };
        char text[128];

        for (unsigned depth = 1; depth < 20; depth++) {
                size_t n = (size_t) snprintf(text, sizeof text, "{\"[[[[[[[[[[\\\"[[[[[\":");

                for (unsigned i = 1; i < depth; i++)
                        text[n++] = '[';
                for (unsigned i = 1; i < depth; i++)
                        text[n++] = ']';
                if (depth == 1)
                        text[n++] = '0';
                strcpy(text + n, "}");
                ck_assert_msg(verdict(&limits, text, strlen(text) + 1) == (depth <= 8 ? 1 : -EBADMSG), "%s",
                              text);
        }
        ck_assert_int_eq(verdict(&limits, "{\"a\":[[],[],[],[],[],[],[],[],[]]}",
                                 sizeof "{\"a\":[[],[],[],[],[],[],[],[],[]]}"),
                         1);
}
END_TEST

START_TEST(a_deep_nest_as_long_as_a_message_may_be_is_refused_without_a_deep_stack)
{
        const struct varlink_limits limits = { VARLINK_MESSAGE_MAX, VARLINK_DEPTH_MAX, 100 };
        size_t n = 150000;
        char *text = malloc(n);

        memset(text, '[', n);
        memcpy(text, "{\"a\":", 5);
        text[n - 1] = '\0';
        ck_assert_int_eq(verdict(&limits, text, n), -EBADMSG);
        free(text);
}
END_TEST

static json_t *random_message(uint64_t *random, unsigned number) {
        size_t n = test_below(random, 10) == 0 ? test_below(random, 20000) : test_below(random, 100);
        char *text = malloc(n + 1);
        json_t *message;

        for (size_t i = 0; i < n; i++)
                text[i] = (char) (1 + test_below(random, 126));
        text[n] = '\0';
        message = json_pack("{s:i, s:s, s:[i, {}, n]}", "number", number, "text", text, "list", 1);
        free(text);
        return message;
}

START_TEST(messages_arrive_whole_however_they_are_cut)
{
        uint64_t seed = test_seed(), random = seed;

        for (size_t round = test_rounds(200); round > 0; round--) {
                struct text wire = { 0 };
                json_t *sent[20], *came;
                size_t at = 0, taken = 0;
                int peer;
                struct varlink_stream *s = stream_new(&generous, &peer);

                for (unsigned i = 0; i < ELEMENTSOF(sent); i++) {
                        char *text;

                        sent[i] = random_message(&random, i);
                        text = json_dumps(sent[i], test_below(&random, 2) ? JSON_INDENT(2) : 0);
                        text_append_bytes(&wire, text, strlen(text) + 1);
                        free(text);
                }
                while (at < wire.length || taken < ELEMENTSOF(sent)) {
                        size_t n = 1 + test_below(&random, test_below(&random, 2) ? 5000 : 40);

                        n = n < wire.length - at ? n : wire.length - at;
                        put(peer, wire.data + at, n);
                        at += n;
                        while (pull(s, &came) == 1) {
                                ck_assert_msg(json_equal(came, sent[taken]), "seed %#" PRIx64, seed);
                                json_decref(came);
                                taken++;
                        }
                        ck_assert_msg(at < wire.length || taken == ELEMENTSOF(sent), "seed %#" PRIx64, seed);
                }
                ck_assert_uint_eq(varlink_stream_unread(s), 0);
                for (unsigned i = 0; i < ELEMENTSOF(sent); i++)
                        json_decref(sent[i]);
                text_clear(&wire);
                varlink_stream_free(s);
                close(peer);
        }
}
END_TEST

START_TEST(the_end_is_seen_after_what_was_sent_before)
{
        json_t *message = NULL;
        int peer;
        struct varlink_stream *s = stream_new(&generous, &peer);

        ck_assert_int_eq(varlink_stream_read(s), 0);
        put(peer, "{}\0{\"a\"", 7);
        close(peer);
        ck_assert_int_eq(varlink_stream_next(s, &message), 0);
        ck_assert_int_eq(varlink_stream_read(s), 1);
        ck_assert(!varlink_stream_ended(s));
        ck_assert_int_eq(varlink_stream_next(s, &message), 1);
        json_decref(message);
        ck_assert_int_eq(varlink_stream_next(s, &message), 0);
        ck_assert_int_eq(varlink_stream_read(s), 1);
        ck_assert(varlink_stream_ended(s));
        ck_assert_int_eq(varlink_stream_next(s, &message), 0);
        ck_assert_uint_eq(varlink_stream_unread(s), 4);
        varlink_stream_free(s);
}
END_TEST

START_TEST(output_is_kept_up_to_its_limit_and_sent_in_order)
{
        const struct varlink_limits limits = { 100, 8, 55 * sizeof "{\"a\":\"0123456789\"}" };
        json_t *message = json_pack("{s:s}", "a", "0123456789"), *big;
        size_t n = 0, each = strlen("{\"a\":\"0123456789\"}") + 1;
        char bytes[2000], *filler = calloc(1, 2000);
        int peer;
        struct varlink_stream *s = stream_new(&limits, &peer);

        for (; varlink_stream_write(s, message) == 0; n++)
                ck_assert_uint_eq(varlink_stream_pending(s), (n + 1) * each);
        ck_assert_uint_eq(n, 55);
        ck_assert_int_eq(varlink_stream_write(s, message), -ENOBUFS);
        ck_assert_uint_eq(varlink_stream_pending(s), n * each);

        ck_assert_int_eq(varlink_stream_flush(s), 1);
        ck_assert_uint_eq(varlink_stream_pending(s), 0);
        ck_assert_int_eq(recv(peer, bytes, sizeof bytes, MSG_DONTWAIT), (ssize_t) (n * each));
        for (size_t i = 0; i < n; i++)
                ck_assert_str_eq(bytes + i * each, "{\"a\":\"0123456789\"}");

        memset(filler, 'x', 1999);
        big = json_pack("{s:s}", "a", filler);
        ck_assert_int_eq(varlink_stream_write(s, big), -ENOBUFS);
        ck_assert_uint_eq(varlink_stream_pending(s), 0);
        ck_assert_int_eq(varlink_stream_write(s, message), 0);
        free(filler);
        json_decref(big);
        json_decref(message);
        varlink_stream_free(s);
        close(peer);
}
END_TEST

START_TEST(one_byte_less_of_output_is_one_message_less)
{
        json_t *message = json_pack("{s:i}", "a", 1);

        for (size_t limit = 7 * 5; limit <= 7 * 6 + 1; limit++) {
                const struct varlink_limits limits = { 100, 8, limit };
                int peer;
                struct varlink_stream *s = stream_new(&limits, &peer);
                size_t n = 0;

                while (varlink_stream_write(s, message) == 0)
                        n++;
                ck_assert_uint_eq(n, limit / sizeof "{\"a\":1}");
                varlink_stream_free(s);
                close(peer);
        }
        json_decref(message);
}
END_TEST

START_TEST(what_the_peer_does_not_read_waits_and_arrives_unchanged)
{
        json_t *came = NULL;
        size_t sent = 0, received = 0;
        int peer;
        struct varlink_stream *s = stream_new(&generous, &peer), *other = NULL;

        assert_ok(varlink_stream_new(peer, &generous, &other));
        while (received < 5000) {
                while (sent < 5000) {
                        json_t *message =
                                        json_pack("{s:i, s:s}", "n", (int) sent, "pad",
                                                  "0123456789012345678901234567890123456789012345678901234");

                        if (varlink_stream_pending(s) > 50000) {
                                json_decref(message);
                                break;
                        }
                        assert_ok(varlink_stream_write(s, message));
                        assert_ok(varlink_stream_flush(s));
                        json_decref(message);
                        sent++;
                }
                for (size_t i = 0; i < 100 && received < 5000; i++) {
                        if (pull(other, &came) == 0)
                                break;
                        ck_assert_int_eq(json_integer_value(json_object_get(came, "n")),
                                         (json_int_t) received);
                        json_decref(came);
                        received++;
                }
                assert_ok(varlink_stream_flush(s));
        }
        varlink_stream_free(other);
        ck_assert_int_eq(varlink_stream_write(s, NULL), -EINVAL);
        ck_assert_uint_eq(varlink_stream_pending(s), 0);
        varlink_stream_free(s);
}
END_TEST

START_TEST(a_peer_that_is_gone_is_an_error_and_no_signal)
{
        json_t *message = json_object();
        int peer;
        struct varlink_stream *s = stream_new(&generous, &peer);

        close(peer);
        assert_ok(varlink_stream_write(s, message));
        ck_assert_int_eq(varlink_stream_flush(s), -EPIPE);
        json_decref(message);
        varlink_stream_free(s);
}
END_TEST

TEST_MAIN("stream", a_message_is_an_object_ended_by_nul, the_length_is_limited_to_the_byte,
          the_depth_is_limited_and_counts_no_strings,
          a_deep_nest_as_long_as_a_message_may_be_is_refused_without_a_deep_stack,
          messages_arrive_whole_however_they_are_cut, the_end_is_seen_after_what_was_sent_before,
          output_is_kept_up_to_its_limit_and_sent_in_order, one_byte_less_of_output_is_one_message_less,
          what_the_peer_does_not_read_waits_and_arrives_unchanged,
          a_peer_that_is_gone_is_an_error_and_no_signal)
