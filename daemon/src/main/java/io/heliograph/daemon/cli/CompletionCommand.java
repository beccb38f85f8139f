package io.heliograph.daemon.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code heliograph completion}. */
@Command(
        name = "completion",
        description = {
            "Print what completes commands and options in a shell. bash and zsh: source <(heliograph completion bash);",
            "fish: heliograph completion fish > ~/.config/fish/completions/heliograph.fish"
        })
final class CompletionCommand extends CliCommand {

    enum Shell {
        bash,
        zsh,
        fish
    }

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish")
    Shell shell = Shell.bash;

    @Override
    public Integer call() {
        CommandLine all = Main.commandLine(console(), Commands.SHOWN);
        String script = shell == Shell.fish
                ? FishCompletion.of(all.getCommandSpec())
                : AutoComplete.bash(all.getCommandName(), all);
        if (!printedAsJson(ApiClient.object().put("script", script))) {
            out().print(script);
            out().flush();
        }
        return ExitCodes.DONE;
    }
}
