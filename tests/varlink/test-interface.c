/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tests/varlink/bench.h"

static int handler(_unused_ struct varlink *v, _unused_ json_t *parameters, _unused_ unsigned flags,
                   _unused_ void *user) {
        return 0;
}

static const struct varlink_method two[] = { { "First", handler, 0 }, { "Second", NULL, 0 } };

static struct varlink_interface with_text(const char *text) {
        return (struct varlink_interface){ "org.example.two", text, two, 2 };
}

START_TEST(methods_are_found_by_their_exact_names)
{
        struct varlink_interface i = with_text("");

        ck_assert_ptr_eq(varlink_interface_find(&i, "First"), two);
        ck_assert_ptr_eq(varlink_interface_find(&i, "Second"), two + 1);
        ck_assert_ptr_null(varlink_interface_find(&i, "first"));
        ck_assert_ptr_null(varlink_interface_find(&i, "Firs"));
        ck_assert_ptr_null(varlink_interface_find(&i, "First "));
        ck_assert_ptr_null(varlink_interface_find(&i, ""));
}
END_TEST

START_TEST(the_text_has_to_name_the_interface_and_each_method_once)
{
        static const struct {
                const char *text;
                bool agrees;
        } cases[] = {
                { "interface org.example.two\nmethod First() -> ()\nmethod Second() -> ()\n", true },
                { "# method Third() -> ()\ninterface org.example.two\n  method  Second(\n  method: string,\n"
                  "  interface: string\n) -> ()\n\tmethod First() -> ()",
                  true },
                { "", false },
                { "interface org.example.two\n", false },
                { "method First() -> ()\nmethod Second() -> ()\n", false },
                { "interface org.example.tw\nmethod First() -> ()\nmethod Second() -> ()\n", false },
                { "interface org.example.two2\nmethod First() -> ()\nmethod Second() -> ()\n", false },
                { "interface org.example.two\nmethod First() -> ()\n", false },
                { "interface org.example.two\nmethod First() -> ()\nmethod First() -> ()\n", false },
                { "interface org.example.two\nmethod First() -> ()\nmethod Third() -> ()\n", false },
                { "interface org.example.two\nmethod First() -> ()\nmethod Second() -> ()\nmethod Third() "
                  "-> ()\n",
                  false },
                { "interface org.example.two\ninterface org.example.two\nmethod First() -> ()\nmethod "
                  "Second() "
                  "-> ()\n",
                  false },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                struct varlink_interface interface = with_text(cases[i].text);

                ck_assert_msg(varlink_interface_agrees(&interface) == cases[i].agrees, "%s", cases[i].text);
        }
        ck_assert(varlink_interface_agrees(&varlink_service));
        ck_assert(varlink_interface_agrees(&example_interface));
}
END_TEST

START_TEST(an_interface_is_added_once_and_only_if_it_is_whole)
{
        struct varlink_interface good = with_text("interface org.example.two\nmethod First() -> ()\nmethod "
                                                  "Second() -> ()\n"),
                                 bad = with_text("interface org.example.two\n");
        struct bench b;

        bench_new(&b, NULL);
        ck_assert_int_eq(varlink_server_add_interface(b.server, &bad), -EINVAL);
        ck_assert_int_eq(varlink_server_add_interface(b.server, &good), 0);
        ck_assert_int_eq(varlink_server_add_interface(b.server, &good), -EEXIST);
        ck_assert_int_eq(varlink_server_add_interface(b.server, &varlink_service), -EEXIST);
        bench_works(&b);
        bench_clear(&b);
}
END_TEST

START_TEST(a_service_tells_who_it_is_and_what_it_speaks)
{
        struct varlink_stream *c;
        struct bench b;
        json_t *answer, *text;

        bench_new(&b, NULL);
        c = bench_client(&b);
        client_send(c, "{\"method\":\"org.varlink.service.GetInfo\"}");
        bench_spin(&b);
        client_expect(c, "{\"parameters\":{\"vendor\":\"The Example "
                         "Project\",\"product\":\"example\",\"version\":\"1\","
                         "\"url\":\"https://example.org/\",\"interfaces\":[\"org.varlink.service\","
                         "\"org.example.test\"]}}");

        client_send(c, "{\"method\":\"org.varlink.service.GetInterfaceDescription\",\"parameters\":{"
                       "\"interface\":"
                       "\"org.example.test\"}}");
        bench_spin(&b);
        answer = client_receive(c);
        text = json_object_get(json_object_get(answer, "parameters"), "description");
        ck_assert_str_eq(json_string_value(text), example_interface.description);
        json_decref(answer);

        client_send(c, "{\"method\":\"org.varlink.service.GetInterfaceDescription\",\"parameters\":{"
                       "\"interface\":"
                       "\"org.example\"}}");
        client_send(c, "{\"method\":\"org.varlink.service.GetInterfaceDescription\"}");
        client_send(c, "{\"method\":\"org.varlink.service.GetInfo\",\"parameters\":{\"extra\":null}}");
        bench_spin(&b);
        client_expect(c,
                      "{\"error\":\"org.varlink.service.InterfaceNotFound\",\"parameters\":{\"interface\":"
                      "\"org.example\"}}");
        client_expect(c, "{\"error\":\"org.varlink.service.InvalidParameter\",\"parameters\":{\"parameter\":"
                         "\"interface\"}}");
        client_expect(c, "{\"error\":\"org.varlink.service.InvalidParameter\",\"parameters\":{\"parameter\":"
                         "\"extra\"}}");
        varlink_stream_free(c);
        bench_clear(&b);
}
END_TEST

TEST_MAIN("interface", methods_are_found_by_their_exact_names,
          the_text_has_to_name_the_interface_and_each_method_once,
          an_interface_is_added_once_and_only_if_it_is_whole, a_service_tells_who_it_is_and_what_it_speaks)
