package io.heliograph.daemon;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows between the rooms. */
class ArchitectureTest {

    private static final String KV = "io.heliograph.kv";
    private static final String DAEMON = "io.heliograph.daemon";
    private static final String[] CLIENT_LIBRARIES = {
        "com.orbitz..",
        "okhttp3..",
        "retrofit2..",
        "org.apache.curator..",
        "org.apache.zookeeper..",
        "java.sql..",
        "javax.sql..",
        "com.zaxxer..",
        "org.sqlite..",
        "org.mariadb..",
        "org.postgresql.."
    };
    private static final String[] ADAPTERS = {KV + ".consul..", KV + ".zookeeper..", KV + ".jdbc.."};

    private static JavaClasses classes = new ClassFileImporter().importClasses();

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.heliograph");
    }

    private static GivenClassesConjunction in(String... packages) {
        return noClasses().that().resideInAnyPackage(packages);
    }

    private static void hold(ArchRule rule) {
        rule.check(classes);
    }

    @Test
    void when_classes_are_read_then_every_room_is_among_them() {
        assertThat(classes.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
                .contains(
                        KV,
                        KV + ".consul",
                        KV + ".zookeeper",
                        KV + ".jdbc",
                        "io.heliograph.command",
                        "io.heliograph.fsm",
                        "io.heliograph.raft",
                        "io.heliograph.raft.atomix",
                        DAEMON,
                        DAEMON + ".cli",
                        DAEMON + ".config",
                        DAEMON + ".delivery",
                        DAEMON + ".http",
                        DAEMON + ".layout",
                        DAEMON + ".log",
                        DAEMON + ".masters",
                        DAEMON + ".metrics");
    }

    @Test
    void when_atomix_is_used_then_only_by_its_own_room() {
        hold(noClasses()
                .that(not(resideInAPackage("io.heliograph.raft.atomix..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.atomix.."));
    }

    @Test
    void when_raft_is_on_atomix_then_it_does_not_know_what_commands_mean() {
        hold(in("io.heliograph.raft..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.heliograph.command..", "io.heliograph.fsm..", KV + "..", DAEMON + ".."));
        hold(in("io.heliograph.raft").should().dependOnClassesThat().resideInAPackage("io.heliograph.raft.atomix.."));
        hold(noClasses()
                .that(not(resideInAPackage("io.heliograph.raft.atomix..")))
                .and(not(equivalentTo(Daemon.class)))
                .and(not(JavaClass.Predicates.belongToAnyOf(Recovery.class)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.heliograph.raft.atomix.."));
    }

    @Test
    void when_adapters_are_read_then_they_know_neither_each_other_nor_anything_above() {
        for (String adapter : List.of("consul", "zookeeper", "jdbc")) {
            hold(in(KV + "." + adapter + "..")
                    .should()
                    .dependOnClassesThat(resideInAPackage("io.heliograph..")
                            .and(not(resideInAnyPackage(KV, KV + "." + adapter + "..")))));
        }
        hold(in(KV).should()
                .dependOnClassesThat(resideInAPackage("io.heliograph..").and(not(resideInAPackage(KV)))));
    }

    @Test
    void when_a_client_library_is_used_then_only_by_its_adapter() {
        hold(noClasses()
                .that(not(resideInAnyPackage(ADAPTERS)))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CLIENT_LIBRARIES));
    }

    @Test
    void when_commands_and_state_are_read_then_they_know_no_store_no_raft_and_no_daemon() {
        hold(in("io.heliograph.command..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.heliograph..")
                        .and(not(resideInAnyPackage("io.heliograph.command..", KV)))));
        hold(in("io.heliograph.fsm..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.heliograph..")
                        .and(not(resideInAnyPackage("io.heliograph.fsm..", "io.heliograph.command..", KV)))));
    }

    @Test
    void when_commands_and_state_are_read_then_they_have_no_clock_no_randomness_no_threads_and_no_io() {
        GivenClassesConjunction deterministic = in("io.heliograph.command..", "io.heliograph.fsm..");
        hold(deterministic
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.time..", "java.nio.file..", "java.nio.channels..", "java.net..", "org.slf4j.."));
        hold(deterministic
                .should()
                .dependOnClassesThat(equivalentTo(Random.class)
                        .or(equivalentTo(SplittableRandom.class))
                        .or(equivalentTo(ThreadLocalRandom.class))
                        .or(equivalentTo(RandomGenerator.class))
                        .or(equivalentTo(java.util.UUID.class))
                        .or(equivalentTo(java.util.Date.class))
                        .or(equivalentTo(Thread.class))
                        .or(equivalentTo(java.io.File.class))));
        hold(deterministic.should().callMethod(System.class, "currentTimeMillis"));
        hold(deterministic.should().callMethod(System.class, "nanoTime"));
        hold(deterministic.should().callMethod(System.class, "getenv", String.class));
        hold(deterministic.should().callMethod(System.class, "getProperty", String.class));
        hold(deterministic.should().callMethod(System.class, "identityHashCode", Object.class));
        hold(deterministic.should().callMethod(Math.class, "random"));
    }

    @Test
    void when_adapters_are_wired_then_only_by_those_two_and_settings_are_checked_by_the_configuration() {
        hold(noClasses()
                .that(resideInAPackage(DAEMON + ".."))
                .and(not(belongToAnyOf(Stores.class)))
                .and(not(belongToAnyOf(Daemon.class)))
                .should()
                .dependOnClassesThat(resideInAnyPackage(ADAPTERS).and(not(new Settings()))));
        hold(noClasses()
                .that(resideInAPackage(DAEMON + ".."))
                .and(not(belongToAnyOf(Stores.class)))
                .and(not(belongToAnyOf(Daemon.class)))
                .and(not(resideInAPackage(DAEMON + ".config")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ADAPTERS));
    }

    private static final class Settings extends com.tngtech.archunit.base.DescribedPredicate<JavaClass> {
        Settings() {
            super("settings of an adapter");
        }

        @Override
        public boolean test(JavaClass type) {
            return type.getSimpleName().endsWith("Settings");
        }
    }

    @Test
    void when_doors_are_read_then_each_knows_only_what_is_behind_it() {
        knows("layout");
        knows("auth");
        knows("config", "auth", "layout");
        knows("delivery", "layout");
        knows("masters");
        knows("metrics", "delivery");
        knows("log", "config");
        knows("http", "auth", "config", "delivery", "masters", "metrics");
        knows("cli", "auth", "config");
    }

    /** Besides these rooms of the daemon, a room may use the daemon's few plain classes, not the one that wires. */
    private static void knows(String room, String... others) {
        String[] allowed = new String[others.length + 2];
        allowed[0] = DAEMON;
        allowed[1] = DAEMON + "." + room + "..";
        for (int i = 0; i < others.length; i++) {
            allowed[i + 2] = DAEMON + "." + others[i] + "..";
        }
        hold(in(DAEMON + "." + room + "..")
                .should()
                .dependOnClassesThat(resideInAPackage(DAEMON + "..").and(not(resideInAnyPackage(allowed)))));
        if (!room.equals("cli")) {
            hold(in(DAEMON + "." + room + "..")
                    .should()
                    .dependOnClassesThat(resideInAPackage(DAEMON).and(not(equivalentTo(Version.class)))));
        }
    }

    @Test
    void when_the_command_line_is_read_then_it_knows_the_server_by_http_only() {
        hold(in(DAEMON + ".cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.heliograph.raft..", "io.heliograph.fsm..", KV + "..", "org.eclipse.jetty.."));
    }

    @Test
    void when_delivery_is_read_then_it_knows_no_raft_and_no_http() {
        hold(in(DAEMON + ".delivery..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.heliograph.raft..", "org.eclipse.jetty..", "com.fasterxml.."));
    }

    @Test
    void when_the_rooms_of_the_daemon_are_read_then_they_form_no_circle() {
        hold(slices().matching(DAEMON + ".(*)..").should().beFreeOfCycles());
    }

    @Test
    void when_something_is_printed_then_only_by_the_command_line_and_the_last_words() {
        hold(noClasses()
                .that(not(resideInAPackage(DAEMON + ".cli..")))
                .and(not(equivalentTo(ProcessFailStop.class)))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err"));
    }
}
