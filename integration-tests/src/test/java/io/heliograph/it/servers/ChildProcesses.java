package io.heliograph.it.servers;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Every process started by tests of this JVM; none outlives it. */
public final class ChildProcesses {
    private static final Set<ProcessHandle> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(ChildProcesses::killAll, "kill-child-processes"));
    }

    private ChildProcesses() {}

    /** Kills the process, and what it started, when this JVM ends. */
    public static void killAtExit(ProcessHandle process) {
        RUNNING.removeIf(earlier -> !earlier.isAlive());
        RUNNING.add(process);
    }

    static void killAll() {
        for (ProcessHandle process : RUNNING) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
