package io.heliograph.daemon.cli;

import io.heliograph.daemon.config.Configuration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code heliograph check-config}. */
@Command(name = "check-config", description = "Say what is wrong with a configuration, beside a running server too.")
final class CheckConfigCommand implements Callable<Integer> {

    @Mixin
    ConfigOption config = new ConfigOption();

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() {
        Configuration configuration = config.load();
        if (spec != null) {
            spec.commandLine()
                    .getOut()
                    .println(
                            config.file + ": good; node " + configuration.node().id() + " of cluster "
                                    + configuration.cluster() + ", "
                                    + configuration.raft().members().size() + " members, "
                                    + configuration.stores().size() + " stores beside the internal one");
        }
        return ExitCodes.DONE;
    }
}
