package io.heliograph.daemon.http;

import io.heliograph.command.Command.PutEntry;
import io.heliograph.command.Command.SetMaster;
import io.heliograph.command.HostPort;
import io.heliograph.command.Master;
import io.heliograph.kv.StoreResult.Unavailable;
import io.heliograph.kv.WriteSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Three nodes with a store each. dc1 leads; what it decides is applied by the others at once. */
final class Trio implements AutoCloseable {

    final TestNode dc1;
    final TestNode dc2;
    final TestNode dc3;
    private final List<TestNode> followers = new ArrayList<>();

    Trio() throws IOException {
        Map<String, Integer> ports =
                Map.of("dc1", TestNode.freePort(), "dc2", TestNode.freePort(), "dc3", TestNode.freePort());
        dc1 = new TestNode("dc1", ports);
        dc2 = new TestNode("dc2", ports);
        dc3 = new TestNode("dc3", ports);
        for (TestNode follower : List.of(dc2, dc3)) {
            follower.log.follow("dc1");
            followers.add(follower);
        }
        dc1.decisions.listen(this::replicate, () -> {});
    }

    /** Begins to deliver everywhere. */
    Trio open() {
        for (TestNode node : List.of(dc1, dc2, dc3)) {
            node.delivery.open();
        }
        return this;
    }

    static void takeAway(TestNode node) {
        node.store.answer((store, set) -> new Unavailable("away"));
    }

    private void replicate(Collection<String> heads) {
        dc1.delivery.changed(heads);
        for (String head : heads) {
            WriteSet set = dc1.decisions.set(head);
            followers.forEach(follower -> apply(follower, set));
        }
    }

    private static void apply(TestNode node, WriteSet set) {
        long index = set.revision().index();
        if (node.decisions.machine().state().lastIndex() >= index) {
            // one command that changed several heads; nobody asks the followers for the revisions of the others
            return;
        }
        if (set.entries().size() == 1) {
            node.decisions.decideAt(index, new PutEntry(set.entries().get(0)));
            return;
        }
        String head = set.head();
        Master master = new Master(HostPort.parse(set.entries().get(0).value()), "10.0.0.1", "");
        String alias = head.substring("mysql/master/".length());
        node.decisions.decideAt(index, new SetMaster(alias, "mysql/master", master, null, true, "", 0));
    }

    @Override
    public void close() {
        dc1.close();
        dc2.close();
        dc3.close();
    }
}
