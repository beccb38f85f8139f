package io.heliograph.command;

import io.heliograph.command.Command.AliasedMaster;
import io.heliograph.command.Command.Attributed;
import io.heliograph.command.Command.Barrier;
import io.heliograph.command.Command.BeginEpoch;
import io.heliograph.command.Command.DeleteCluster;
import io.heliograph.command.Command.DeleteEntry;
import io.heliograph.command.Command.ForgetCluster;
import io.heliograph.command.Command.PutEntry;
import io.heliograph.command.Command.RaiseEpoch;
import io.heliograph.command.Command.SetAlias;
import io.heliograph.command.Command.SetMaster;
import io.heliograph.command.Command.SubmitMasters;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Commands to try codecs with: one of each kind by name, and any. */
final class Commands {

    static final Master IPV4 = new Master(new HostPort("db1", 3306), "10.0.1.7", "");
    static final Master IPV6 = new Master(new HostPort("2001:db8::2", 65535), "", "2001:db8:0:0:0:0:0:2");

    private Commands() {}

    /** At least one of each kind; the name is that of the file with its golden bytes. */
    static Map<String, Command> examples() {
        Map<String, Command> examples = new TreeMap<>();
        examples.put("command-barrier", new Barrier());
        examples.put(
                "command-set-master",
                new SetMaster("orders", "mysql/master", IPV4, null, true, "", 1_700_000_000_000L));
        examples.put(
                "command-set-master-expected",
                new SetMaster("größe", "mysql/master", IPV6, IPV4.address(), false, "db1 is dead: ☠", -1));
        examples.put(
                "command-submit-masters",
                new SubmitMasters(
                        "p", List.of(new AliasedMaster("a", IPV4), new AliasedMaster("b", IPV6)), Long.MAX_VALUE));
        examples.put("command-forget-cluster", new ForgetCluster("orders"));
        examples.put("command-put-entry", new PutEntry(new Entry("feature/x", "on\n")));
        examples.put("command-delete-entry", new DeleteEntry("feature/x"));
        examples.put("command-delete-cluster", new DeleteCluster("größe"));
        examples.put("command-raise-epoch", new RaiseEpoch(258));
        examples.put("command-begin-epoch", new BeginEpoch(259));
        examples.put("command-set-alias", new SetAlias("orders", "größe", "mysql/master", 1_700_000_000_000L));
        examples.put("command-attributed", new Attributed("alice, token", new ForgetCluster("orders")));
        return examples;
    }

    /** By kind; a kind that is missing here fails a test. */
    static Map<Class<? extends Command>, Arbitrary<? extends Command>> byKind() {
        Map<Class<? extends Command>, Arbitrary<? extends Command>> kinds = new HashMap<>(plain());
        kinds.put(
                Attributed.class,
                Combinators.combine(
                                names(),
                                Arbitraries.of(List.copyOf(plain().values()))
                                        .flatMap(kind -> kind.map(command -> (Command) command)))
                        .as(Attributed::new));
        return kinds;
    }

    private static Map<Class<? extends Command>, Arbitrary<? extends Command>> plain() {
        return Map.of(
                Barrier.class,
                Arbitraries.create(Barrier::new),
                SetAlias.class,
                Combinators.combine(names(), names(), keys(), Arbitraries.longs())
                        .as(SetAlias::new),
                SetMaster.class,
                Combinators.combine(
                                names(),
                                keys(),
                                masters(),
                                addresses().injectNull(0.5),
                                Arbitraries.of(true, false),
                                text().ofMaxLength(60),
                                Arbitraries.longs())
                        .as(SetMaster::new),
                SubmitMasters.class,
                Combinators.combine(
                                keys(),
                                Combinators.combine(names(), masters())
                                        .as(AliasedMaster::new)
                                        .list()
                                        .ofMaxSize(6),
                                Arbitraries.longs())
                        .as(SubmitMasters::new),
                RaiseEpoch.class,
                Arbitraries.longs().between(1, Revision.MAX_EPOCH).map(RaiseEpoch::new),
                BeginEpoch.class,
                Arbitraries.longs().between(1, Revision.MAX_EPOCH).map(BeginEpoch::new),
                DeleteEntry.class,
                keys().map(DeleteEntry::new),
                DeleteCluster.class,
                names().map(DeleteCluster::new),
                ForgetCluster.class,
                names().map(ForgetCluster::new),
                PutEntry.class,
                Combinators.combine(keys(), text().ofMaxLength(200))
                        .as((key, value) -> new PutEntry(new Entry(key, value))));
    }

    static Arbitrary<Command> any() {
        return Arbitraries.of(List.copyOf(byKind().values())).flatMap(kind -> kind.map(command -> (Command) command));
    }

    private static Arbitrary<String> names() {
        return Arbitraries.strings()
                .withChars("abzAZ09._-:@+=~,ß漢")
                .ofMinLength(1)
                .ofMaxLength(20)
                .filter(name -> !name.equals(".") && !name.equals("..") && !name.equals("zookeeper"));
    }

    private static Arbitrary<String> keys() {
        return names().list().ofMinSize(1).ofMaxSize(4).map(segments -> String.join("/", segments));
    }

    private static Arbitrary<HostPort> addresses() {
        return Combinators.combine(
                        Arbitraries.of("db1", "a.b.example", "10.0.0.1", "::1", "2001:db8::2", "x_y"),
                        Arbitraries.integers().between(1, 65535))
                .as(HostPort::new);
    }

    private static Arbitrary<Master> masters() {
        return Combinators.combine(addresses(), text().ofMaxLength(15), text().ofMaxLength(39))
                .as(Master::new);
    }

    /** Anything that UTF-8 can hold: no half of a surrogate pair. */
    private static TextArbitrary text() {
        return max -> Arbitraries.strings()
                .all()
                .excludeChars('\0')
                .ofMaxLength(max)
                .filter(text -> new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).equals(text));
    }

    private interface TextArbitrary {
        Arbitrary<String> ofMaxLength(int max);
    }
}
