package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.daemon.config.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code heliograph check-config}. */
@Command(name = "check-config", description = "Say what is wrong with a configuration, beside a running server too.")
final class CheckConfigCommand extends CliCommand {

    @Mixin
    ConfigOption config = new ConfigOption();

    @Override
    public Integer call() {
        Configuration configuration = config.load();
        ObjectNode good = ApiClient.object()
                .put("file", config.file.toString())
                .put("node", configuration.node().id())
                .put("cluster", configuration.cluster())
                .put("members", configuration.raft().members().size())
                .put("stores", configuration.stores().size());
        if (!printedAsJson(good)) {
            say(config.file + ": good; node " + configuration.node().id() + " of cluster "
                    + configuration.cluster() + ", "
                    + configuration.raft().members().size() + " members, "
                    + configuration.stores().size() + " stores beside the internal one");
        }
        return ExitCodes.DONE;
    }
}
