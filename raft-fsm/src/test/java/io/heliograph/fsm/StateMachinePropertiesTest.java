package io.heliograph.fsm;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.command.Command;
import io.heliograph.command.Command.AliasedMaster;
import io.heliograph.command.Command.Barrier;
import io.heliograph.command.Command.BeginEpoch;
import io.heliograph.command.Command.DeleteCluster;
import io.heliograph.command.Command.DeleteEntry;
import io.heliograph.command.Command.ForgetCluster;
import io.heliograph.command.Command.PutEntry;
import io.heliograph.command.Command.RaiseEpoch;
import io.heliograph.command.Command.SetMaster;
import io.heliograph.command.Command.SubmitMasters;
import io.heliograph.command.HostPort;
import io.heliograph.command.Master;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import io.heliograph.kv.WriteSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever is decided in whatever order. The names are few and their keys overlap, so that commands meet. */
class StateMachinePropertiesTest {

    private static final List<String> ALIASES = List.of("a", "b", "hostname", "port");
    private static final List<String> PREFIXES = List.of("m", "m/a", "m/b", "other/m");
    private static final List<String> KEYS = List.of("m", "m/a", "m/a/hostname", "m/a/port", "m/b", "m/x", "k");

    @Provide
    Arbitrary<List<Command>> histories() {
        return Arbitraries.<Command>oneOf(
                        setMasters(),
                        setMasters(),
                        submits(),
                        puts(),
                        forgets(),
                        deletions(),
                        deletedClusters(),
                        barriers(),
                        epochs())
                .list()
                .ofMaxSize(40);
    }

    private static Arbitrary<Command> setMasters() {
        return Combinators.combine(
                        Arbitraries.of(ALIASES),
                        Arbitraries.of(PREFIXES),
                        masters(),
                        masters().map(Master::address).injectNull(0.7),
                        Arbitraries.of(true, true, false),
                        Arbitraries.of("", "dead"),
                        Arbitraries.longs())
                .as(SetMaster::new);
    }

    private static Arbitrary<Command> submits() {
        return Combinators.combine(
                        Arbitraries.of(PREFIXES),
                        Combinators.combine(Arbitraries.of(ALIASES), masters())
                                .as(AliasedMaster::new)
                                .list()
                                .ofMaxSize(4),
                        Arbitraries.longs())
                .as(SubmitMasters::new);
    }

    private static Arbitrary<Command> puts() {
        return Combinators.combine(Arbitraries.of(KEYS), Arbitraries.of("", "1", "2"))
                .as((key, value) -> new PutEntry(new Entry(key, value)));
    }

    private static Arbitrary<Command> forgets() {
        return Arbitraries.of(ALIASES).map(ForgetCluster::new);
    }

    private static Arbitrary<Command> deletions() {
        return Arbitraries.of(KEYS).map(DeleteEntry::new);
    }

    private static Arbitrary<Command> deletedClusters() {
        return Arbitraries.of(ALIASES).map(DeleteCluster::new);
    }

    private static Arbitrary<Command> epochs() {
        return Arbitraries.longs()
                .between(1, 4)
                .flatMap(epoch -> Arbitraries.of(new RaiseEpoch(epoch), new BeginEpoch(epoch)));
    }

    private static Arbitrary<Command> barriers() {
        return Arbitraries.create(Barrier::new);
    }

    private static Arbitrary<Master> masters() {
        return Combinators.combine(Arbitraries.of("db1:1", "db2:2", "[::1]:3"), Arbitraries.of("", "10.0.0.1"))
                .as((address, ipv4) -> new Master(HostPort.parse(address), ipv4, ""));
    }

    @Property(tries = 500)
    void when_two_machines_apply_the_same_commands_then_results_and_digests_are_equal(
            @ForAll("histories") List<Command> history) {
        Machine one = new Machine();
        Machine two = new Machine();
        for (Command command : history) {
            assertThat(one.apply(command)).isEqualTo(two.apply(command));
            assertThat(one.machine.digest()).isEqualTo(two.machine.digest());
        }
        assertThat(one.heard).isEqualTo(two.heard);
    }

    @Property(tries = 500)
    void when_a_machine_takes_a_snapshot_on_the_way_then_it_comes_to_the_same_state(
            @ForAll("histories") List<Command> history, @ForAll @IntRange(max = 40) int at) {
        Machine one = new Machine();
        Machine two = new Machine();
        two.register("something", "else:1");
        int index = 0;
        for (Command command : history) {
            if (index == Math.min(at, history.size() - 1)) {
                two.machine.restore(one.machine.snapshot());
            }
            index++;
            CommandResult result = one.applyAt(index, command);
            if (index > Math.min(at, history.size() - 1)) {
                assertThat(two.applyAt(index, command)).isEqualTo(result);
                assertThat(two.machine.digest()).isEqualTo(one.machine.digest());
                assertThat(two.machine.snapshot()).isEqualTo(one.machine.snapshot());
            }
        }
    }

    @Property(tries = 500)
    void when_commands_are_applied_then_the_revision_of_a_head_only_rises(@ForAll("histories") List<Command> history) {
        Machine m = new Machine();
        Map<String, Revision> highest = new HashMap<>();
        Map<String, WriteSet> before = new HashMap<>();
        for (Command command : history) {
            m.apply(command);
            for (WriteSet set : m.machine.state().desired().all()) {
                Revision was = highest.getOrDefault(set.head(), Revision.NONE);
                assertThat(set.revision()).isGreaterThanOrEqualTo(was);
                if (set.revision().equals(was)) {
                    assertThat(set).as("one revision, one content").isEqualTo(before.get(set.head()));
                }
                highest.put(set.head(), set.revision());
                before.put(set.head(), set);
            }
        }
    }

    @Property(tries = 500)
    void when_commands_are_applied_then_no_key_is_in_two_write_sets(@ForAll("histories") List<Command> history) {
        Machine m = new Machine();
        for (Command command : history) {
            m.apply(command);
            Set<String> keys = new HashSet<>();
            DesiredState desired = m.machine.state().desired();
            for (WriteSet set : desired.all()) {
                for (Entry entry : set.entries()) {
                    assertThat(keys.add(entry.key())).as(entry.key()).isTrue();
                    assertThat(set.isDeletion() ? desired.deletionOf(entry.key()) : desired.owning(entry.key()))
                            .contains(set);
                }
            }
            KEYS.stream().filter(key -> !keys.contains(key)).forEach(key -> {
                assertThat(desired.owning(key)).isEmpty();
                assertThat(desired.deletionOf(key)).isEmpty();
            });
        }
    }

    @Property(tries = 500)
    void when_commands_are_applied_then_the_listener_hears_of_each_new_revision_and_of_no_other(
            @ForAll("histories") List<Command> history) {
        Machine m = new Machine();
        Map<String, Long> told = new HashMap<>();
        for (Command command : history) {
            m.heard.clear();
            m.apply(command);
            for (String line : m.heard) {
                String[] words = line.split(" ", -1);
                if (words[0].equals("changed")) {
                    told.put(words[1], Long.parseLong(words[2]));
                }
            }
            for (WriteSet set : m.machine.state().desired().all()) {
                assertThat(told.get(set.head()))
                        .as(set.head())
                        .isEqualTo(set.revision().index());
            }
        }
    }

    /** A store that gets every write set at any time, or only the last ones, holds in the end what is desired. */
    @Property(tries = 500)
    void when_keys_were_deleted_then_a_store_that_missed_it_and_one_that_did_not_come_to_hold_the_same(
            @ForAll("histories") List<Command> history, @ForAll @IntRange(max = 40) int missed) {
        Machine m = new Machine();
        Map<String, String> away = new TreeMap<>();
        Map<String, String> there = new TreeMap<>();
        int index = 0;
        for (Command command : history) {
            m.apply(command);
            index++;
            deliver(m, there);
            if (index <= missed) {
                deliver(m, away);
            }
        }
        deliver(m, away);

        assertThat(away).containsAllEntriesOf(desired(m));
        KEYS.stream()
                .filter(key -> m.machine.state().desired().deletionOf(key).isPresent())
                .forEach(key -> {
                    assertThat(away).doesNotContainKey(key);
                    assertThat(there).doesNotContainKey(key);
                });
    }

    private static void deliver(Machine m, Map<String, String> store) {
        for (WriteSet set : m.machine.state().desired().all()) {
            set.entries().forEach(entry -> {
                if (set.isDeletion()) {
                    store.remove(entry.key());
                } else {
                    store.put(entry.key(), entry.value());
                }
            });
        }
    }

    private static Map<String, String> desired(Machine m) {
        Map<String, String> desired = new TreeMap<>();
        m.machine.state().desired().below("").forEach(set -> set.entries()
                .forEach(entry -> desired.put(entry.key(), entry.value())));
        return desired;
    }
}
