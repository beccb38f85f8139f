package io.heliograph.it.hands;

import io.heliograph.it.daemon.Stores;
import io.heliograph.it.servers.ConsulServer.Stored;
import io.heliograph.it.servers.RealServer;
import io.heliograph.it.servers.ZooKeeperServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryNTimes;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/** A ZooKeeper, and somebody with its shell. */
public final class ZooKeeperHand implements StoreHand {

    static final String FENCES = "/heliograph/fence/";

    private final String name;
    private final ZooKeeperServer server = ZooKeeperServer.start();
    private final CuratorFramework client =
            CuratorFrameworkFactory.newClient(server.connectString(), 10_000, 5_000, new RetryNTimes(20, 500));

    public ZooKeeperHand(String name) {
        this.name = name;
        client.start();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public RealServer server() {
        return server;
    }

    @Override
    public int port() {
        String address = server.connectString();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    @Override
    public Map<String, Object> config(int throughPort) {
        Map<String, Object> store = Stores.zookeeper(name, server);
        store.put("connect", "127.0.0.1:" + throughPort);
        return store;
    }

    /** Every write changes the fence: what was read between two looks at the same fence was there at one moment. */
    @Override
    public Map<String, Stored> entries(String head) throws Exception {
        while (true) {
            Stat before = new Stat();
            long revision = fence(head, before);
            Map<String, Stored> found = new TreeMap<>();
            collect("/" + head, revision, found);
            Stat after = new Stat();
            if (fence(head, after) == revision && before.getVersion() == after.getVersion()) {
                return found;
            }
        }
    }

    private long fence(String head, Stat stat) throws Exception {
        try {
            return Long.parseLong(text(client.getData().storingStatIn(stat).forPath(FENCES + head)));
        } catch (KeeperException.NoNodeException e) {
            return 0;
        }
    }

    private void collect(String path, long revision, Map<String, Stored> found) throws Exception {
        try {
            byte[] data = client.getData().forPath(path);
            if (data != null) {
                found.put(path.substring(1), new Stored(text(data), revision, 0));
            }
            for (String child : client.getChildren().forPath(path)) {
                collect(path + "/" + child, revision, found);
            }
        } catch (KeeperException.NoNodeException e) {
            // it went meanwhile, or was never there
        }
    }

    @Override
    public Source source(String head) {
        return new ZooKeeperSource(client, this, head);
    }

    @Override
    public List<Copy> backUp() throws Exception {
        List<Copy> all = new ArrayList<>();
        for (String top : client.getChildren().forPath("/")) {
            if (!top.equals("zookeeper")) {
                copy("/" + top, all);
            }
        }
        return all;
    }

    private void copy(String path, List<Copy> all) throws Exception {
        byte[] data = client.getData().forPath(path);
        if (data != null) {
            all.add(new Copy(path, text(data), 0));
        }
        for (String child : client.getChildren().forPath(path)) {
            copy(path + "/" + child, all);
        }
    }

    @Override
    public void putBack(List<Copy> backup) throws Exception {
        for (Copy copy : backup) {
            client.create()
                    .orSetData()
                    .creatingParentsIfNeeded()
                    .forPath(copy.place(), copy.value().getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void wipe() throws Exception {
        for (String top : client.getChildren().forPath("/")) {
            if (!top.equals("zookeeper")) {
                client.delete().guaranteed().deletingChildrenIfNeeded().forPath("/" + top);
            }
        }
    }

    private static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
