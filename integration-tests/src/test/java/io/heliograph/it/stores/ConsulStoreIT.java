package io.heliograph.it.stores;

import io.heliograph.it.servers.ConsulServer;
import io.heliograph.it.servers.RealServer;
import io.heliograph.kv.Owner;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.consul.ConsulSettings;
import io.heliograph.kv.consul.ConsulStoreAdapter;
import java.time.Duration;

class ConsulStoreIT extends ServerStoreContract {

    private final ConsulServer consul = ConsulServer.start("dc1");

    @Override
    RealServer server() {
        return consul;
    }

    @Override
    StoreAdapter open(Owner owner, Duration limit) {
        return ConsulStoreAdapter.open(new ConsulSettings("test", owner, consul.url(), null, limit));
    }

    @Override
    void writeByHand(String key, String value) {
        consul.put(key, value);
    }

    @Override
    boolean readsAtomically() {
        return true;
    }
}
