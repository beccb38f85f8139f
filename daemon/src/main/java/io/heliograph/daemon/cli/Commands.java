package io.heliograph.daemon.cli;

import java.util.Arrays;
import java.util.List;

/**
 * The commands by name. Looking at a command with all its options takes longer than most commands take to do their work,
 * so only those that are asked for are made.
 */
final class Commands {

    /** In the order in which help lists them. */
    static final List<String> NAMES = List.of(
            "server",
            "status",
            "leader",
            "member",
            "adopt",
            "cluster",
            "failover",
            "submit",
            "kv",
            "snapshot",
            "token",
            "check-config",
            "import-config",
            "completion",
            "man",
            "warm-up");

    /** Those that people are told of. */
    static final List<String> SHOWN =
            NAMES.stream().filter(name -> !name.equals("warm-up")).toList();

    private Commands() {}

    /**
     * The commands that these arguments may name: all when they name none, for help and for what is mistyped.
     */
    static List<String> among(String[] arguments) {
        List<String> words = Arrays.asList(arguments);
        List<String> named = NAMES.stream().filter(words::contains).toList();
        boolean isOlderForm = words.contains("-c") || words.contains("-command") || words.contains("--command");
        return named.isEmpty() && !isOlderForm ? NAMES : named;
    }

    /** What picocli makes a command of. */
    static Object create(String name) {
        return switch (name) {
            case "server" -> new ServerCommand();
            case "status" -> new StatusCommand();
            case "leader" -> new LeaderCommand();
            case "member" -> new MemberCommand();
            case "adopt" -> new AdoptCommand();
            case "cluster" -> new ClusterCommand();
            case "failover" -> new FailoverCommand();
            case "submit" -> new SubmitCommand();
            case "kv" -> new KvCommand();
            case "snapshot" -> new SnapshotCommand();
            case "token" -> new TokenCommand();
            case "check-config" -> new CheckConfigCommand();
            case "import-config" -> new ImportConfigCommand();
            case "completion" -> new CompletionCommand();
            case "man" -> new ManCommand();
            case "warm-up" -> new WarmUpCommand();
            default -> throw new IllegalArgumentException(name);
        };
    }
}
