package io.heliograph.daemon.cli;

import picocli.CommandLine.Command;

/** {@code heliograph man}. */
@Command(
        name = "man",
        description = "Print the manual page of this version: heliograph man > /usr/local/share/man/man1/heliograph.1")
final class ManCommand extends CliCommand {

    @Override
    public Integer call() {
        String page = ManPage.of(Main.commandLine(console(), Commands.SHOWN).getCommandSpec());
        if (!printedAsJson(ApiClient.object().put("page", page))) {
            out().print(page);
            out().flush();
        }
        return ExitCodes.DONE;
    }
}
