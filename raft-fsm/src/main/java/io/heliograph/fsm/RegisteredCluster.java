package io.heliograph.fsm;

import io.heliograph.command.HostPort;
import io.heliograph.command.Master;
import io.heliograph.kv.Revision;

/**
 * A database cluster and its master.
 *
 * @param alias the name by which operators and keys know it
 * @param name the master's {@code host:port} when the cluster was registered; stays the same for ever
 * @param prefix the key prefix under which its master is published
 * @param master its master
 * @param revision where in the log its entries were last written
 */
public record RegisteredCluster(String alias, HostPort name, String prefix, Master master, Revision revision) {

    /** The key that names this cluster's write set. */
    public String head() {
        return prefix + "/" + alias;
    }
}
