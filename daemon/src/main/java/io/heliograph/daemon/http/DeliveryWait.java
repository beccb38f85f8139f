package io.heliograph.daemon.http;

import io.heliograph.daemon.http.DeliveryWish.Level;
import io.heliograph.kv.Revision;
import io.heliograph.raft.GroupMember;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One wait for the delivery of a write. Every member that counts is asked once and answers when its stores hold it; one
 * that cannot be asked is tried again after a pause. At the end those that still hold their answer back are asked how
 * they stand.
 *
 * <p>Threads: any; holds none.
 */
final class DeliveryWait {

    /** An abandoned question occupies a place at the member that was asked for no longer than this. */
    static final Duration MAX_QUESTION = Duration.ofSeconds(10);

    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Duration LAST_LOOK = Duration.ofMillis(500);

    /** Asks a member which of its stores hold what is wanted, and waits there for so long until all of them do. */
    interface Question {
        CompletableFuture<Map<String, Boolean>> ask(GroupMember member, Map<String, Revision> wanted, Duration limit);
    }

    private final DeliveryWish wish;
    private final Map<String, Revision> wanted;
    private final String self;
    private final List<GroupMember> asked;
    private final Question question;
    private final Executor threads;
    private final long deadline;
    private final CompletableFuture<Boolean> met = new CompletableFuture<>();

    private final Map<String, Map<String, Boolean>> known = new HashMap<>();
    private final Set<String> unreachable = new HashSet<>();
    private final Map<String, CompletableFuture<Map<String, Boolean>>> open = new HashMap<>();
    private boolean over;

    /**
     * @param wanted what stores are to hold, head to revision
     * @param self id of this node
     * @param members of the group
     * @param threads for what is to be done with answers
     */
    DeliveryWait(
            DeliveryWish wish,
            Map<String, Revision> wanted,
            String self,
            List<GroupMember> members,
            Question question,
            Executor threads) {
        this.wish = wish;
        this.wanted = wanted;
        this.self = self;
        this.asked = wish.level() == Level.LOCAL
                ? members.stream().filter(member -> member.id().equals(self)).toList()
                : members;
        this.question = question;
        this.threads = threads;
        this.deadline = System.nanoTime() + wish.timeout().toNanos();
    }

    /** Begins; completes with whether it came as far as was wished for, in time. */
    CompletableFuture<Boolean> start() {
        asked.forEach(this::ask);
        met.completeOnTimeout(false, wish.timeout().toNanos(), TimeUnit.NANOSECONDS);
        return met.thenComposeAsync(
                reached -> lookAgain().thenApplyAsync(seen -> reached || isMet(), threads), threads);
    }

    /** Ends it now. */
    void end() {
        met.complete(false);
    }

    private void askAgain(GroupMember member) {
        if (!met.isDone()) {
            ask(member);
        }
    }

    /** At first even where enough of the others have answered by now: it is told of all the same. */
    private void ask(GroupMember member) {
        Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        CompletableFuture<Map<String, Boolean>> answer =
                askFor(member, left.compareTo(MAX_QUESTION) > 0 ? MAX_QUESTION : left);
        synchronized (this) {
            open.put(member.id(), answer);
        }
        answer.whenComplete((stores, failure) -> answered(member, stores));
    }

    private CompletableFuture<Map<String, Boolean>> askFor(GroupMember member, Duration limit) {
        try {
            return question.ask(member, wanted, limit);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void answered(GroupMember member, @Nullable Map<String, Boolean> stores) {
        note(member, stores);
        if (isMet()) {
            met.complete(true);
        } else if (!isComplete(member.id()) && !met.isDone()) {
            CompletableFuture.delayedExecutor(RETRY.toMillis(), TimeUnit.MILLISECONDS, threads)
                    .execute(() -> askAgain(member));
        }
    }

    private synchronized void note(GroupMember member, @Nullable Map<String, Boolean> stores) {
        if (over) {
            return;
        }
        open.remove(member.id());
        if (stores == null) {
            unreachable.add(member.id());
        } else {
            unreachable.remove(member.id());
            known.put(member.id(), stores);
        }
    }

    private synchronized boolean isComplete(String id) {
        Map<String, Boolean> stores = known.get(id);
        return stores != null && stores.values().stream().allMatch(held -> held);
    }

    private boolean isMet() {
        return switch (wish.level()) {
            case COMMITTED -> true;
            case LOCAL -> isComplete(self);
            case QUORUM -> {
                List<GroupMember> voting =
                        asked.stream().filter(GroupMember::voting).toList();
                yield voting.stream().filter(member -> isComplete(member.id())).count() > voting.size() / 2;
            }
            case ALL -> asked.stream().allMatch(member -> isComplete(member.id()));
        };
    }

    /** Asks those that have not answered how they stand; they have a moment for it. */
    private CompletableFuture<Boolean> lookAgain() {
        Set<String> silent;
        synchronized (this) {
            silent = Set.copyOf(open.keySet());
        }
        CompletableFuture<Boolean> looks = CompletableFuture.completedFuture(true);
        for (GroupMember member : asked) {
            if (silent.contains(member.id())) {
                looks = looks.thenCombine(look(member), Boolean::logicalAnd);
            }
        }
        return looks.whenComplete((seen, failure) -> finish());
    }

    private CompletableFuture<Boolean> look(GroupMember member) {
        return askFor(member, Duration.ZERO)
                .orTimeout(LAST_LOOK.toMillis(), TimeUnit.MILLISECONDS)
                .handle((stores, failure) -> {
                    note(member, stores);
                    return failure == null;
                });
    }

    /** What comes in from now on is not heard: a question that is withdrawn says nothing about who was asked. */
    private void finish() {
        List<CompletableFuture<Map<String, Boolean>>> questions;
        synchronized (this) {
            over = true;
            questions = List.copyOf(open.values());
        }
        questions.forEach(question -> question.cancel(true));
    }

    /** Of each member that was asked and answered, what it said last. */
    synchronized Map<String, Map<String, Boolean>> known() {
        return new LinkedHashMap<>(known);
    }

    /** The members that were asked and did not answer last time, in order. */
    synchronized List<String> unreachable() {
        return asked.stream().map(GroupMember::id).filter(unreachable::contains).toList();
    }
}
