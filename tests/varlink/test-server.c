/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/base/text.h"
#include "tests/varlink/bench.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define CALL(method)         "{\"method\":\"org.example.test." method "\"}"
#define CALL_MORE(method)    "{\"method\":\"org.example.test." method "\",\"more\":true}"
#define CALL_WITH(method, p) "{\"method\":\"org.example.test." method "\",\"parameters\":" p "}"
#define STREAM_WITH(method, p)                                                                              \
        "{\"method\":\"org.example.test." method "\",\"parameters\":" p ",\"more\":true}"
#define STANDARD(error, k, v)                                                                               \
        "{\"error\":\"org.varlink.service." error "\",\"parameters\":{\"" k "\":\"" v "\"}}"
#define STANDARD_EMPTY(error) "{\"error\":\"org.varlink.service." error "\",\"parameters\":{}}"
#define FAILED(number, message)                                                                             \
        "{\"error\":\"" EXAMPLE_FAILED "\",\"parameters\":{\"errno\":" number ",\"message\":\"" message     \
        "\"}}"

START_TEST(each_call_has_its_answer)
{
        static const struct {
                const char *call, *answer;
        } cases[] = {
                { CALL_WITH("Echo", "{\"text\":\"ä\",\"number\":7,\"flag\":true,\"list\":[\"a\"]}"),
                  "{\"parameters\":{\"text\":\"ä\",\"number\":7,\"flag\":true,\"list\":[\"a\"]}}" },
                { CALL_WITH("Echo", "{\"text\":\"\",\"number\":null,\"list\":null}"),
                  "{\"parameters\":{\"text\":\"\",\"number\":-1,\"flag\":false,\"list\":[]}}" },
                { CALL("Echo"), STANDARD("InvalidParameter", "parameter", "text") },
                { CALL_WITH("Echo", "{\"text\":1}"), STANDARD("InvalidParameter", "parameter", "text") },
                { CALL_WITH("Echo", "{\"text\":\"\",\"what\":1}"),
                  STANDARD("InvalidParameter", "parameter", "what") },
                { CALL("Refuse"), STANDARD("InvalidParameter", "parameter", "reason") },
                { CALL_WITH("Refuse", "{\"reason\":\"no\"}"),
                  "{\"error\":\"org.example.test.Refused\",\"parameters\":{\"reason\":\"no\"}}" },
                { CALL("Absent"), STANDARD("MethodNotFound", "method", "org.example.test.Absent") },
                { CALL(""), STANDARD("MethodNotFound", "method", "org.example.test.") },
                { CALL("Nothing"), STANDARD("MethodNotImplemented", "method", "org.example.test.Nothing") },
                { CALL("deeper.Echo"),
                  STANDARD("InterfaceNotFound", "interface", "org.example.test.deeper") },
                { "{\"method\":\"org.example.Echo\"}",
                  STANDARD("InterfaceNotFound", "interface", "org.example") },
                { "{\"method\":\".Echo\"}", STANDARD("InterfaceNotFound", "interface", "") },
                { "{\"method\":\"Echo\"}", STANDARD("MethodNotFound", "method", "Echo") },
                { "{\"method\":\"\"}", STANDARD("MethodNotFound", "method", "") },
                { CALL("Count"), STANDARD_EMPTY("ExpectedMore") },
                { CALL("Watch"), STANDARD_EMPTY("ExpectedMore") },
                { CALL_WITH("Break", "{\"errno\":5}"), FAILED("5", "Input/output error") },
                { CALL_WITH("Break", "{\"errno\":5,\"afterwards\":true}"), "{\"parameters\":{}}" },
                { CALL("Forget"), FAILED("71", "Protocol error") },
                { "{}", STANDARD("InvalidParameter", "parameter", "method") },
                { "{\"method\":1}", STANDARD("InvalidParameter", "parameter", "method") },
                { "{\"error\":\"a.b\"}", STANDARD("InvalidParameter", "parameter", "method") },
                { CALL_WITH("Echo", "[]"), STANDARD("InvalidParameter", "parameter", "parameters") },
                { CALL_WITH("Echo", "null"), STANDARD("InvalidParameter", "parameter", "text") },
                { "{\"method\":\"org.example.test.Echo\",\"more\":1}",
                  STANDARD("InvalidParameter", "parameter", "more") },
                { "{\"method\":\"org.example.test.Echo\",\"more\":true,\"oneway\":true}",
                  STANDARD("InvalidParameter", "parameter", "oneway") },
                { "{\"method\":\"org.example.test.Echo\",\"upgrade\":true,\"more\":null,\"oneway\":null}",
                  STANDARD("MethodNotImplemented", "method", "org.example.test.Echo") },
        };
        struct varlink_stream *c;
        struct bench b;

        bench_new(&b, NULL);
        c = bench_client(&b);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                client_send(c, cases[i].call);
                bench_spin(&b);
                client_expect(c, cases[i].answer);
                ck_assert_msg(client_is_quiet(c), "%s: two answers", cases[i].call);
        }
        varlink_stream_free(c);
        bench_clear(&b);
}
END_TEST

START_TEST(without_an_error_of_its_own_a_failure_ends_the_connection)
{
        struct varlink_server_config config = example_config();
        struct varlink_stream *c;
        struct bench b;

        config.failed_error = NULL;
        bench_new(&b, &config);
        c = bench_client(&b);
        client_send(c, CALL_WITH("Break", "{\"errno\":5}"));
        bench_spin(&b);
        ck_assert(client_is_dropped(c));
        ck_assert_uint_eq(varlink_server_connections(b.server), 0);
        bench_works(&b);
        varlink_stream_free(c);
        bench_clear(&b);
}
END_TEST

START_TEST(calls_sent_ahead_are_answered_in_order_and_oneway_calls_not_at_all)
{
        struct text wire = { 0 };
        struct varlink_stream *c;
        struct bench b;

        bench_new(&b, NULL);
        c = bench_client(&b);
        for (unsigned i = 0; i < 1000; i++) {
                text_printf(&wire,
                            "{\"method\":\"org.example.test.Echo\",\"oneway\":%s,\"parameters\":{\"text\":"
                            "\"\",\"number\":%u}}",
                            i % 3 == 0 ? "true" : "false", i);
                text_append_bytes(&wire, "", 1);
        }
        client_send_bytes(c, wire.data, wire.length);
        for (unsigned i = 0; i < 1000; i++) {
                json_t *answer;

                if (i % 3 == 0)
                        continue;
                while (!(answer = client_receive(c)))
                        ck_assert_int_gt(sd_event_run(b.event, 0), 0);
                ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(answer, "parameters"),
                                                                    "number")),
                                 i);
                json_decref(answer);
        }
        bench_spin(&b);
        ck_assert(client_is_quiet(c));
        ck_assert_uint_eq(b.example.calls, 1000);
        text_clear(&wire);
        varlink_stream_free(c);
        bench_clear(&b);
}
END_TEST

START_TEST(oneway_calls_of_every_kind_leave_nothing_behind)
{
        static const char *const methods[] = { "Echo",   "Later",   "Break", "Forget",
                                               "Refuse", "Nothing", "Absent" };
        struct varlink_stream *c;
        struct bench b;
        char call[200];

        bench_new(&b, NULL);
        c = bench_client(&b);
        for (size_t i = 0; i < ELEMENTSOF(methods); i++) {
                snprintf(call, sizeof call, "{\"method\":\"org.example.test.%s\",\"oneway\":true}",
                         methods[i]);
                client_send(c, call);
        }
        client_send(c, CALL_WITH("Break", "{\"errno\":1}"));
        bench_spin(&b);
        client_expect(c, FAILED("1", "Operation not permitted"));
        ck_assert(client_is_quiet(c));
        ck_assert_uint_eq(b.example.closed, 1);
        ck_assert_ptr_null(b.example.watchers);
        varlink_stream_free(c);
        bench_clear(&b);
}
END_TEST

START_TEST(oneway_calls_are_served_though_their_client_left_at_once)
{
        struct varlink_stream *c;
        struct bench b;

        bench_new(&b, NULL);
        c = bench_client(&b);
        for (size_t i = 0; i < 100; i++)
                client_send(c, "{\"method\":\"org.example.test.Echo\",\"oneway\":true}");
        varlink_stream_free(c);
        bench_spin(&b);
        ck_assert_uint_eq(b.example.calls, 100);
        ck_assert_uint_eq(varlink_server_connections(b.server), 0);
        bench_clear(&b);
}
END_TEST

START_TEST(a_client_that_sends_no_more_still_gets_its_answers)
{
        struct varlink_stream *c;
        struct bench b;

        bench_new(&b, NULL);
        c = bench_client(&b);
        client_send(c, CALL_WITH("Refuse", "{\"reason\":\"1\"}"));
        client_send(c, CALL("Later"));
        client_send(c, CALL_WITH("Refuse", "{\"reason\":\"2\"}"));
        shutdown(varlink_stream_fd(c), SHUT_WR);
        bench_spin(&b);
        client_expect(c, "{\"error\":\"org.example.test.Refused\",\"parameters\":{\"reason\":\"1\"}}");
        ck_assert(client_is_quiet(c));
        example_release(&b.example);
        bench_spin(&b);
        client_expect(c, "{\"parameters\":{}}");
        client_expect(c, "{\"error\":\"org.example.test.Refused\",\"parameters\":{\"reason\":\"2\"}}");
        ck_assert(client_is_dropped(c));
        ck_assert_uint_eq(varlink_server_connections(b.server), 0);
        varlink_stream_free(c);
        bench_clear(&b);
}
END_TEST

START_TEST(a_late_reply_holds_up_the_calls_behind_it)
{
        struct varlink_stream *c, *other;
        struct bench b;

        bench_new(&b, NULL);
        c = bench_client(&b);
        other = bench_client(&b);
        client_send(c, CALL("Later"));
        client_send(c, CALL("Forget"));
        bench_spin(&b);
        ck_assert(client_is_quiet(c));
        client_send(other, CALL("Forget"));
        bench_spin(&b);
        client_expect(other, FAILED("71", "Protocol error"));

        example_release(&b.example);
        ck_assert_int_eq(b.example.last, 0);
        ck_assert_uint_eq(b.example.closed, 0);
        example_release(&b.example);
        ck_assert_int_eq(b.example.last, -EINVAL);
        bench_spin(&b);
        ck_assert_uint_eq(b.example.closed, 1);
        client_expect(c, "{\"parameters\":{}}");
        client_expect(c, FAILED("71", "Protocol error"));

        client_send(c, CALL("Later"));
        bench_spin(&b);
        varlink_stream_free(c); /* which has to be noticed without anything being sent */
        bench_spin(&b);
        ck_assert_uint_eq(b.example.closed, 2);
        varlink_stream_free(other);
        bench_clear(&b);
}
END_TEST

START_TEST(watchers_get_each_message_until_they_go)
{
        struct varlink_stream *clients[3];
        struct bench b;

        bench_new(&b, NULL);
        for (size_t i = 0; i < 3; i++) {
                clients[i] = bench_client(&b);
                client_send(clients[i], CALL_MORE("Watch"));
        }
        bench_spin(&b);
        ck_assert_uint_eq(example_poke(&b.example, 1), 3);
        ck_assert_uint_eq(example_poke(&b.example, 2), 3);
        bench_spin(&b);
        for (size_t i = 0; i < 3; i++) {
                client_expect(clients[i], "{\"parameters\":{\"ready\":true},\"continues\":true}");
                client_expect(clients[i], "{\"parameters\":{\"data\":\"x\"},\"continues\":true}");
                client_expect(clients[i], "{\"parameters\":{\"data\":\"xx\"},\"continues\":true}");
                ck_assert(client_is_quiet(clients[i]));
        }

        varlink_stream_free(clients[1]);
        example_poke(&b.example, 1); /* before the loop had a chance to see that it went */
        bench_spin(&b);
        ck_assert_uint_eq(b.example.closed, 1);
        ck_assert_uint_eq(example_poke(&b.example, 0), 2);
        example_release(&b.example);
        bench_spin(&b);
        client_expect(clients[0], "{\"parameters\":{\"data\":\"x\"},\"continues\":true}");
        client_expect(clients[0], "{\"parameters\":{\"data\":\"\"},\"continues\":true}");
        client_expect(clients[0], "{\"parameters\":{}}");
        ck_assert_uint_eq(b.example.closed, 3);
        client_send(clients[0], CALL_MORE("Watch"));
        bench_spin(&b);
        client_expect(clients[0], "{\"parameters\":{\"ready\":true},\"continues\":true}");

        example_poke(&b.example, 3);
        b.server = varlink_server_free(b.server);
        ck_assert_uint_eq(b.example.closed, 4);
        client_expect(clients[0], "{\"parameters\":{\"data\":\"xxx\"},\"continues\":true}");
        ck_assert(client_is_dropped(clients[0]));
        varlink_stream_free(clients[0]);
        varlink_stream_free(clients[2]);
        bench_clear(&b);
}
END_TEST

START_TEST(a_watcher_that_does_not_read_is_dropped_and_the_others_are_not)
{
        struct varlink_server_config config = example_config();
        struct varlink_stream *lazy, *good;
        size_t n = 0;
        struct bench b;

        config.limits.output = 256 << 10;
        bench_new(&b, &config);
        lazy = bench_client(&b);
        good = bench_client(&b);
        client_send(lazy, CALL_MORE("Watch"));
        client_send(good, CALL_MORE("Watch"));
        bench_spin(&b);
        client_expect(good, "{\"parameters\":{\"ready\":true},\"continues\":true}");
        while (b.example.closed == 0) {
                json_t *message;

                ck_assert_uint_lt(n++, 2000);
                example_poke(&b.example, 1000);
                bench_spin(&b);
                message = client_receive(good);
                ck_assert_ptr_nonnull(message);
                json_decref(message);
        }
        ck_assert_uint_gt(n, 256);
        ck_assert_uint_eq(varlink_server_connections(b.server), 1);
        ck_assert_uint_eq(example_poke(&b.example, 1), 1);
        ck_assert_int_eq(b.example.last, 0);
        bench_spin(&b);
        client_expect(good, "{\"parameters\":{\"data\":\"x\"},\"continues\":true}");
        varlink_stream_free(lazy);
        varlink_stream_free(good);
        bench_clear(&b);
}
END_TEST

START_TEST(one_burst_beyond_the_limit_is_the_end_and_the_handler_hears_of_it)
{
        struct varlink_server_config config = example_config();
        struct varlink_stream *c;
        struct bench b;

        config.limits.output = 256 << 10;
        bench_new(&b, &config);
        c = bench_client(&b);
        client_send(c, STREAM_WITH("Flood", "{\"replies\":100000,\"size\":1000}"));
        bench_spin(&b);
        ck_assert_int_eq(b.example.last, -ENOBUFS);
        ck_assert_uint_lt(b.example.made, 2000);
        ck_assert(client_is_dropped(c));
        varlink_stream_free(c);
        bench_works(&b);
        bench_clear(&b);
}
END_TEST

START_TEST(the_unread_output_of_one_user_is_limited_over_all_connections)
{
        struct varlink_server_config config = example_config();
        struct varlink_stream *clients[40];
        size_t left;
        struct bench b;

        config.memory_per_user = 2 << 20;
        bench_new(&b, &config);
        for (size_t i = 0; i < ELEMENTSOF(clients); i++) {
                clients[i] = bench_client(&b);
                client_send(clients[i], CALL_MORE("Watch"));
        }
        bench_spin(&b);
        for (size_t i = 0; i < 400; i++) {
                example_poke(&b.example, 1000);
                bench_spin(&b);
        }
        /* Each leaves less than 400 kB here, so at least five fit, and more than that have to go. */
        left = varlink_server_connections(b.server);
        ck_assert_msg(left >= 5 && left < 20, "%zu connections are left", left);
        ck_assert_uint_eq(example_poke(&b.example, 1), left);
        for (size_t i = 0; i < ELEMENTSOF(clients); i++)
                varlink_stream_free(clients[i]);
        bench_spin(&b);
        bench_works(&b);
        bench_clear(&b);
}
END_TEST

START_TEST(unfinished_messages_of_one_user_are_limited_over_all_connections)
{
        struct varlink_server_config config = example_config();
        struct varlink_stream *clients[40];
        char bytes[60000];
        size_t left;
        struct bench b;

        config.memory_per_user = 1 << 20;
        bench_new(&b, &config);
        memset(bytes, ' ', sizeof bytes);
        for (size_t i = 0; i < ELEMENTSOF(clients); i++) {
                clients[i] = bench_client(&b);
                client_send_bytes(clients[i], bytes, sizeof bytes);
                bench_spin(&b);
        }
        left = varlink_server_connections(b.server);
        ck_assert_msg(left == (1 << 20) / sizeof bytes, "%zu connections are left", left);
        for (size_t i = 0; i < ELEMENTSOF(clients); i++)
                varlink_stream_free(clients[i]);
        bench_spin(&b);
        bench_works(&b);
        bench_clear(&b);
}
END_TEST

START_TEST(a_long_stream_is_made_as_fast_as_it_is_read)
{
        struct varlink_stream *c;
        struct bench b;
        json_t *message;

        bench_new(&b, NULL);
        c = bench_client(&b);
        client_send(c, STREAM_WITH("Count", "{\"to\":50000}"));
        client_send(c, CALL("Forget"));
        bench_spin(&b);
        ck_assert_uint_gt(b.example.made, 100);
        ck_assert_uint_lt(b.example.made, 10000);
        bench_works(&b);
        for (json_int_t i = 0; i <= 50000; i++) {
                while (!(message = client_receive(c)))
                        ck_assert_int_gt(sd_event_run(b.event, 0), 0);
                ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(message, "parameters"),
                                                                    "number")),
                                 i);
                ck_assert_int_eq(json_is_true(json_object_get(message, "continues")), i < 50000);
                json_decref(message);
        }
        bench_spin(&b);
        client_expect(c, FAILED("71", "Protocol error"));
        varlink_stream_free(c);

        c = bench_client(&b);
        client_send(c, STREAM_WITH("Count", "{\"to\":50000}"));
        bench_spin(&b);
        varlink_stream_free(c);
        bench_spin(&b);
        ck_assert_uint_eq(varlink_server_connections(b.server), 0);
        bench_clear(&b);
}
END_TEST

START_TEST(calls_sent_ahead_without_reading_stay_in_the_socket_and_are_answered_later)
{
        static const char ahead[] = STREAM_WITH("Flood", "{\"replies\":1,\"size\":1000}");
        struct varlink_stream *c;
        size_t sent = 0, answered = 0, made;
        struct bench b;

        bench_new(&b, NULL);
        c = bench_client(&b);
        for (;;) {
                ssize_t n = send(varlink_stream_fd(c), ahead, sizeof ahead, MSG_DONTWAIT | MSG_NOSIGNAL);

                bench_spin(&b);
                if (n < 0)
                        break;
                ck_assert_int_eq(n, sizeof ahead);
                sent++;
        }
        made = b.example.made;
        ck_assert_uint_lt(made, sent);
        bench_works(&b);
        while (answered < sent) {
                json_t *message = client_receive(c);

                if (message)
                        answered++;
                else
                        ck_assert_int_gt(sd_event_run(b.event, 0), 0);
                json_decref(message);
        }
        bench_spin(&b);
        ck_assert(client_is_quiet(c));
        varlink_stream_free(c);
        bench_clear(&b);
}
END_TEST

START_TEST(what_is_no_varlink_ends_the_connection_after_the_answers_before_it)
{
        static const char *const broken[] = { "", "[]", "GET / HTTP/1.1\r\n\r\n",
                                              "{\"method\":", "\xff\xfe" };
        struct varlink_server_config config = example_config();
        struct varlink_stream *c;
        struct bench b;
        char *text;

        bench_new(&b, &config);
        for (size_t i = 0; i < ELEMENTSOF(broken); i++) {
                c = bench_client(&b);
                client_send(c, CALL("Forget"));
                client_send(c, broken[i]);
                client_send(c, CALL("Forget"));
                bench_spin(&b);
                client_expect(c, FAILED("71", "Protocol error"));
                ck_assert_msg(client_is_dropped(c), "%s", broken[i]);
                varlink_stream_free(c);
        }

        text = malloc(70000);
        memset(text, ' ', 70000);
        c = bench_client(&b);
        client_send_bytes(c, text, 70000);
        bench_spin(&b);
        ck_assert(client_is_dropped(c));
        varlink_stream_free(c);

        memset(text, '[', 200);
        memcpy(text, "{\"a\":", 5);
        text[199] = '\0';
        c = bench_client(&b);
        client_send_bytes(c, text, 200);
        bench_spin(&b);
        ck_assert(client_is_dropped(c));
        varlink_stream_free(c);
        free(text);
        ck_assert_uint_eq(varlink_server_connections(b.server), 0);
        bench_clear(&b);
}
END_TEST

START_TEST(a_message_that_was_begun_has_to_be_finished_in_time_and_silence_is_no_fault)
{
        struct varlink_server_config config = example_config();
        struct varlink_stream *silent, *watching, *dribbling, *unfinished;
        struct bench b;

        config.timeout_usec = 400000;
        bench_new(&b, &config);
        silent = bench_client(&b);
        watching = bench_client(&b);
        dribbling = bench_client(&b);
        unfinished = bench_client(&b);
        client_send(watching, CALL_MORE("Watch"));
        client_send_bytes(watching, "{\"method", 8);
        client_send(dribbling, CALL("Forget"));
        client_send_bytes(unfinished, CALL("Forget") "\0{", sizeof(CALL("Forget")) + 1);
        for (size_t i = 0; i < 15; i++) {
                (void) send(varlink_stream_fd(dribbling), " ", 1, MSG_NOSIGNAL);
                bench_spin_for(&b, 100000);
        }
        ck_assert(client_is_dropped(dribbling));
        client_expect(unfinished, FAILED("71", "Protocol error"));
        ck_assert(client_is_dropped(unfinished));
        client_expect(watching, "{\"parameters\":{\"ready\":true},\"continues\":true}");
        ck_assert(client_is_quiet(watching));
        client_send(silent, CALL("Forget"));
        bench_spin(&b);
        client_expect(silent, FAILED("71", "Protocol error"));

        /* For a call that was sent ahead of the last reply, the time runs from that reply on. */
        example_release(&b.example);
        bench_spin(&b);
        client_expect(watching, "{\"parameters\":{}}");
        ck_assert(client_is_quiet(watching));
        bench_spin_for(&b, 1500000);
        ck_assert(client_is_dropped(watching));
        ck_assert_uint_eq(varlink_server_connections(b.server), 1);
        varlink_stream_free(silent);
        varlink_stream_free(watching);
        varlink_stream_free(dribbling);
        varlink_stream_free(unfinished);
        bench_clear(&b);
}
END_TEST

START_TEST(each_message_has_its_own_time)
{
        static const char piece[] = " }\0" CALL("Forget") "\0{";
        struct varlink_server_config config = example_config();
        struct varlink_stream *c;
        struct bench b;

        config.timeout_usec = 500000;
        bench_new(&b, &config);
        c = bench_client(&b);
        client_send_bytes(c, "{", 1);
        for (size_t i = 0; i < 12; i++) {
                bench_spin_for(&b, 100000);
                client_send_bytes(c, piece, sizeof piece - 1);
                bench_spin(&b);
                client_expect(c, STANDARD("InvalidParameter", "parameter", "method"));
                client_expect(c, FAILED("71", "Protocol error"));
        }
        ck_assert(client_is_quiet(c));
        varlink_stream_free(c);
        bench_clear(&b);
}
END_TEST

START_TEST(more_connections_than_allowed_are_told_so)
{
        struct varlink_server_config config = example_config();
        struct varlink_stream *clients[5], *late;
        struct bench b;

        for (int per_user = 0; per_user < 2; per_user++) {
                const char *message = per_user ? "{\"error\":\"" EXAMPLE_BUSY
                                                 "\",\"parameters\":{\"scope\":\"user\",\"limit\":5}}"
                                               : "{\"error\":\"" EXAMPLE_BUSY
                                                 "\",\"parameters\":{\"scope\":\"service\",\"limit\":5}}";

                config.connections = per_user ? 10 : 5;
                config.connections_per_user = per_user ? 5 : 10;
                bench_new(&b, &config);
                bench_listen(&b);
                for (size_t i = 0; i < 5; i++)
                        clients[i] = bench_connect(&b);
                bench_spin(&b);
                ck_assert_uint_eq(varlink_server_connections(b.server), 5);

                late = bench_connect(&b);
                client_send(late, CALL("Forget"));
                bench_spin(&b);
                client_expect(late, message);
                ck_assert(client_is_dropped(late));
                varlink_stream_free(late);

                varlink_stream_free(clients[0]);
                bench_spin(&b);
                clients[0] = bench_connect(&b);
                for (size_t i = 0; i < 5; i++) {
                        client_send(clients[i], CALL("Forget"));
                        bench_spin(&b);
                        client_expect(clients[i], FAILED("71", "Protocol error"));
                        varlink_stream_free(clients[i]);
                }
                bench_clear(&b);
        }
}
END_TEST

START_TEST(users_are_told_apart_and_only_root_is_privileged)
{
        struct varlink_server_config config = example_config();
        struct varlink_stream *root[2], *nobody[2];
        struct bench b;

        if (geteuid() != 0)
                return; /* one user cannot be two */
        config.connections_per_user = 2;
        bench_new(&b, &config);
        bench_listen(&b);
        for (size_t i = 0; i < 2; i++)
                root[i] = bench_connect(&b);
        ck_assert_int_eq(seteuid(65534), 0);
        for (size_t i = 0; i < 2; i++)
                nobody[i] = bench_connect(&b);
        ck_assert_int_eq(seteuid(0), 0);
        bench_spin(&b);
        ck_assert_uint_eq(varlink_server_connections(b.server), 4);
        client_send(root[0], CALL("Secret"));
        client_send(nobody[0], CALL("Secret"));
        client_send(nobody[1], CALL("Forget"));
        bench_spin(&b);
        client_expect(root[0], "{\"parameters\":{\"uid\":0}}");
        client_expect(nobody[0], STANDARD_EMPTY("PermissionDenied"));
        client_expect(nobody[1], FAILED("71", "Protocol error"));
        for (size_t i = 0; i < 2; i++) {
                varlink_stream_free(root[i]);
                varlink_stream_free(nobody[i]);
        }
        bench_clear(&b);
}
END_TEST

START_TEST(a_lack_of_descriptors_makes_clients_wait_and_the_loop_rest)
{
        struct rlimit before, low;
        struct varlink_stream *first, *c;
        unsigned turns = 0;
        struct bench b;

        bench_new(&b, NULL);
        bench_listen(&b);
        first = bench_connect(&b); /* which valgrind's accept4() loses; the kernel's does not */
        c = bench_connect(&b);
        ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
        low = before;
        low.rlim_cur = (rlim_t) varlink_stream_fd(c) + 1;
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &low), 0);
        while (sd_event_run(b.event, 0) > 0)
                ck_assert_uint_lt(++turns, 10);
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
        ck_assert_uint_eq(varlink_server_connections(b.server), 0);
        client_send(c, CALL("Forget"));
        bench_spin_for(&b, 1600000);
        client_expect(c, FAILED("71", "Protocol error"));
        varlink_stream_free(first);
        varlink_stream_free(c);
        bench_clear(&b);
}
END_TEST

START_TEST(a_socket_is_replaced_if_it_is_stale_and_nothing_else_is)
{
        struct bench b, other;
        struct stat st;
        int fd;

        bench_new(&b, NULL);
        bench_new(&other, NULL);
        bench_listen(&b);
        ck_assert_int_eq(stat(b.path, &st), 0);
        ck_assert_uint_eq(st.st_mode, S_IFSOCK | 0666);
        ck_assert_int_eq(varlink_server_listen(other.server, b.path, 0600), -EADDRINUSE);
        b.server = varlink_server_free(b.server);
        assert_ok(varlink_server_listen(other.server, b.path, 0600));
        ck_assert_int_eq(stat(b.path, &st), 0);
        ck_assert_uint_eq(st.st_mode, S_IFSOCK | 0600);
        unlink(b.path);
        fd = open(b.path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        close(fd);
        ck_assert_int_eq(varlink_server_listen(other.server, b.path, 0600), -EADDRINUSE);
        ck_assert_int_eq(varlink_server_listen(other.server, "relative", 0600), -EINVAL);
        bench_clear(&other);
        bench_clear(&b);
}
END_TEST

TEST_MAIN("server", each_call_has_its_answer, without_an_error_of_its_own_a_failure_ends_the_connection,
          calls_sent_ahead_are_answered_in_order_and_oneway_calls_not_at_all,
          oneway_calls_of_every_kind_leave_nothing_behind,
          oneway_calls_are_served_though_their_client_left_at_once,
          a_client_that_sends_no_more_still_gets_its_answers, a_late_reply_holds_up_the_calls_behind_it,
          watchers_get_each_message_until_they_go,
          a_watcher_that_does_not_read_is_dropped_and_the_others_are_not,
          one_burst_beyond_the_limit_is_the_end_and_the_handler_hears_of_it,
          the_unread_output_of_one_user_is_limited_over_all_connections,
          unfinished_messages_of_one_user_are_limited_over_all_connections,
          a_long_stream_is_made_as_fast_as_it_is_read,
          calls_sent_ahead_without_reading_stay_in_the_socket_and_are_answered_later,
          what_is_no_varlink_ends_the_connection_after_the_answers_before_it,
          a_message_that_was_begun_has_to_be_finished_in_time_and_silence_is_no_fault,
          each_message_has_its_own_time, more_connections_than_allowed_are_told_so,
          users_are_told_apart_and_only_root_is_privileged,
          a_lack_of_descriptors_makes_clients_wait_and_the_loop_rest,
          a_socket_is_replaced_if_it_is_stale_and_nothing_else_is)
