package io.heliograph.daemon.fakes;

import io.heliograph.command.Command;
import io.heliograph.command.Command.PutEntry;
import io.heliograph.command.Command.SetMaster;
import io.heliograph.command.CommandCodec;
import io.heliograph.command.HostPort;
import io.heliograph.command.Master;
import io.heliograph.fsm.DesiredState;
import io.heliograph.fsm.StateListener;
import io.heliograph.fsm.StateMachine;
import io.heliograph.kv.Entry;
import io.heliograph.kv.WriteSet;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A real state machine with a log of its own, so that tests can decide things. */
public final class Decisions implements StateListener {

    private final StateMachine machine = new StateMachine("test", this);
    private Consumer<Collection<String>> changes = heads -> {};
    private Runnable restores = () -> {};
    private long index;

    /** Is told of changed heads from now on. */
    public void listen(Consumer<Collection<String>> onChange, Runnable onRestore) {
        changes = onChange;
        restores = onRestore;
    }

    public StateMachine machine() {
        return machine;
    }

    public DesiredState desired() {
        return machine.state().desired();
    }

    /** What a store should hold, by head. */
    public Map<String, WriteSet> wanted() {
        Map<String, WriteSet> wanted = new TreeMap<>();
        desired().all().forEach(set -> wanted.put(set.head(), set));
        return wanted;
    }

    public WriteSet set(String head) {
        return desired().get(head).orElseThrow();
    }

    public void put(String key, String value) {
        decide(new PutEntry(new Entry(key, value)));
    }

    public void master(String alias, String address) {
        Master master = new Master(HostPort.parse(address), "10.0.0.1", "");
        decide(new SetMaster(alias, "mysql/master", master, null, true, "", 0));
    }

    public void decide(Command command) {
        index = Math.max(index, machine.state().lastIndex()) + 1;
        machine.apply(index, CommandCodec.encode(command));
    }

    /** Applies what was decided elsewhere. */
    public void decideAt(long at, Command command) {
        index = at;
        machine.apply(at, CommandCodec.encode(command));
    }

    @Override
    public void changed(Collection<String> heads) {
        changes.accept(heads);
    }

    @Override
    public void masterChanged(long at) {
        // nobody here takes snapshots
    }

    @Override
    public void restored() {
        restores.run();
    }
}
