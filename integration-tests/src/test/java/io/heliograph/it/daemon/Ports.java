package io.heliograph.it.daemon;

/** Where a node is reached on 127.0.0.1. */
record Ports(int raft, int http) {
    String raftAddress() {
        return "127.0.0.1:" + raft;
    }

    String httpUrl() {
        return "http://127.0.0.1:" + http;
    }
}
