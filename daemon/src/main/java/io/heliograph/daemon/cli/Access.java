package io.heliograph.daemon.cli;

import io.heliograph.daemon.HttpsFiles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * By what the servers know the user, and the user the servers.
 *
 * @param authorization value of the header, empty for none; a secret
 * @param files for {@code https}
 */
record Access(Optional<String> authorization, HttpsFiles files) {

    private static final int MAX_TOKEN_FILE_BYTES = 64 * 1024;
    private static final int MAX_TOKEN_CHARS = 4096;

    /** No token and no certificate. */
    static final Access NONE = new Access(Optional.empty(), HttpsFiles.NONE);

    /** A token's value, of an environment variable or so. */
    static String bearer(String token, String origin) {
        String trimmed = token.strip();
        boolean isWord = trimmed.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (trimmed.isEmpty() || !isWord || trimmed.length() > MAX_TOKEN_CHARS) {
            throw new CliException(
                    ExitCodes.USAGE,
                    origin + (trimmed.isEmpty() ? " holds no token" : " should hold one token and nothing else"));
        }
        return "Bearer " + trimmed;
    }

    /** The token in a file. */
    static String bearer(Path file, String origin) {
        try {
            if (Files.size(file) > MAX_TOKEN_FILE_BYTES) {
                throw new CliException(ExitCodes.USAGE, origin + ": " + file + " is too large for a token");
            }
            return bearer(Files.readString(file, StandardCharsets.UTF_8), origin + ": " + file);
        } catch (NoSuchFileException e) {
            throw new CliException(ExitCodes.USAGE, origin + ": there is no file " + file);
        } catch (AccessDeniedException e) {
            throw new CliException(ExitCodes.USAGE, origin + ": cannot read " + file + ": permission denied");
        } catch (CharacterCodingException e) {
            throw new CliException(ExitCodes.USAGE, origin + ": " + file + " should hold one token and nothing else");
        } catch (IOException e) {
            throw new CliException(ExitCodes.USAGE, origin + ": cannot read " + file + ": " + e.getMessage());
        }
    }

    /** A name and a password, as the older client's environment has them. */
    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Says nothing of the secret. */
    @Override
    public String toString() {
        return "Access[" + (authorization.isPresent() ? "token" : "no token") + ", " + files + "]";
    }
}
