/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The client blocks, so the server runs in a thread of its own; or a scripted one, that says what it likes.
 */

#include "tests/varlink/bench.h"
#include "varlink/client.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>

#define SECOND UINT64_C(1000000)

struct running {
        struct bench bench;
        pthread_t thread;
        int stop;
};

static int on_stop(sd_event_source *source, _unused_ int fd, _unused_ uint32_t events, _unused_ void *user) {
        return sd_event_exit(sd_event_source_get_event(source), 0);
}

static void *run(void *user) {
        struct running *r = user;

        return (void *) (intptr_t) sd_event_loop(r->bench.event);
}

static void running_new(struct running *r, const struct varlink_server_config *config) {
        bench_new(&r->bench, config);
        bench_listen(&r->bench);
        r->stop = eventfd(0, EFD_CLOEXEC);
        assert_ok(sd_event_add_io(r->bench.event, NULL, r->stop, 1 /* EPOLLIN */, on_stop, NULL));
        ck_assert_int_eq(pthread_create(&r->thread, NULL, run, r), 0);
}

static void running_stop(struct running *r) {
        void *result;

        ck_assert_int_eq(eventfd_write(r->stop, 1), 0);
        ck_assert_int_eq(pthread_join(r->thread, &result), 0);
        ck_assert_ptr_null(result);
}

static void running_clear(struct running *r) {
        bench_clear(&r->bench);
        close(r->stop);
}

START_TEST(calls_are_answered_one_after_the_other)
{
        struct varlink_client *c = NULL;
        const char *error = "";
        json_t *p = NULL;
        struct running s;

        running_new(&s, NULL);
        assert_ok(varlink_client_connect(s.bench.path, 10 * SECOND, &c));
        for (int i = 0; i < 100; i++) {
                ck_assert_int_eq(varlink_client_call(c, "org.example.test.Echo",
                                                     json_pack("{s:s, s:i}", "text", "hello", "number", i),
                                                     &p, &error),
                                 0);
                ck_assert_ptr_null(error);
                ck_assert_int_eq(json_integer_value(json_object_get(p, "number")), i);
        }
        ck_assert_int_eq(varlink_client_call(c, "org.example.test.Refuse",
                                             json_pack("{s:s}", "reason", "no"), &p, &error),
                         0);
        ck_assert_str_eq(error, "org.example.test.Refused");
        ck_assert(same_json(p, "{\"reason\":\"no\"}"));
        ck_assert_int_eq(varlink_client_call(c, "org.example.test.Watch", json_object(), &p, &error), 0);
        ck_assert_str_eq(error, VARLINK_ERROR_EXPECTED_MORE);
        varlink_client_free(c);
        running_stop(&s);
        running_clear(&s);
}
END_TEST

START_TEST(a_stream_is_read_to_its_end_and_the_next_call_follows)
{
        struct varlink_client *c = NULL;
        const char *error = "";
        json_t *p = NULL;
        struct running s;
        int r;

        running_new(&s, NULL);
        assert_ok(varlink_client_connect(s.bench.path, 10 * SECOND, &c));
        ck_assert_int_eq(varlink_client_next(c, &p, &error), -ENODATA);
        assert_ok(varlink_client_begin(c, "org.example.test.Count", json_pack("{s:i}", "to", 20000)));
        for (json_int_t i = 0; i <= 20000; i++) {
                if (i == 10)
                        ck_assert_int_eq(varlink_client_call(c, "org.example.test.Later", json_object(), &p,
                                                             &error),
                                         -EBUSY);
                r = varlink_client_next(c, &p, &error);
                ck_assert_int_eq(r, i < 20000);
                ck_assert_ptr_null(error);
                ck_assert_int_eq(json_integer_value(json_object_get(p, "number")), i);
        }
        ck_assert_int_eq(varlink_client_next(c, &p, &error), -ENODATA);
        assert_ok(varlink_client_begin(c, "org.example.test.Count", json_object()));
        ck_assert_int_eq(varlink_client_next(c, &p, &error), 0);
        ck_assert_str_eq(error, VARLINK_ERROR_INVALID_PARAMETER);
        ck_assert(same_json(p, "{\"parameter\":\"to\"}"));
        assert_ok(varlink_client_call(c, "org.example.test.Echo", json_pack("{s:s}", "text", ""), &p,
                                      &error));
        ck_assert_ptr_null(error);
        varlink_client_free(c);
        running_stop(&s);
        running_clear(&s);
}
END_TEST

START_TEST(large_messages_pass_in_both_directions)
{
        struct varlink_server_config config = example_config();
        size_t size = 3u << 20;
        char *text = malloc(size + 1);
        struct varlink_client *c = NULL;
        const char *error = "";
        json_t *p = NULL;
        struct running s;

        config.limits.message = config.limits.output = VARLINK_MESSAGE_MAX;
        running_new(&s, &config);
        memset(text, 'y', size);
        text[size] = '\0';
        assert_ok(varlink_client_connect(s.bench.path, 60 * SECOND, &c));
        assert_ok(varlink_client_call(c, "org.example.test.Echo", json_pack("{s:s}", "text", text), &p,
                                      &error));
        ck_assert_ptr_null(error);
        ck_assert_str_eq(json_string_value(json_object_get(p, "text")), text);
        varlink_client_free(c);
        free(text);
        running_stop(&s);
        running_clear(&s);
}
END_TEST

START_TEST(a_client_that_is_turned_away_hears_why)
{
        struct varlink_server_config config = example_config();
        struct varlink_client *first = NULL, *c = NULL;
        const char *error = "";
        json_t *p = NULL;
        struct running s;

        config.connections = 1;
        running_new(&s, &config);
        assert_ok(varlink_client_connect(s.bench.path, 10 * SECOND, &first));
        assert_ok(varlink_client_call(first, "org.example.test.Secret", json_object(), &p, &error));
        for (int i = 0; i < 50; i++) {
                assert_ok(varlink_client_connect(s.bench.path, 10 * SECOND, &c));
                if (i % 2)
                        usleep(2000); /* then it is closed before we send */
                assert_ok(varlink_client_call(c, "org.example.test.Secret", json_object(), &p, &error));
                ck_assert_str_eq(error, EXAMPLE_BUSY);
                ck_assert(same_json(p, "{\"scope\":\"service\",\"limit\":1}"));
                ck_assert_int_eq(
                                varlink_client_call(c, "org.example.test.Secret", json_object(), &p, &error),
                                -ECONNRESET);
                ck_assert_int_eq(
                                varlink_client_call(c, "org.example.test.Secret", json_object(), &p, &error),
                                -ENOTCONN);
                c = varlink_client_free(c);
        }
        varlink_client_free(first);
        running_stop(&s);
        running_clear(&s);
}
END_TEST

START_TEST(waiting_ends_with_the_timeout)
{
        struct varlink_client *c = NULL;
        const char *error = "untouched";
        json_t *p = NULL;
        struct running s;

        running_new(&s, NULL);
        assert_ok(varlink_client_connect(s.bench.path, 10 * SECOND, &c));
        varlink_client_set_timeout(c, SECOND / 20);
        ck_assert_int_eq(varlink_client_call(c, "org.example.test.Later", json_object(), &p, &error),
                         -ETIMEDOUT);
        ck_assert_str_eq(error, "untouched");
        ck_assert_ptr_null(p);
        varlink_client_set_timeout(c, VARLINK_NO_TIMEOUT);
        ck_assert_int_eq(varlink_client_call(c, "org.example.test.Secret", json_object(), &p, &error),
                         -ENOTCONN);
        ck_assert_int_eq(varlink_client_begin(c, "org.example.test.Watch", json_object()), -ENOTCONN);
        ck_assert_int_eq(varlink_client_next(c, &p, &error), -ENOTCONN);
        varlink_client_free(c);
        running_stop(&s);
        running_clear(&s);
}
END_TEST

START_TEST(connecting_fails_with_what_is_the_matter)
{
        struct varlink_client *c = NULL, *queued[8] = { NULL };
        struct sockaddr_un un = { .sun_family = AF_UNIX };
        char directory[] = "/tmp/test-varlink-XXXXXX", path[64], *lengthy;
        int fd, r = 0;

        ck_assert_ptr_nonnull(mkdtemp(directory));
        snprintf(path, sizeof path, "%s/socket", directory);
        ck_assert_int_eq(varlink_client_connect(path, SECOND, &c), -ENOENT);
        ck_assert_int_eq(varlink_client_connect("socket", SECOND, &c), -EINVAL);
        ck_assert_int_eq(varlink_client_connect("", SECOND, &c), -EINVAL);
        ck_assert_int_eq(varlink_client_connect("tcp:/x", SECOND, &c), -EINVAL);
        lengthy = calloc(1, 200);
        memset(lengthy, '/', 199);
        ck_assert_int_eq(varlink_client_connect(lengthy, SECOND, &c), -ENAMETOOLONG);
        free(lengthy);

        strcpy(un.sun_path, path);
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        ck_assert_int_eq(bind(fd, (const struct sockaddr *) &un, sizeof un), 0);
        ck_assert_int_eq(varlink_client_connect(path, SECOND, &c), -ECONNREFUSED);
        ck_assert_int_eq(listen(fd, 1), 0);
        for (size_t i = 0; i < ELEMENTSOF(queued) && r >= 0; i++)
                r = varlink_client_connect(path, SECOND / 20, queued + i);
        ck_assert_int_eq(r, -ETIMEDOUT);
        for (size_t i = 0; i < ELEMENTSOF(queued); i++)
                varlink_client_free(queued[i]);
        ck_assert_ptr_null(c);
        close(fd);
        unlink(path);
        rmdir(directory);
}
END_TEST

/* A service that says this, and then closes the connection if `ends`. */
static struct varlink_client *scripted(const char *answer, bool ends, int *ret_peer) {
        struct varlink_client *c = NULL;
        int pair[2];

        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
        ck_assert_int_gt(send(pair[1], answer, strlen(answer) + 1, 0), 0);
        if (ends)
                shutdown(pair[1], SHUT_WR);
        assert_ok(varlink_client_new(pair[0], SECOND / 20, &c));
        *ret_peer = pair[1];
        return c;
}

START_TEST(what_is_no_reply_is_not_taken_for_one)
{
        static const struct {
                const char *answer;
                int r;
                const char *error;
        } cases[] = {
                { "{}", 0, NULL },
                { "{\"parameters\":null}", 0, NULL },
                { "{\"parameters\":{},\"continues\":false,\"error\":null}", 0, NULL },
                { "{\"error\":\"a.B\"}", 0, "a.B" },
                { "{\"error\":\"a.B\",\"parameters\":{}}", 0, "a.B" },
                { "{\"parameters\":{},\"continues\":true}", -EBADMSG, NULL },
                { "{\"parameters\":{},\"continues\":1}", -EBADMSG, NULL },
                { "{\"parameters\":[]}", -EBADMSG, NULL },
                { "{\"error\":1}", -EBADMSG, NULL },
                { "[]", -EBADMSG, NULL },
                { "", -EBADMSG, NULL },
                { "HTTP/1.1 400 Bad Request", -EBADMSG, NULL },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                const char *error = "untouched";
                json_t *p = NULL;
                int peer, r;
                struct varlink_client *c = scripted(cases[i].answer, false, &peer);

                r = varlink_client_call(c, "a.M", json_object(), &p, &error);
                ck_assert_msg(r == cases[i].r, "%s: %d", cases[i].answer, r);
                ck_assert_msg(streq_ptr(error, r < 0 ? "untouched" : cases[i].error), "%s: %s",
                              cases[i].answer, error);
                ck_assert_int_eq(r >= 0, json_is_object(p));
                varlink_client_free(c);
                close(peer);
        }
}
END_TEST

START_TEST(a_service_that_dies_in_mid_stream_is_noticed)
{
        const char *error = "";
        json_t *p = NULL;
        int peer;
        struct varlink_client *c = scripted("{\"continues\":true}", true, &peer);

        assert_ok(varlink_client_begin(c, "a.M", json_object()));
        ck_assert_int_eq(varlink_client_next(c, &p, &error), 1);
        ck_assert_int_eq(varlink_client_next(c, &p, &error), -ECONNRESET);
        ck_assert_int_eq(varlink_client_next(c, &p, &error), -ENOTCONN);
        varlink_client_free(c);
        close(peer);

        c = scripted("{\"error\":\"a.B\",\"continues\":true}", false, &peer);
        assert_ok(varlink_client_begin(c, "a.M", json_object()));
        ck_assert_int_eq(varlink_client_next(c, &p, &error), -EBADMSG);
        varlink_client_free(c);
        close(peer);
}
END_TEST

START_TEST(parameters_that_could_not_be_made_are_no_memory)
{
        const char *error = "";
        json_t *p = NULL;
        int peer;
        struct varlink_client *c = scripted("{}", false, &peer);

        ck_assert_int_eq(varlink_client_call(c, "a.M", NULL, &p, &error), -ENOMEM);
        varlink_client_free(c);
        close(peer);
}
END_TEST

TEST_MAIN("client", calls_are_answered_one_after_the_other,
          a_stream_is_read_to_its_end_and_the_next_call_follows, large_messages_pass_in_both_directions,
          a_client_that_is_turned_away_hears_why, waiting_ends_with_the_timeout,
          connecting_fails_with_what_is_the_matter, what_is_no_reply_is_not_taken_for_one,
          a_service_that_dies_in_mid_stream_is_noticed, parameters_that_could_not_be_made_are_no_memory)
