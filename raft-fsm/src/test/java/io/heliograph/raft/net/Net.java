package io.heliograph.raft.net;

import io.heliograph.raft.TestPorts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Networks of this process, over loopback. */
final class Net {

    static final Duration LIMIT = Duration.ofSeconds(5);
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private Net() {}

    /** {@code 127.0.0.1:port} that nobody listens on. */
    static String freeAddress() throws IOException {
        return TestPorts.freeAddress();
    }

    /** A member that answers {@code who} with its own id. */
    static MemberNetwork open(String id, String listen, Map<String, String> members) throws IOException {
        MemberNetwork network = MemberNetwork.open("test", id, listen, members);
        answerWho(network, id);
        return network;
    }

    static void answerWho(MemberNetwork network, String id) {
        network.serve("who", request -> CompletableFuture.completedFuture(id.getBytes(StandardCharsets.UTF_8)));
    }

    /** Who answers where {@code from} believes {@code member} to be. */
    static CompletableFuture<String> who(MemberNetwork from, String member) {
        return from.ask(member, "who", new byte[0], LIMIT)
                .thenApply(reply -> new String(reply, StandardCharsets.UTF_8));
    }
}
