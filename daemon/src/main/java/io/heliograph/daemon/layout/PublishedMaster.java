package io.heliograph.daemon.layout;

import io.heliograph.command.HostPort;
import io.heliograph.command.Master;
import io.heliograph.kv.WriteSet;
import java.util.List;
import java.util.Optional;

/**
 * A write set of the desired state that publishes a master, or deletes one, taken apart again.
 *
 * @param prefix the key prefix under which it is published
 * @param alias the cluster
 * @param master the master; of a deletion one that means nothing
 */
record PublishedMaster(String prefix, String alias, Master master) {

    private static final Master NOBODY = new Master(new HostPort("nobody", 1), "", "");

    /** Empty for a plain entry, and for the deletion of a part of a cluster's keys. */
    static Optional<PublishedMaster> of(WriteSet set) {
        int slash = set.head().lastIndexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        String prefix = set.head().substring(0, slash);
        String alias = set.head().substring(slash + 1);
        List<String> expected =
                NOBODY.entries(prefix, alias).stream().map(entry -> entry.key()).toList();
        if (!set.keys().equals(expected)) {
            return Optional.empty();
        }
        if (set.isDeletion()) {
            return Optional.of(new PublishedMaster(prefix, alias, NOBODY));
        }
        HostPort address = new HostPort(value(set, 1), Integer.parseInt(value(set, 2)));
        return Optional.of(new PublishedMaster(prefix, alias, new Master(address, value(set, 3), value(set, 4))));
    }

    private static String value(WriteSet set, int place) {
        return set.entries().get(place).value();
    }
}
