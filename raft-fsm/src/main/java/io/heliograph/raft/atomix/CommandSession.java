package io.heliograph.raft.atomix;

import io.atomix.primitive.PrimitiveBuilder;
import io.atomix.primitive.PrimitiveId;
import io.atomix.primitive.PrimitiveManagementService;
import io.atomix.primitive.PrimitiveType;
import io.atomix.primitive.PrimitiveTypeRegistry;
import io.atomix.primitive.config.PrimitiveConfig;
import io.atomix.primitive.operation.OperationId;
import io.atomix.primitive.operation.PrimitiveOperation;
import io.atomix.primitive.service.BackupInput;
import io.atomix.primitive.service.BackupOutput;
import io.atomix.primitive.service.Commit;
import io.atomix.primitive.service.PrimitiveService;
import io.atomix.primitive.service.ServiceConfig;
import io.atomix.primitive.service.ServiceContext;
import io.atomix.primitive.session.Session;
import io.atomix.primitive.session.SessionId;
import io.atomix.protocols.raft.ReadConsistency;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.service.RaftServiceContext;
import io.atomix.protocols.raft.session.RaftSession;
import io.atomix.protocols.raft.storage.log.entry.CommandEntry;
import io.atomix.utils.concurrent.ThreadContextFactory;
import io.atomix.utils.serializer.Namespaces;
import io.atomix.utils.serializer.Serializer;
import io.atomix.utils.time.WallClockTimestamp;
import java.util.Collection;
import java.util.List;

/**
 * The library takes a command only from a session. This is one that every node has from the start, is never written to
 * the log, never expires and cannot wedge: sequence numbers are drawn on the Raft thread at the moment of appending, so
 * no command ever waits for an earlier one.
 */
@SuppressWarnings("rawtypes") // the library's own interfaces are raw
final class CommandSession {

    private static final long ID = 1;
    private static final OperationId APPEND = OperationId.command("append");
    private static final OperationId MEMBERS = OperationId.command("members");

    private final RaftSession session;

    CommandSession(GuardedRaftContext raft, ThreadContextFactory threads) {
        Type type = new Type();
        RaftServiceContext service = new RaftServiceContext(
                PrimitiveId.from(ID), "heliograph", type, new ServiceConfig(), new NoService(), raft, threads);
        RaftSession opened = new RaftSession(
                SessionId.from(ID),
                raft.localMemberId(),
                "heliograph",
                type,
                ReadConsistency.LINEARIZABLE,
                0,
                Long.MAX_VALUE,
                System.currentTimeMillis(),
                Serializer.using(Namespaces.BASIC),
                service,
                raft,
                threads);
        this.session = raft.getSessions().addSession(opened);
    }

    /** The next request; on the Raft thread only, and it must be handed to the server at once. */
    CommandRequest request(byte[] command) {
        return request(APPEND, command);
    }

    /** The next request with a list of members; see {@link #request(byte[])}. */
    CommandRequest membersRequest(byte[] members) {
        return request(MEMBERS, members);
    }

    private CommandRequest request(OperationId operation, byte[] bytes) {
        return CommandRequest.builder()
                .withSession(ID)
                .withSequence(session.nextRequestSequence())
                .withOperation(PrimitiveOperation.operation(operation, bytes))
                .build();
    }

    /** Whether an entry holds a list of members, which is nothing for the application. */
    static boolean isMembers(CommandEntry entry) {
        return entry.operation().id().id().equals(MEMBERS.id());
    }

    static PrimitiveTypeRegistry types() {
        return new PrimitiveTypeRegistry() {
            @Override
            public Collection<PrimitiveType> getPrimitiveTypes() {
                return List.of();
            }

            @Override
            public PrimitiveType getPrimitiveType(String name) {
                return new Type();
            }
        };
    }

    /** Exists because a session must be of some type. */
    private static final class Type implements PrimitiveType {
        @Override
        public String name() {
            return "heliograph";
        }

        @Override
        public PrimitiveConfig newConfig() {
            throw new IllegalStateException("primitives are not used");
        }

        @Override
        public PrimitiveBuilder newBuilder(String name, PrimitiveConfig config, PrimitiveManagementService service) {
            throw new IllegalStateException("primitives are not used");
        }

        @Override
        public PrimitiveService newService(ServiceConfig config) {
            return new NoService();
        }
    }

    /** Exists because a session must have a service; {@link StateMachineDriver} never calls it. */
    private static final class NoService implements PrimitiveService {
        @Override
        public void init(ServiceContext context) {}

        @Override
        public void tick(WallClockTimestamp time) {}

        @Override
        public Serializer serializer() {
            return Serializer.using(Namespaces.BASIC);
        }

        @Override
        public void backup(BackupOutput output) {
            throw new IllegalStateException("primitives are not used");
        }

        @Override
        public void restore(BackupInput input) {
            throw new IllegalStateException("primitives are not used");
        }

        @Override
        public byte[] apply(Commit<byte[]> commit) {
            throw new IllegalStateException("primitives are not used");
        }

        @Override
        public void register(Session session) {}

        @Override
        public void expire(SessionId session) {}

        @Override
        public void close(SessionId session) {}
    }
}
