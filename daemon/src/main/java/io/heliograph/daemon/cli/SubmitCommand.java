package io.heliograph.daemon.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code heliograph submit}. */
@Command(name = "submit", description = "Write the entries of one cluster, or of all, to every store again.")
final class SubmitCommand extends WriteCommand {

    @Parameters(paramLabel = "ALIAS", arity = "0..1", description = "Default: every cluster.")
    @Nullable
    String alias;

    @Override
    public Integer call() {
        String path = alias == null ? "/v1/submit" : "/v1/clusters/" + ApiClient.encoded(alias) + "/submit";
        return write("POST", path, "");
    }
}
