package io.heliograph.it.faults;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the nodes and the clients talk over. */
interface Network extends AutoCloseable {
    /** Addresses of a node: {@code host:port} for Raft, a base URL for HTTP. */
    record Endpoint(String raft, String http) {}

    /** One line for people. */
    String describe();

    /** Whether one direction of a link can be cut alone, and clients can be cut off. */
    boolean cutsOneWay();

    /** What a node's command line has to begin with. */
    List<String> commandPrefix(String node);

    /** Where a node listens, and clients reach it. */
    Endpoint own(String node);

    /** The address of a node's own machine, at which it and the clients reach what runs there besides. */
    String machine(String node);

    /** Where this node reaches each one, itself included. */
    Map<String, Endpoint> seenFrom(String node);

    /** Lets nothing pass in these directions, and everything in all others. */
    void apply(Set<Cuts.Pair> cuts);

    @Override
    void close();
}
