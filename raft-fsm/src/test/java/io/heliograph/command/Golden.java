package io.heliograph.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Bytes of released formats, kept as hexadecimal text beside the tests. White space in the text does not count. */
public final class Golden {

    private Golden() {}

    /** The bytes of {@code golden/<name>.hex}. */
    public static byte[] bytes(String name) {
        String resource = "/golden/" + name + ".hex";
        try (InputStream in = Golden.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new AssertionError("there are no golden bytes at src/test/resources" + resource);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }
}
