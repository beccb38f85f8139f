package io.heliograph.fsm;

import io.heliograph.command.HostPort;
import io.heliograph.kv.Revision;

/**
 * One change of a cluster's master.
 *
 * @param alias the cluster
 * @param from the master before
 * @param to the master since
 * @param reason what the caller gave as a reason, may be empty
 * @param revision where in the log it was decided
 * @param decidedAt milliseconds since 1970, by the clock of the leader that decided it
 * @param by who asked for it; empty where that is not known
 */
public record Failover(
        String alias, HostPort from, HostPort to, String reason, Revision revision, long decidedAt, String by) {}
