package io.heliograph.daemon.config;

import io.heliograph.kv.zookeeper.ZooKeeperAccessSettings;
import io.heliograph.kv.zookeeper.ZooKeeperTlsSettings;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads {@code acl} and {@code tls} of a ZooKeeper store, and the files that are named there. */
final class ZooKeeperAccessReader {

    private enum Acl {
        OPEN,
        CREATOR
    }

    /**
     * @param login what the store's auth-file holds, null where there is none that can be read
     * @return something that can be used, although perhaps not what is written; the problems have been recorded then
     */
    ZooKeeperAccessSettings read(Section store, @Nullable String login) {
        ZooKeeperTlsSettings tls = readTls(store);
        boolean ours = readAcl(store, login != null);
        if (ours && login == null && !store.has("auth-file")) {
            store.problem("acl", "'creator' needs an auth-file: nodes would belong to nobody");
        }
        try {
            return new ZooKeeperAccessSettings(login, ours && login != null, tls);
        } catch (IllegalArgumentException e) {
            store.problem("auth-file", String.valueOf(e.getMessage()));
            return new ZooKeeperAccessSettings(null, false, tls);
        }
    }

    /** Nodes belong to whoever logs in, unless it is said otherwise. */
    private static boolean readAcl(Section store, boolean hasLogin) {
        return store.optionalChoice("acl", Acl.class).orElse(hasLogin ? Acl.CREATOR : Acl.OPEN) == Acl.CREATOR;
    }

    private @Nullable ZooKeeperTlsSettings readTls(Section store) {
        if (!store.hasBlock("tls", StoreTlsReader.KEYS)) {
            return null;
        }
        Section section = store.section("tls");
        Optional<Path> ca = section.file("ca");
        Optional<Path> certificate = section.optionalFile("certificate");
        Optional<Path> key = section.optionalFile("key");
        section.done();
        if (ca.isEmpty()) {
            return null;
        }
        if (certificate.isPresent() != key.isPresent()) {
            store.problem("tls", "certificate and key go together");
            return null;
        }
        ZooKeeperTlsSettings tls = new ZooKeeperTlsSettings(ca.get(), certificate.orElse(null), key.orElse(null));
        tls.problems().forEach(section::problem);
        return tls;
    }
}
