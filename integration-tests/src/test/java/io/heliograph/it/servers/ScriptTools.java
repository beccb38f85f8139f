package io.heliograph.it.servers;

import java.nio.file.Path;
import java.util.Map;

/** The programs that operators' scripts are made of. */
public final class ScriptTools {

    private ScriptTools() {}

    /**
     * Where curl and jq are, as the variables CURL and JQ of an environment. Ends the test, skipped or failed, where one is
     * missing.
     */
    public static Map<String, String> curlAndJq() {
        Path curl = ServerBinaries.curl().orElseThrow(() -> ServerBinaries.missing("curl"));
        Path jq = ServerBinaries.jq().orElseThrow(() -> ServerBinaries.missing("jq"));
        return Map.of("CURL", curl.toString(), "JQ", jq.toString());
    }
}
