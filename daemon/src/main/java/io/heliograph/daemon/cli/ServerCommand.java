package io.heliograph.daemon.cli;

import io.heliograph.daemon.Daemon;
import io.heliograph.daemon.StartupException;
import io.heliograph.daemon.config.Configuration;
import java.security.Security;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code heliograph server}. */
@Command(name = "server", description = "Run a node until it is told to stop.")
final class ServerCommand implements Callable<Integer> {

    @Mixin
    ConfigOption config = new ConfigOption();

    @Override
    public Integer call() throws InterruptedException {
        Configuration configuration = config.load();
        // a connection that the other node is about to close must not get a write: it closes them after 30 s of silence
        System.setProperty("jdk.httpclient.keepalive.timeout", "15");
        // a master's name may point elsewhere a moment after a failover
        Security.setProperty("networkaddress.cache.ttl", "1");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        Daemon daemon;
        try {
            daemon = Daemon.start(configuration, config::reload);
        } catch (StartupException e) {
            throw new CliException(e.exitCode(), String.valueOf(e.getMessage()));
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            daemon.close();
                            stopped.countDown();
                        },
                        "shutdown"));
        stopped.await();
        return ExitCodes.DONE;
    }
}
