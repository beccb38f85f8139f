package io.heliograph.raft.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text files of certificates and keys (RFC 7468). Every message names the file. */
final class Pem {

    /** What stands between one BEGIN and its END. */
    static final class Block {
        final String type;
        final byte[] der;
        final boolean encrypted;

        Block(String type, byte[] der, boolean encrypted) {
            this.type = type;
            this.der = der;
            this.encrypted = encrypted;
        }
    }

    private static final int MAX_BYTES = 1024 * 1024;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*(?:-(?!----)[^-]*)*)-----END \\1-----");
    /** The lines of RFC 1421 by which older tools say that a key is encrypted. */
    private static final Pattern HEADER = Pattern.compile("(?m)^[A-Za-z0-9-]+:.*$");

    private Pem() {}

    /**
     * @return at least one block
     * @throws IOException with one line for the operator
     */
    static List<Block> read(Path file) throws IOException {
        String text = text(file);
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            String type = matcher.group(1);
            String body = matcher.group(2);
            boolean encrypted = type.startsWith("ENCRYPTED ") || body.contains("ENCRYPTED");
            blocks.add(new Block(type, encrypted ? new byte[0] : decoded(file, type, body), encrypted));
        }
        if (blocks.isEmpty()) {
            throw new IOException(
                    text.contains("-----BEGIN ")
                            ? file + " is cut off: it has a BEGIN line without the END line that belongs to it"
                            : file + " is not PEM text: it has no '-----BEGIN …-----' line");
        }
        return blocks;
    }

    private static byte[] decoded(Path file, String type, String body) throws IOException {
        try {
            return Base64.getDecoder()
                    .decode(HEADER.matcher(body).replaceAll("").replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is damaged: its " + type + " is not base64: " + e.getMessage(), e);
        }
    }

    private static String text(Path file) throws IOException {
        try {
            if (Files.isDirectory(file)) {
                throw new IOException(file + " is a directory, not a PEM file");
            }
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new IOException(file + " is no ordinary file");
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException(file + " is too large for a PEM file");
            }
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        } catch (java.nio.file.FileSystemException e) {
            String why = e instanceof java.nio.file.AccessDeniedException ? "permission denied" : e.getReason();
            throw new IOException("cannot read " + file + ": " + why, e);
        }
    }
}
