package io.heliograph.daemon.http;

import io.heliograph.daemon.delivery.Delivery;
import io.heliograph.daemon.metrics.Metrics;
import io.heliograph.raft.Leadership;
import io.heliograph.raft.ReplicatedLog;

/** Health checks and metrics, from what this node knows by itself. A dead store never makes a node unhealthy. */
final class HealthApi {

    private final ReplicatedLog log;
    private final Delivery delivery;
    private final Metrics metrics;

    HealthApi(ReplicatedLog log, Delivery delivery, Metrics metrics) {
        this.log = log;
        this.delivery = delivery;
        this.metrics = metrics;
    }

    void addTo(Router router) {
        router.add("GET", "/health/live", Access.OPEN, exchange -> Answer.text(200, "live\n"))
                .add(
                        "GET",
                        "/health/ready",
                        Access.OPEN,
                        exchange -> check(
                                log.leadership().hasQuorum() && delivery.isOpen(), "ready", "not ready: no quorum yet"))
                .add("GET", "/health/leader", Access.OPEN, exchange -> {
                    Leadership at = log.leadership();
                    return check(at.isLeader() && at.hasQuorum(), "leader", "not the leader");
                })
                .add(
                        "GET",
                        "/metrics",
                        exchange -> new Answer(
                                200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape(), java.util.Map.of()));
    }

    private static Answer check(boolean good, String yes, String no) {
        return Answer.text(good ? 200 : 503, (good ? yes : no) + "\n");
    }
}
