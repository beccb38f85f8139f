package io.heliograph.kv.zookeeper;

import io.heliograph.kv.Owner;
import java.time.Duration;

/**
 * Where a ZooKeeper ensemble is.
 *
 * @param name the store's name, for messages
 * @param owner who writes
 * @param connect servers, separated by commas, each with or without a port, and optionally a path under which
 *     everything is kept: {@code srv-a,srv-b:12181,srv-c/path}. The port is 2181 where none is given.
 * @param access as whom, and how
 * @param timeout limit of one round of requests
 */
public record ZooKeeperSettings(
        String name, Owner owner, String connect, ZooKeeperAccessSettings access, Duration timeout) {

    public ZooKeeperSettings {
        if (ConnectString.parse(connect).hasAddress() && access.tls() != null) {
            throw new IllegalArgumentException("with tls, servers are given by name: of an address, ZooKeeper's client"
                    + " would check the name that reverse DNS tells");
        }
        if (timeout.toMillis() <= 0) {
            throw new IllegalArgumentException("store '" + name + "': the timeout must be at least a millisecond");
        }
    }

    /** An ensemble that is open to everybody. */
    public ZooKeeperSettings(String name, Owner owner, String connect, Duration timeout) {
        this(name, owner, connect, ZooKeeperAccessSettings.OPEN, timeout);
    }
}
