package io.heliograph.it.servers;

import com.github.dockerjava.api.DockerClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** A server in a container, on the same loopback port each time it starts. */
final class ContainerHost implements ServerHost {
    private static final int CHECK_LIMIT_SECONDS = 20;

    private static @Nullable Boolean engineRuns;

    private final GenericContainer<?> container;

    /**
     * Prepares a container, or ends the test when no engine runs.
     *
     * @param server the name for "skipped: needs …"
     */
    ContainerHost(String server, String image, int port, int insidePort, Map<String, String> environment) {
        if (!engineRuns()) {
            throw ServerBinaries.missing(server);
        }
        container = new GenericContainer<>(DockerImageName.parse(image))
                .withEnv(environment)
                .withExposedPorts(insidePort);
        container.setPortBindings(List.of("127.0.0.1:" + port + ":" + insidePort));
    }

    ContainerHost withCommand(String... command) {
        container.withCommand(command);
        return this;
    }

    @Override
    public void start() {
        if (container.getContainerId() == null) {
            container.start();
        } else {
            docker().startContainerCmd(container.getContainerId()).exec();
        }
    }

    @Override
    public void kill() {
        if (isAlive()) {
            docker().killContainerCmd(container.getContainerId()).exec();
        }
    }

    @Override
    public void pause() {
        docker().pauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void resume() {
        docker().unpauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public boolean isAlive() {
        return container.isRunning();
    }

    @Override
    public String lastLines() {
        return container.getContainerId() == null ? "(no container)" : container.getLogs();
    }

    @Override
    public void close() {
        container.stop();
    }

    private static DockerClient docker() {
        return DockerClientFactory.instance().client();
    }

    /** Whether an engine answers; asked once, and only when a binary is missing. */
    private static synchronized boolean engineRuns() {
        if (engineRuns == null) {
            try {
                engineRuns = CompletableFuture.supplyAsync(
                                () -> DockerClientFactory.instance().isDockerAvailable())
                        .get(CHECK_LIMIT_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            } catch (ExecutionException | TimeoutException e) {
                engineRuns = false;
            }
        }
        return engineRuns;
    }
}
