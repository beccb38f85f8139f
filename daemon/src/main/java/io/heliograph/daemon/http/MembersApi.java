package io.heliograph.daemon.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.command.HostPort;
import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.masters.WriteOutcome;
import io.heliograph.raft.CommitOutcome;
import io.heliograph.raft.GroupMember;
import io.heliograph.raft.MemberChange;
import io.heliograph.raft.ReplicatedLog;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code /v1/members}: who belongs to the group, and changes of that. Each changes one member. */
final class MembersApi {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Duration HAND_OVER_LIMIT = Duration.ofSeconds(2);

    private final Configuration configuration;
    private final ReplicatedLog log;
    private final Members members;
    private final WriteDoor door;
    private final WriteAnswers answers;

    MembersApi(Configuration configuration, ReplicatedLog log, Members members, WriteDoor door, WriteAnswers answers) {
        this.configuration = configuration;
        this.log = log;
        this.members = members;
        this.door = door;
        this.answers = answers;
    }

    void addTo(Router router) {
        router.add("GET", "/v1/members", exchange -> Answer.json(200, list()))
                .add("POST", "/v1/members", Access.ADMIN, this::add)
                .add("PUT", "/v1/members/{id}", Access.ADMIN, this::replace)
                .add("DELETE", "/v1/members/{id}", Access.ADMIN, this::remove);
    }

    private ArrayNode list() {
        ArrayNode list = Json.array();
        members.all().forEach(member -> list.add(json(member)));
        return list;
    }

    static ObjectNode json(GroupMember member) {
        return Json.object()
                .put("id", member.id())
                .put("raft", member.raft())
                .put("http", member.http())
                .put("voting", member.voting());
    }

    private Answer add(Exchange exchange) {
        ObjectNode body = Json.body(exchange.body(), List.of("id", "raft", "http"));
        MemberChange.Add add = checked(
                Json.requiredText(body, "id"), Json.requiredText(body, "raft"), Json.requiredText(body, "http"));
        return door.write(exchange, () -> change(add), this::render);
    }

    private Answer replace(Exchange exchange) {
        ObjectNode body = Json.body(exchange.body(), List.of("raft", "http"));
        MemberChange.Replace replace = new MemberChange.Replace(
                checkId(exchange.path("id")),
                checkRaft(Json.requiredText(body, "raft")),
                checkHttp(Json.requiredText(body, "http")));
        return door.write(exchange, () -> change(replace), this::render);
    }

    private Answer remove(Exchange exchange) {
        String id = checkId(exchange.path("id"));
        return door.write(exchange, () -> change(new MemberChange.Remove(id)), this::render);
    }

    /** Carries a change out on the leader. A leader that is to go hands leadership over first, and its heir does it. */
    WriteOutcome change(MemberChange change) {
        boolean takesLeaderAway = !(change instanceof MemberChange.Add)
                && change.id().equals(configuration.node().id());
        if (takesLeaderAway && log.leadership().isLeader()) {
            return handOver();
        }
        CommitOutcome outcome =
                log.changeMembers(change, configuration.http().requestTimeout()).join();
        if (outcome instanceof CommitOutcome.Committed committed) {
            return new WriteOutcome.MembersChanged(committed.index());
        }
        if (outcome instanceof CommitOutcome.Rejected rejected) {
            return switch (rejected.reason()) {
                case NOT_LEADER -> new WriteOutcome.NotLeader();
                case REFUSED -> new WriteOutcome.MembersRefused(rejected.message());
                default -> new WriteOutcome.Unavailable(rejected.message());
            };
        }
        return new WriteOutcome.Unknown(((CommitOutcome.Unknown) outcome).cause());
    }

    private WriteOutcome handOver() {
        Optional<GroupMember> heir = members.all().stream()
                .filter(GroupMember::voting)
                .filter(member -> !member.id().equals(configuration.node().id()))
                .filter(member -> {
                    try {
                        log.transferLeadership(member.id(), HAND_OVER_LIMIT)
                                .orTimeout(HAND_OVER_LIMIT.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
                                .join();
                        return true;
                    } catch (RuntimeException e) {
                        return false;
                    }
                })
                .findFirst();
        return heir.isPresent()
                ? new WriteOutcome.NotLeader()
                : new WriteOutcome.MembersRefused("this node leads, and no other member could take over");
    }

    private Answer render(WriteOutcome outcome) {
        if (outcome instanceof WriteOutcome.MembersChanged changed) {
            ObjectNode body = Json.object().put("outcome", "committed").put("index", changed.index());
            body.set("members", list());
            return Answer.json(200, body);
        }
        if (outcome instanceof WriteOutcome.MembersRefused refused) {
            return ProblemKind.CONFLICT.answer(refused.message(), Json.object().put("outcome", "refused"));
        }
        return answers.render(outcome);
    }

    /**
     * @throws HttpProblem when one of them makes no sense
     */
    static MemberChange.Add checked(String id, String raft, String http) {
        return new MemberChange.Add(checkId(id), checkRaft(raft), checkHttp(http));
    }

    private static String checkId(String id) {
        if (!ID.matcher(id).matches()) {
            throw new HttpProblem(
                    ProblemKind.BAD_REQUEST, "a node id is 1 to 64 letters, digits, dots, dashes and underscores");
        }
        return id;
    }

    private static String checkRaft(String raft) {
        try {
            return HostPort.parse(raft).toString();
        } catch (IllegalArgumentException e) {
            throw new HttpProblem(ProblemKind.BAD_REQUEST, "the field raft: " + e.getMessage());
        }
    }

    private static String checkHttp(String http) {
        try {
            URI uri = new URI(http);
            boolean usable = ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && (uri.getPath() == null || uri.getPath().isEmpty())
                    && uri.getQuery() == null;
            if (usable) {
                return http;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw new HttpProblem(ProblemKind.BAD_REQUEST, "the field http: '" + http + "' is not like http://host:port");
    }
}
