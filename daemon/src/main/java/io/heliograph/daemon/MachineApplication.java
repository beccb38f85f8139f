package io.heliograph.daemon;

import io.heliograph.fsm.StateMachine;
import io.heliograph.raft.LogApplication;

/** The state machine behind the log. */
record MachineApplication(StateMachine machine) implements LogApplication {

    @Override
    public byte[] apply(long index, byte[] command) {
        return machine.apply(index, command);
    }

    @Override
    public byte[] snapshot() {
        return machine.snapshot();
    }

    @Override
    public void restore(byte[] snapshot) {
        machine.restore(snapshot);
    }
}
