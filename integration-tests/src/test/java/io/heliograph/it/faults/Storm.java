package io.heliograph.it.faults;

import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Kills a node and starts it again, over and over, sometimes before it has got anywhere. One thread of its own. */
final class Storm {
    private static final int MOST_DOWN_MILLIS = 1_000;
    private static final int MOST_UP_MILLIS = 3_000;

    private final FaultNode node;
    private final Group group;
    private final Random random;
    private final Thread thread = new Thread(this::run, "storm");
    private volatile boolean ended;

    Storm(FaultNode node, Group group, Random random) {
        this.node = node;
        this.group = group;
        this.random = random;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Returns when the node has been started for the last time. */
    void end() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!ended) {
                node.kill9();
                TimeUnit.MILLISECONDS.sleep(random.nextInt(MOST_DOWN_MILLIS));
                group.launch(node);
                TimeUnit.MILLISECONDS.sleep(random.nextInt(MOST_UP_MILLIS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
