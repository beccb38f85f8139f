package io.heliograph.it.servers;

/** Where a server runs: a process of this machine, or a container. */
interface ServerHost {
    /** Starts it, or starts it again with the data it left. Does not wait until it answers. */
    void start();

    /** Ends it as a power cut would. */
    void kill();

    void pause();

    void resume();

    boolean isAlive();

    /** The last lines it wrote, for the message of a failure. */
    String lastLines();

    /** Ends it for good and removes what it left. */
    void close();
}
