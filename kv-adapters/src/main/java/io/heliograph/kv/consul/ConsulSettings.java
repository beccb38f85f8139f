package io.heliograph.kv.consul;

import io.heliograph.kv.Owner;
import java.time.Duration;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Where a Consul agent is and how to talk to it.
 *
 * @param name the store's name, for messages
 * @param owner who writes
 * @param url {@code http} or {@code https} address of the agent; without user and password
 * @param token ACL token, sent as a header with every request; null for none
 * @param timeout limit of one HTTP call, from connecting to the last byte of the answer
 */
public record ConsulSettings(String name, Owner owner, String url, @Nullable String token, Duration timeout) {

    public ConsulSettings {
        HttpUrl parsed = HttpUrl.parse(url);
        if (parsed == null || !parsed.username().isEmpty() || !parsed.password().isEmpty()) {
            throw new IllegalArgumentException(
                    "store '" + name + "': the url must be http://host:port or https://host:port, without a password");
        }
        if (timeout.toMillis() <= 0) {
            throw new IllegalArgumentException("store '" + name + "': the timeout must be at least a millisecond");
        }
    }

    /** Leaves the token out. */
    @Override
    public String toString() {
        return "ConsulSettings[name=" + name + ", url=" + url + ", timeout=" + timeout + "]";
    }
}
