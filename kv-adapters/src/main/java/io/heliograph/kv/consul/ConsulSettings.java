package io.heliograph.kv.consul;

import io.heliograph.kv.Owner;
import io.heliograph.kv.StoreTls;
import java.time.Duration;
import java.util.function.Supplier;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Where a Consul agent is and how to talk to it.
 *
 * @param name the store's name, for messages
 * @param owner who writes
 * @param url {@code http} or {@code https} address of the agent; without user and password
 * @param datacenter the data centre whose keys are read and written, by way of this agent; null for the agent's own
 * @param token gives the ACL token, which is sent as a header with every request; null for none
 * @param tls for {@code https}; null to trust what this Java trusts
 * @param timeout limit of one HTTP call, from connecting to the last byte of the answer
 */
public record ConsulSettings(
        String name,
        Owner owner,
        String url,
        @Nullable String datacenter,
        @Nullable Supplier<String> token,
        @Nullable StoreTls tls,
        Duration timeout) {

    /** The agent's own data centre. */
    public ConsulSettings(String name, Owner owner, String url, @Nullable Supplier<String> token, Duration timeout) {
        this(name, owner, url, null, token, null, timeout);
    }

    public ConsulSettings {
        HttpUrl parsed = HttpUrl.parse(url);
        if (parsed == null || !parsed.username().isEmpty() || !parsed.password().isEmpty()) {
            throw new IllegalArgumentException(
                    "store '" + name + "': the url must be http://host:port or https://host:port, without a password");
        }
        if (parsed.query() != null || parsed.fragment() != null) {
            throw new IllegalArgumentException(
                    "store '" + name + "': the url must be http://host:port or https://host:port, without ? and #");
        }
        if (timeout.toMillis() <= 0) {
            throw new IllegalArgumentException("store '" + name + "': the timeout must be at least a millisecond");
        }
    }

    /** The same for another data centre, under another name. */
    public ConsulSettings in(String storeName, String other) {
        return new ConsulSettings(storeName, owner, url, other, token, tls, timeout);
    }

    /** Leaves the token out. */
    @Override
    public String toString() {
        return "ConsulSettings[name=" + name + ", url=" + url + ", datacenter=" + datacenter + ", timeout=" + timeout
                + "]";
    }
}
