package io.heliograph.it.faults;

import java.util.Optional;
import java.util.function.Function;

/** Every kind of fault, how often it is drawn compared to the others, and how it begins. */
enum FaultKind {
    KILL(10, Faults::kill),
    KILL_LEADER(10, Faults::killLeader),
    TERMINATE(6, Faults::terminate),
    PAUSE(8, Faults::pause),
    PAUSE_LEADER(8, Faults::pauseLeader),
    CUT(6, Faults::cut),
    CUT_ONE_WAY(8, Faults::cutOneWay),
    SPLIT(6, Faults::split),
    ISOLATE_LEADER(8, Faults::isolateLeader),
    CUT_CLIENTS(3, Faults::cutClients),
    LOSE_MAJORITY(6, Faults::loseMajority),
    KILL_ALL(6, Faults::killAll),
    RESTART_STORM(5, Faults::restartStorm),
    SNAPSHOT(8, Faults::snapshot),
    TRANSFER(5, Faults::transfer),
    WIPE(8, Faults::wipe),
    MEMBERS(8, Faults::members),
    PAUSE_STORE(6, Faults::pauseStore);

    final int weight;
    private final Function<Faults, Optional<Fault>> begin;

    FaultKind(int weight, Function<Faults, Optional<Fault>> begin) {
        this.weight = weight;
        this.begin = begin;
    }

    /** Empty when it is not possible at the moment. */
    Optional<Fault> begin(Faults faults) {
        return begin.apply(faults);
    }
}
