package io.heliograph.daemon.cli;

import java.net.URI;

/**
 * A node to ask.
 *
 * @param base its URL, without a slash at the end
 */
record Endpoint(String base) {

    /**
     * @param text a URL; the {@code /api} that the older client wants at its end does not count
     * @throws CliException 2 when it is none
     */
    static Endpoint parse(String text) {
        String base = text.strip();
        while (base.endsWith("/")) {
            base = base.substring(0, base.length() - 1);
        }
        if (base.endsWith("/api")) {
            base = base.substring(0, base.length() - "/api".length());
        }
        URI uri = uri(base, text);
        boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (uri.getRawUserInfo() != null) {
            throw new CliException(
                    ExitCodes.USAGE,
                    "an endpoint's URL holds no user and no password, for others could read them; give a token by"
                            + " --token-file or HELIOGRAPH_TOKEN_FILE");
        }
        if (!isHttp || uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw notOne(text);
        }
        return new Endpoint(base);
    }

    private static URI uri(String base, String text) {
        try {
            return URI.create(base);
        } catch (IllegalArgumentException e) {
            throw notOne(text);
        }
    }

    private static CliException notOne(String text) {
        return new CliException(ExitCodes.USAGE, "'" + text + "' is not a URL like http://127.0.0.1:3000");
    }

    /** Where a path of the API is at this node. */
    URI at(String path) {
        try {
            return URI.create(base + path);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCodes.USAGE, "'" + path + "' is not a path that a URL can have");
        }
    }

    @Override
    public String toString() {
        return base;
    }
}
