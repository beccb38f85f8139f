package io.heliograph.raft.atomix;

import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Counts the appends that are on their way to each member. The library sets its own count to 0 whenever it begins with a
 * member anew (a new leadership, a changed vote) and takes 1 off for each answer that still comes in: below 0 it sends
 * that member nothing any more. Here the count is put right after each new beginning.
 *
 * <p>Threads: the Raft thread.
 */
final class InFlight {

    private final IdentityHashMap<RaftMemberContext, Integer> counts = new IdentityHashMap<>();

    /**
     * Counts one request from now until the library has heard of its end.
     *
     * @param heard runs on the Raft thread after the library has heard
     * @return what the library waits for; it must do so within the current task of the Raft thread
     */
    <T> CompletableFuture<T> track(
            @Nullable RaftMemberContext to, CompletableFuture<T> reply, Executor raftThread, Runnable heard) {
        if (to == null) {
            return reply;
        }
        counts.merge(to, 1, Integer::sum);
        CompletableFuture<T> told = new CompletableFuture<>();
        reply.whenCompleteAsync(
                (response, error) -> {
                    // queues what the library does on the Raft thread, before what is queued below
                    if (error == null) {
                        told.complete(response);
                    } else {
                        told.completeExceptionally(error);
                    }
                    raftThread.execute(() -> {
                        counts.computeIfPresent(to, (member, count) -> count == 1 ? null : count - 1);
                        heard.run();
                    });
                },
                raftThread);
        return told;
    }

    /** The members' counts as they are before something that may make the library forget them. */
    Before before(Collection<RaftMemberContext> members) {
        List<Before.Member> all = new ArrayList<>();
        for (RaftMemberContext member : members) {
            int count = counts.getOrDefault(member, 0);
            if (count > 0) {
                all.add(new Before.Member(member, count));
            }
        }
        return new Before(all);
    }

    /** What was on its way at a moment. */
    static final class Before {

        private record Member(RaftMemberContext member, int count) {}

        private final List<Member> members;

        private Before(List<Member> members) {
            this.members = members;
        }

        /** Tells the library of what it forgot. Only where it began anew with all of these members. */
        void restore() {
            for (Member each : members) {
                for (int i = 0; i < each.count; i++) {
                    each.member.startAppend();
                }
            }
        }
    }
}
