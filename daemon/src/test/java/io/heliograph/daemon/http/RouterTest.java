package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouterTest {

    private final Router.Handler list = exchange -> Answer.text(200, "list");
    private final Router.Handler one = exchange -> Answer.text(200, "one");
    private final Router.Handler put = exchange -> Answer.text(200, "put");
    private final Router.Handler deep = exchange -> Answer.text(200, "deep");
    private final Router router = new Router()
            .add("GET", "/v1/things", list)
            .add("GET", "/v1/things/{name}", one)
            .add("PUT", "/v1/things/{name}", put)
            .add("POST", "/v1/things/{name}/do/{what}", one)
            .add("GET", "/v1/kv/{key*}", deep);

    private Router.Match find(String method, String... segments) {
        return router.find(method, List.of(segments));
    }

    private String problem(String method, String... segments) {
        Answer answer = catchThrowableOfType(HttpProblem.class, () -> find(method, segments))
                .answer();
        return answer.status() + " " + answer.body();
    }

    @Test
    void when_a_path_is_known_then_its_handler_is_found() {
        assertThat(find("GET", "v1", "things")).isEqualTo(new Router.Match(list, Map.of(), Access.READ));
        assertThat(find("GET", "v1", "things", "a")).isEqualTo(new Router.Match(one, Map.of("name", "a"), Access.READ));
        assertThat(find("PUT", "v1", "things", "a"))
                .isEqualTo(new Router.Match(put, Map.of("name", "a"), Access.WRITE));
        assertThat(find("POST", "v1", "things", "a", "do", "b").pathValues())
                .isEqualTo(Map.of("name", "a", "what", "b"));
    }

    @Test
    void when_a_segment_holds_a_slash_then_it_is_still_one_segment() {
        assertThat(find("GET", "v1", "things", "a/b").pathValues()).isEqualTo(Map.of("name", "a/b"));
    }

    @Test
    void when_a_pattern_ends_in_a_star_then_the_rest_is_one_value_and_must_not_be_empty() {
        assertThat(find("GET", "v1", "kv", "a").pathValues()).isEqualTo(Map.of("key", "a"));
        assertThat(find("GET", "v1", "kv", "a", "b", "c").pathValues()).isEqualTo(Map.of("key", "a/b/c"));
        assertThat(problem("GET", "v1", "kv")).startsWith("404 ");
    }

    @Test
    void when_the_method_is_head_then_it_is_a_get() {
        assertThat(find("HEAD", "v1", "things").handler()).isSameAs(list);
    }

    @Test
    void when_the_method_is_head_then_nothing_is_changed() {
        router.add("GET", "/api/change", Access.WRITE, put);
        assertThat(problem("HEAD", "api", "change")).startsWith("405 ");
        assertThat(find("OPTIONS", "api", "change").handler().handle(null).headers())
                .isEqualTo(Map.of("Allow", "GET, OPTIONS"));
    }

    @Test
    void when_nothing_is_there_then_it_is_404_and_names_the_path() {
        assertThat(problem("GET", "v1", "nosuch")).startsWith("404 ").contains("there is nothing at /v1/nosuch");
        assertThat(problem("GET", "v1")).startsWith("404 ");
        assertThat(problem("GET", "v1", "things", "a", "b")).startsWith("404 ");
    }

    @Test
    void when_options_are_asked_for_then_the_methods_are_named() {
        Answer answer = find("OPTIONS", "v1", "things", "a").handler().handle(null);
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.headers()).isEqualTo(Map.of("Allow", "GET, HEAD, OPTIONS, PUT"));
        assertThat(problem("OPTIONS", "nosuch")).startsWith("404 ");
    }

    @Test
    void when_another_method_would_do_then_it_is_405_and_names_it() {
        assertThat(problem("DELETE", "v1", "things", "a")).startsWith("405 ").contains("/v1/things/a takes GET, PUT");
    }
}
