package io.heliograph.daemon.http;

import io.heliograph.daemon.config.Configuration.HttpTls;
import io.heliograph.raft.net.ServerTls;
import io.heliograph.raft.net.TlsFilesException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TLS in front of the HTTP server, 1.2 or newer; a renewed certificate is used for new connections within a second or two. */
final class TlsDoor extends AbstractLifeCycle {

    private static final Logger LOG = LoggerFactory.getLogger(TlsDoor.class);
    private static final long LOOK_SECONDS = 1;

    private final HttpTls files;
    private final SslContextFactory.Server factory;
    private final Scheduler scheduler;
    private List<Object> versions;
    /** Why the files cannot be used, and what has been told; empty when they can. */
    private String problem = "";

    private TlsDoor(HttpTls files, SslContextFactory.Server factory, Scheduler scheduler) {
        this.files = files;
        this.factory = factory;
        this.scheduler = scheduler;
        this.versions = versions(files);
    }

    /**
     * @param http bounds of requests
     * @throws IOException when the certificate cannot be used; the message is one line
     */
    static ServerConnector connector(Server server, HttpTls files, HttpConfiguration http) throws IOException {
        SslContextFactory.Server factory = new SslContextFactory.Server();
        factory.setIncludeProtocols("TLSv1.2", "TLSv1.3");
        // who asks by address, or by a name that only some load balancer knows, is answered all the same
        http.addCustomizer(new SecureRequestCustomizer(false));
        factory.setWantClientAuth(files.clientCa() != null);
        try {
            load(files, factory);
        } catch (TlsFilesException e) {
            throw new IOException("http.tls: " + e.getMessage(), e);
        }
        ServerConnector connector = new ServerConnector(
                server, 1, 1, new SslConnectionFactory(factory, "http/1.1"), new HttpConnectionFactory(http));
        connector.addBean(new TlsDoor(files, factory, connector.getScheduler()));
        return connector;
    }

    private static void load(HttpTls files, SslContextFactory.Server factory) throws TlsFilesException {
        factory.setSslContext(ServerTls.read(
                files.certificate(),
                files.key(),
                Optional.ofNullable(files.clientCa()),
                InstantSource.system().instant()));
    }

    @Override
    protected void doStart() {
        scheduler.schedule(this::look, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        if (!isRunning()) {
            return;
        }
        List<Object> found = versions(files);
        // what makes files usable again need not show: other permissions, or a time that has come
        if (!found.equals(versions) || !problem.isEmpty()) {
            versions = found;
            renew();
        }
        scheduler.schedule(this::look, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private void renew() {
        try {
            ServerTls.read(
                    files.certificate(),
                    files.key(),
                    Optional.ofNullable(files.clientCa()),
                    InstantSource.system().instant());
            factory.reload(same -> {
                try {
                    load(files, factory);
                } catch (TlsFilesException e) {
                    throw new IllegalStateException(e);
                }
            });
            problem = "";
            LOG.info("Answering with the renewed certificate {}", files.certificate());
        } catch (Exception e) {
            String now = String.valueOf(e.getMessage());
            if (!now.equals(problem)) {
                LOG.error("The HTTP server goes on with its old certificate: {}", now);
            }
            problem = now;
        }
    }

    private static List<Object> versions(HttpTls files) {
        List<Object> versions = new ArrayList<>();
        for (Path file : new Path[] {files.certificate(), files.key(), files.clientCa()}) {
            if (file != null) {
                try {
                    versions.add(Files.getLastModifiedTime(file));
                } catch (IOException e) {
                    versions.add("missing");
                }
            }
        }
        return versions;
    }
}
