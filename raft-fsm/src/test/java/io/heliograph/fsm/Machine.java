package io.heliograph.fsm;

import io.heliograph.command.Command;
import io.heliograph.command.Command.AliasedMaster;
import io.heliograph.command.Command.ForgetCluster;
import io.heliograph.command.Command.PutEntry;
import io.heliograph.command.Command.SetMaster;
import io.heliograph.command.Command.SubmitMasters;
import io.heliograph.command.CommandCodec;
import io.heliograph.command.HostPort;
import io.heliograph.command.Master;
import io.heliograph.fsm.CommandResult.Done;
import io.heliograph.fsm.CommandResult.Refused;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import io.heliograph.kv.WriteSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** A state machine with the words that tests use, and a listener that writes down what it hears. */
final class Machine implements StateListener {

    static final String CLUSTER = "test";
    static final String PREFIX = "mysql/master";

    final List<String> heard = new ArrayList<>();
    final StateMachine machine = new StateMachine(CLUSTER, this);
    private long index;

    @Override
    public void changed(Collection<String> heads) {
        heads.forEach(head -> {
            WriteSet set = machine.state().desired().get(head).orElseThrow();
            heard.add("changed " + head + " " + set.revision().index());
        });
    }

    @Override
    public void masterChanged(long at) {
        heard.add("masterChanged " + at);
    }

    @Override
    public void restored() {
        heard.add("restored " + machine.state().lastIndex());
    }

    CommandResult apply(Command command) {
        return applyAt(index + 1, command);
    }

    CommandResult applyAt(long at, Command command) {
        CommandResult result = ResultCodec.decode(machine.apply(at, CommandCodec.encode(command)));
        index = at;
        return result;
    }

    CommandResult register(String alias, String master) {
        return apply(setMaster(alias, master, null, true));
    }

    Done done(Command command) {
        return (Done) apply(command);
    }

    Refused refused(Command command) {
        return (Refused) apply(command);
    }

    static SetMaster setMaster(String alias, String master, String expected, boolean register) {
        HostPort was = expected == null ? null : HostPort.parse(expected);
        return new SetMaster(alias, PREFIX, master(master), was, register, "because", 1234);
    }

    static SetMaster failover(String alias, String master) {
        return setMaster(alias, master, null, false);
    }

    static SubmitMasters submit(AliasedMaster... masters) {
        return new SubmitMasters(PREFIX, Arrays.asList(masters), 99);
    }

    static AliasedMaster aliased(String alias, String address, String ipv4) {
        return new AliasedMaster(alias, new Master(HostPort.parse(address), ipv4, ""));
    }

    static ForgetCluster forget(String alias) {
        return new ForgetCluster(alias);
    }

    static PutEntry put(String key, String value) {
        return new PutEntry(new Entry(key, value));
    }

    static Master master(String address) {
        return new Master(HostPort.parse(address), "10.0.0.1", "");
    }

    static Revision revision(long at) {
        return Revision.of(1, at);
    }

    String value(String key) {
        return machine.state().desired().owning(key).stream()
                .flatMap(set -> set.entries().stream())
                .filter(entry -> entry.key().equals(key))
                .map(Entry::value)
                .findFirst()
                .orElse("nothing");
    }

    Revision revisionOf(String key) {
        return machine.state().desired().owning(key).map(WriteSet::revision).orElse(Revision.NONE);
    }
}
