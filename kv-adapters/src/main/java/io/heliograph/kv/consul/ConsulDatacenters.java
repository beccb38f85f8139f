package io.heliograph.kv.consul;

import io.heliograph.kv.ReadLimit;
import io.heliograph.kv.StoreException;
import java.util.List;

/** Which data centres a Consul agent can reach. */
public final class ConsulDatacenters {

    private ConsulDatacenters() {}

    /**
     * Asks the agent; ends within the settings' time limit.
     *
     * @return names of all data centres that it knows, its own too, sorted
     * @throws StoreException when it does not answer
     */
    public static List<String> read(ConsulSettings settings) throws StoreException {
        try (ConsulHttp http = new ConsulHttp(settings, ReadLimit.BYTES)) {
            return http.datacenters().stream().sorted().toList();
        } catch (ReadFailure e) {
            throw new StoreException("store '" + settings.name() + "': " + e.getMessage(), e);
        }
    }
}
