package io.heliograph.command;

import io.heliograph.kv.Entry;
import java.util.List;

/**
 * A cluster's master as the leader resolved it before writing it to the log.
 *
 * @param address where the master listens
 * @param ipv4 its IPv4 address, or the empty string when it has none or could not be resolved
 * @param ipv6 its IPv6 address, or the empty string
 */
public record Master(HostPort address, String ipv4, String ipv6) {

    /**
     * The five entries that publish this master, head first.
     *
     * @param prefix key prefix without a trailing slash, for example {@code mysql/master}
     * @param alias the cluster's alias
     */
    public List<Entry> entries(String prefix, String alias) {
        String head = prefix + "/" + alias;
        return List.of(
                new Entry(head, address.toString()),
                new Entry(head + "/hostname", address.host()),
                new Entry(head + "/port", Integer.toString(address.port())),
                new Entry(head + "/ipv4", ipv4),
                new Entry(head + "/ipv6", ipv6));
    }
}
