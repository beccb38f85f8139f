package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.heliograph.daemon.Version;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
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
        })
public final class Main extends ClientCommand {

    @Option(
            names = {"-c", "-command", "--command"},
            paramLabel = "COMMAND",
            description = {"A command of the older client: " + OlderForm.KNOWN})
    @Nullable
    String command;

    @Option(
            names = {"-a", "-alias", "--alias"},
            paramLabel = "ALIAS",
            description = "With -c: this cluster.")
    @Nullable
    String alias;

    @Option(
            names = {"-i", "-instance", "--instance"},
            paramLabel = "HOST:PORT",
            description = "With -c: the cluster of this instance, or of this name.")
    @Nullable
    String instance;

    @Option(
            names = {"-H", "-hostname", "--hostname"},
            paramLabel = "HINT",
            description = "With -c raft-elect-leader: what the node's id or addresses contain.")
    @Nullable
    String hostname;

    @Option(
            names = {"-P", "-path", "--path"},
            paramLabel = "PATH",
            description = "With -c api: the path below /api/.")
    @Nullable
    String path;

    @Option(
            names = {"-U", "-api", "--api"},
            paramLabel = "URL",
            description =
                    "With -c: like --endpoint; several with blanks. Default: $ORCHESTRATOR_API, after --endpoint's.")
    @Nullable
    String api;

    @Option(
            names = {"-b", "-auth", "--auth"},
            paramLabel = "USER:PASSWORD",
            description = "With -c: refused, for others can read command lines; see ORCHESTRATOR_AUTH_PASSWORD.")
    @Nullable
    String auth;

    private final Console console;

    Main(Console console) {
        this.console = console;
    }

    /** Runs a command and ends the process. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(arguments, new Console(out, err, Surroundings.ofProcess())));
    }

    static int run(String[] arguments, Console console) {
        console.json(asksForJson(arguments));
        return commandLine(console, Commands.among(arguments)).execute(arguments);
    }

    /**
     * Ready to be run.
     *
     * @param commands names of those that it knows
     */
    static CommandLine commandLine(Console console, List<String> commands) {
        CommandLine line = new CommandLine(new Main(console));
        commands.forEach(name -> line.addSubcommand(name, Commands.create(name)));
        return line.setOut(console.out())
                .setErr(console.err())
                .setColorScheme(Help.defaultColorScheme(console.coloursOut() ? Ansi.ON : Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(false)
                .setExecutionExceptionHandler((failure, used, parsed) -> failed(failure, used.getCommand(), console))
                .setParameterExceptionHandler((failure, given) -> misused(failure, console));
    }

    /** For what is wrong before the options are understood. */
    private static boolean asksForJson(String[] arguments) {
        List<String> words = Arrays.asList(arguments);
        int option = Math.max(words.lastIndexOf("-o"), words.lastIndexOf("--output"));
        return words.contains("--output=json")
                || words.contains("-ojson")
                || words.contains("-o=json")
                || (option >= 0
                        && option + 1 < words.size()
                        && words.get(option + 1).equals("json"));
    }

    private static int failed(Exception failure, Object command, Console console) {
        if (command instanceof CliCommand cli) {
            cli.tellComplaintsFormat();
        }
        CliException known = failure instanceof CliException expected
                ? expected
                : new CliException(ExitCodes.REFUSED, "unexpected: " + failure);
        console.complain(known);
        return known.exitCode();
    }

    private static int misused(ParameterException failure, Console console) {
        String message = String.valueOf(failure.getMessage());
        console.complain(new CliException(
                ExitCodes.USAGE,
                Harmless.line(message) + "; see "
                        + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help"));
        return ExitCodes.USAGE;
    }

    @Override
    Console console() {
        return console;
    }

    /** The older form, or the usage. */
    @Override
    public Integer call() {
        if (command == null) {
            throw new CliException(ExitCodes.USAGE, "missing command; see heliograph --help");
        }
        if (auth != null) {
            throw new CliException(
                    ExitCodes.USAGE,
                    "-b is not taken, for others could read the password; set ORCHESTRATOR_AUTH_USER and"
                            + " ORCHESTRATOR_AUTH_PASSWORD, or give a token by --token-file");
        }
        OlderForm older = new OlderForm(this);
        JsonNode answer = older.ask(command);
        if (!printedAsJson(answer)) {
            older.lines(command, answer).forEach(this::say);
        }
        return ExitCodes.DONE;
    }

    @Override
    List<Endpoint> chosenEndpoints() {
        return api == null ? super.chosenEndpoints() : separated(api);
    }

    @Override
    List<Endpoint> fallbackEndpoints() {
        Optional<String> older = console.surroundings().variable("ORCHESTRATOR_API");
        return command == null || older.isEmpty() ? super.fallbackEndpoints() : separated(older.get());
    }

    private static List<Endpoint> separated(String urls) {
        return Arrays.stream(urls.strip().split("[ ,]+")).map(Endpoint::parse).toList();
    }

    @Override
    Optional<String> fallbackAuthorization() {
        Surroundings around = console.surroundings();
        return command == null
                ? Optional.empty()
                : around.variable("ORCHESTRATOR_AUTH_USER")
                        .map(user -> Access.basic(
                                user,
                                around.variable("ORCHESTRATOR_AUTH_PASSWORD").orElse("")));
    }

    /** The version, as {@code --version} prints it. */
    static final class VersionText implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"heliograph " + Version.TEXT};
        }
    }
}
