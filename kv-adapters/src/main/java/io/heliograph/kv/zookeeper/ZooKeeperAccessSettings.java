package io.heliograph.kv.zookeeper;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * As whom an ensemble is talked to, and who else may touch the nodes we make.
 *
 * @param login {@code user:password} of ZooKeeper's digest scheme, null for nobody in particular
 * @param ours whether others may only read the nodes we make, instead of doing everything; nodes that are there keep
 *     the ACL they have
 * @param tls null to talk without encryption
 */
public record ZooKeeperAccessSettings(@Nullable String login, boolean ours, @Nullable ZooKeeperTlsSettings tls) {

    /** Nobody in particular, open nodes, no encryption. */
    public static final ZooKeeperAccessSettings OPEN = new ZooKeeperAccessSettings(null, false, null);

    /**
     * @throws IllegalArgumentException when the login is not {@code user:password}, or missing where nodes are to belong
     *     to it; the message does not tell what it is
     */
    public ZooKeeperAccessSettings {
        if (login != null && !login.matches("[^:\\s]+:\\S+")) {
            throw new IllegalArgumentException("a login is one line user:password, without spaces");
        }
        if (login == null && ours) {
            throw new IllegalArgumentException("nodes can be ours only with a login: they would belong to nobody");
        }
    }

    /** What ZooKeeper's digest scheme takes; empty without a login. */
    byte[] digest() {
        return login == null ? new byte[0] : login.getBytes(StandardCharsets.UTF_8);
    }

    /** The ACL of the nodes we make. */
    List<ACL> nodes() {
        if (!ours) {
            return ZooDefs.Ids.OPEN_ACL_UNSAFE;
        }
        return List.of(
                new ACL(ZooDefs.Perms.ALL, ZooDefs.Ids.AUTH_IDS),
                new ACL(ZooDefs.Perms.READ, ZooDefs.Ids.ANYONE_ID_UNSAFE));
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "ZooKeeperAccessSettings[ours=" + ours + ", tls=" + tls + "]";
    }
}
