package io.heliograph.daemon.http;

import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.config.Reload;
import io.heliograph.daemon.delivery.Delivery;
import io.heliograph.daemon.masters.MasterControl;
import io.heliograph.daemon.metrics.Metrics;
import io.heliograph.fsm.StateMachine;
import io.heliograph.raft.ReplicatedLog;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Puts everything behind the HTTP door. */
public final class HttpApi {

    private HttpApi() {}

    /**
     * Begins to answer at an open door.
     *
     * @param caughtUp whether this node has caught up with a leader since it started
     */
    public static void serve(
            HttpDoor httpDoor,
            Configuration configuration,
            NodeIdentity identity,
            ReplicatedLog log,
            StateMachine machine,
            Delivery delivery,
            MasterControl masters,
            Metrics metrics,
            Reload reload,
            BooleanSupplier caughtUp) {
        Peers peers = new Peers(configuration.node().id(), identity);
        Members members = new Members(log);
        WriteDoor door = new WriteDoor(configuration, log, members, peers);
        WriteAnswers answers =
                new WriteAnswers(configuration, () -> machine.state().desired(), delivery);
        DeliveredApi delivered = new DeliveredApi(configuration, delivery, peers);
        WriteWaits waits =
                new WriteWaits(configuration.node().id(), door, answers, members, delivered, httpDoor.threads());
        MembersApi membersApi = new MembersApi(configuration, log, members, door, answers);
        Router router = new Router();
        new V1Api(configuration, log, machine, delivery, masters, members, peers, waits, caughtUp).addTo(router);
        delivered.addTo(router);
        new FailoversApi(configuration, machine, delivery, members, peers, caughtUp).addTo(router);
        membersApi.addTo(router);
        Predicate<String> unknownHere = hint ->
                caughtUp.getAsBoolean() && machine.state().clusters().find(hint).isEmpty();
        new OrchestratorApi(configuration, log, masters, members, peers, door, unknownHere).addTo(router);
        new OrchestratorHealthApi(configuration.node().id(), log, members, peers).addTo(router);
        new OrchestratorClustersApi(machine::state, masters, new LeaderReads(log, members, peers, caughtUp), door)
                .addTo(router);
        new OrchestratorMembersApi(configuration, log, members, door, membersApi).addTo(router);
        new EpochApi(
                        configuration.cluster(),
                        machine,
                        delivery,
                        configuration.kv().masterPrefix(),
                        masters,
                        door,
                        answers)
                .addTo(router);
        new HealthApi(log, delivery, metrics).addTo(router);
        new OpenApi().addTo(router);
        new ReloadApi(reload).addTo(router);
        new PendingApi(configuration, delivery, members, peers).addTo(router);
        EventsApi events = new EventsApi(log, machine, delivery, new NodeView(configuration, log, machine, delivery));
        events.addTo(router);
        new PageFiles().addTo(router);
        httpDoor.serve(
                router,
                () -> {
                    waits.end();
                    delivery.endWaits();
                    events.close();
                },
                metrics::answered);
    }
}
