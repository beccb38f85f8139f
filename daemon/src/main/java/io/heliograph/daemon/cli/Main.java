package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.heliograph.daemon.Version;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The command line. */
@Command(
        name = "heliograph",
        description = "Tells every data centre where each database cluster's master is.",
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        versionProvider = Main.VersionText.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:refused or failed",
            "2:usage or configuration",
            "3:not reachable, or no quorum",
            "4:outcome unknown",
            "10:server: corrupted data",
            "11:server: state machine stopped itself"
        },
        subcommands = {
            ServerCommand.class,
            StatusCommand.class,
            LeaderCommand.class,
            MemberCommand.class,
            AdoptCommand.class,
            ClusterCommand.class,
            FailoverCommand.class,
            SubmitCommand.class,
            KvCommand.class,
            SnapshotCommand.class,
            TokenCommand.class,
            CheckConfigCommand.class
        })
public final class Main extends ClientCommand {

    private static final String SUBMIT = "submit-masters-to-kv-stores";

    @Option(names = "-c", paramLabel = "COMMAND", description = "Older form: " + SUBMIT)
    @Nullable
    String command;

    @Option(
            names = {"-alias", "--alias"},
            paramLabel = "ALIAS",
            description = "With -c: only this cluster.")
    @Nullable
    String alias;

    /** Runs a command and ends the process. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(arguments, out, err));
    }

    static int run(String[] arguments, PrintWriter out, PrintWriter err) {
        return new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler((failure, line, parsed) -> failed(failure, err))
                .setParameterExceptionHandler((failure, given) -> misused(failure, err))
                .execute(arguments);
    }

    private static int failed(Exception failure, PrintWriter err) {
        if (failure instanceof CliException known) {
            String.valueOf(known.getMessage()).lines().forEach(line -> err.println("heliograph: " + line));
            return known.exitCode();
        }
        err.println("heliograph: unexpected: " + failure);
        return ExitCodes.REFUSED;
    }

    private static int misused(ParameterException failure, PrintWriter err) {
        err.println("heliograph: " + failure.getMessage() + "; see heliograph "
                + String.join(" ", path(failure.getCommandLine())) + "--help");
        return ExitCodes.USAGE;
    }

    private static Iterable<String> path(CommandLine line) {
        String full = line.getCommandSpec().qualifiedName();
        String below = full.startsWith("heliograph ") ? full.substring("heliograph ".length()) + " " : "";
        return java.util.List.of(below);
    }

    /** The older form, or the usage. */
    @Override
    public Integer call() {
        if (command == null) {
            throw new CliException(ExitCodes.USAGE, "missing command; see heliograph --help");
        }
        if (!command.equals(SUBMIT)) {
            throw new CliException(ExitCodes.USAGE, "-c knows " + SUBMIT + ", not '" + command + "'");
        }
        String path = "/api/" + SUBMIT + (alias == null ? "" : "/" + ApiClient.encoded(alias));
        JsonNode answer = api().get(path);
        if (!printedAsJson(answer)) {
            answer.path("Details").forEach(entry -> out().println(entry.path("Key")
                            .asText() + ":" + entry.path("Value").asText()));
        }
        return ExitCodes.DONE;
    }

    /** The version, as {@code --version} prints it. */
    static final class VersionText implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"heliograph " + Version.TEXT};
        }
    }
}
