/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tests/varlink/bench.h"

#include <inttypes.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/socket.h>

/* The bytes in use on the heap; 0 under a sanitizer, which has its own heap and finds leaks by itself. */
static size_t heap(void) {
        return mallinfo2().uordblks;
}

/* The part of it that the C library may keep for the next allocation. */
enum { CACHE = 256 * 1024 };

static const char *const honest[] = {
        "{\"method\":\"org.varlink.service.GetInfo\"}",
        "{\"method\":\"org.varlink.service.GetInterfaceDescription\",\"parameters\":{\"interface\":"
        "\"org.example.test\"}}",
        "{\"method\":\"org.example.test.Echo\",\"parameters\":{\"text\":\"a \\u00e4 \\\" b\",\"number\":12,"
        "\"flag\":true,\"list\":[\"a\",\"b\"]},\"more\":false,\"oneway\":false,\"upgrade\":false}",
        "{\"method\":\"org.example.test.Count\",\"parameters\":{\"to\":20},\"more\":true}",
        "{\"method\":\"org.example.test.Flood\",\"parameters\":{\"replies\":3,\"size\":99},\"more\":true}",
        "{\"method\":\"org.example.test.Watch\",\"more\":true}",
        "{\"method\":\"org.example.test.Later\"}",
        "{\"method\":\"org.example.test.Break\",\"parameters\":{\"errno\":5,\"afterwards\":true}}",
        "{\"method\":\"org.example.test.Refuse\",\"parameters\":{\"reason\":\"x\"},\"oneway\":true}",
        "{\"method\":\"org.example.test.Forget\",\"parameters\":{}}",
};

/* Honest bytes, then damaged in a few places by what matters to JSON or to the framing, or by anything. */
static size_t mutate(uint64_t *random, char *bytes, size_t size) {
        static const char special[] = "{}[]\",:\\\0\0 0-1e.untf\xff\xc3";
        const char *from = honest[test_below(random, ELEMENTSOF(honest))];
        size_t n = strlen(from) + 1;

        memcpy(bytes, from, n);
        for (size_t i = 1 + test_below(random, 5); i > 0 && n > 1; i--) {
                size_t at = test_below(random, n), length = 1 + test_below(random, n - at);
                char c = test_below(random, 3) ? special[test_below(random, sizeof special)]
                                               : (char) test_random(random);

                switch (test_below(random, 5)) {
                case 0: /* another byte */
                        bytes[at] = c;
                        break;
                case 1: /* one byte more */
                        memmove(bytes + at + 1, bytes + at, n - at);
                        bytes[at] = c;
                        n++;
                        break;
                case 2: /* a piece is missing */
                        memmove(bytes + at, bytes + at + length, n - at - length);
                        n -= length;
                        break;
                case 3: /* a piece comes twice */
                        if (n + length > size - 10)
                                break;
                        memmove(bytes + at + length, bytes + at, n - at);
                        n += length;
                        break;
                case 4: /* from one message into another */
                        from = honest[test_below(random, ELEMENTSOF(honest))];
                        length = strlen(from) + 1;
                        length -= test_below(random, length);
                        if (at + length > size - 10)
                                break;
                        memcpy(bytes + at, from + strlen(from) + 1 - length, length);
                        n = at + length;
                        break;
                }
        }
        return n;
}

START_TEST(a_hundred_thousand_damaged_messages_do_no_harm)
{
        uint64_t seed = test_seed(), random = seed;
        struct varlink_stream *c = NULL;
        char bytes[4096];
        size_t dropped = 0, before;
        struct bench b;

        bench_new(&b, NULL);
        bench_works(&b);
        before = heap();
        for (size_t i = test_rounds(100000); i > 0; i--) {
                size_t n = mutate(&random, bytes, sizeof bytes);

                c = c ? c : bench_client(&b);
                (void) send(varlink_stream_fd(c), bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT);
                if (test_below(&random, 10) == 0)
                        shutdown(varlink_stream_fd(c), SHUT_WR);
                bench_spin(&b);
                if (test_below(&random, 50) == 0)
                        example_release(&b.example);
                if (client_is_dropped(c) || test_below(&random, 20) == 0) {
                        c = varlink_stream_free(c);
                        dropped++;
                }
                if (i % 100 == 0)
                        bench_works(&b);
        }
        varlink_stream_free(c);
        bench_works(&b);
        ck_assert_msg(varlink_server_connections(b.server) == 0, "seed %#" PRIx64, seed);
        ck_assert_msg(b.example.calls > 0 && dropped > 0, "seed %#" PRIx64 ": nothing was tried", seed);
        ck_assert_msg(heap() <= before + CACHE, "seed %#" PRIx64 ": %zu bytes, then %zu", seed, before,
                      heap());
        bench_clear(&b);
}
END_TEST

START_TEST(four_thousand_connections_are_served_and_one_more_is_told_the_limit)
{
        struct varlink_server_config config = example_config();
        struct varlink_stream **clients, *late;
        struct rlimit limit;
        size_t n = test_rounds(4000), before;
        struct bench b;
        json_t *message;

        ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
        limit.rlim_cur = limit.rlim_max;
        (void) setrlimit(RLIMIT_NOFILE, &limit);
        if (n > (limit.rlim_cur - 64) / 2)
                n = (limit.rlim_cur - 64) / 2;

        config.connections = config.connections_per_user = n;
        bench_new(&b, &config);
        bench_listen(&b);
        clients = calloc(n, sizeof *clients);
        before = heap();
        for (size_t i = 0; i < n; i++) {
                clients[i] = bench_connect(&b);
                bench_spin(&b);
        }
        ck_assert_uint_eq(varlink_server_connections(b.server), n);
        ck_assert_msg(heap() < before + CACHE + n * 2048, "%zu bytes a connection", (heap() - before) / n);

        late = bench_connect(&b);
        bench_spin(&b);
        message = client_receive(late);
        ck_assert_str_eq(json_string_value(json_object_get(message, "error")), EXAMPLE_BUSY);
        ck_assert(client_is_dropped(late));
        json_decref(message);
        varlink_stream_free(late);

        for (size_t i = 0; i < n; i++)
                client_send(clients[i],
                            "{\"method\":\"org.example.test.Refuse\",\"parameters\":{\"reason\":\"\"}}");
        bench_spin(&b);
        for (size_t i = 0; i < n; i++) {
                client_expect(clients[i],
                              "{\"error\":\"org.example.test.Refused\",\"parameters\":{\"reason\":\"\"}}");
                varlink_stream_free(clients[i]);
        }
        bench_spin(&b);
        ck_assert_uint_eq(varlink_server_connections(b.server), 0);
        free(clients);
        bench_clear(&b);
}
END_TEST

START_TEST(a_call_that_waits_holds_nothing_of_what_was_sent)
{
        enum { WATCHERS = 100, JUNK = 30000 };
        static const char begin[] = "{\"method\":\"org.example.test.Watch\",\"more\":true,\"junk\":[0";
        struct varlink_stream *clients[WATCHERS];
        char call[sizeof begin + 2 * JUNK + 2];
        size_t before, n = sizeof begin - 1;
        struct bench b;

        memcpy(call, begin, n);
        for (size_t i = 0; i < JUNK; i++, n += 2)
                memcpy(call + n, ",0", 2);
        memcpy(call + n, "]}", 3);
        bench_new(&b, NULL);
        bench_works(&b);
        before = heap();
        for (size_t i = 0; i < WATCHERS; i++) {
                clients[i] = bench_client(&b);
                client_send_bytes(clients[i], call, n + 3);
                bench_spin(&b);
                client_expect(clients[i], "{\"parameters\":{\"ready\":true},\"continues\":true}");
        }
        ck_assert_msg(heap() < before + CACHE + WATCHERS * 3000, "%zu bytes a watcher",
                      (heap() - before) / WATCHERS);
        for (size_t i = 0; i < WATCHERS; i++)
                varlink_stream_free(clients[i]);
        bench_clear(&b);
}
END_TEST

START_TEST(memory_does_not_grow_over_a_hundred_thousand_calls)
{
        struct varlink_stream *c;
        size_t before = 0;
        struct bench b;

        bench_new(&b, NULL);
        c = bench_client(&b);
        for (size_t i = 0, n = test_rounds(100000); i <= n; i++) {
                json_t *message;

                client_send(c, honest[i % 5]);
                bench_spin(&b);
                while ((message = client_receive(c)))
                        json_decref(message);
                ck_assert(!varlink_stream_ended(c));
                if (i == n / 10)
                        before = heap();
        }
        ck_assert_msg(heap() <= before + 1024, "%zu bytes, then %zu", before, heap());
        varlink_stream_free(c);
        bench_clear(&b);
}
END_TEST

TEST_MAIN("server-load", a_hundred_thousand_damaged_messages_do_no_harm,
          four_thousand_connections_are_served_and_one_more_is_told_the_limit,
          a_call_that_waits_holds_nothing_of_what_was_sent,
          memory_does_not_grow_over_a_hundred_thousand_calls)
