package io.heliograph.daemon.cli;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * An answer of HTTP/1.1 (RFC 9112).
 *
 * @param status of the answer
 * @param body its text, in UTF-8
 */
record HttpReply(int status, String body) {

    private static final int MAX_LINE_BYTES = 16 * 1024;
    private static final int MAX_LINES = 200;
    private static final int MAX_BODY_BYTES = 64 * 1024 * 1024;
    private static final long UNTIL_THE_END = -1;
    private static final long CHUNKED = -2;

    /**
     * @throws IOException when it breaks off, is too large, or is no HTTP
     */
    static HttpReply read(InputStream in, String method) throws IOException {
        int status;
        long length;
        do {
            status = status(line(in));
            length = headers(in);
        } while (status >= 100 && status < 200);
        boolean hasBody = status != 204 && status != 304 && !method.equals("HEAD");
        return new HttpReply(status, hasBody ? new String(body(in, length), StandardCharsets.UTF_8) : "");
    }

    private static int status(String line) throws IOException {
        String[] words = line.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[1-9][0-9]{2}")) {
            throw new IOException("it answered something that is not HTTP");
        }
        return Integer.parseInt(words[1]);
    }

    /** Reads them all. Returns the body's length, or how it is told. */
    private static long headers(InputStream in) throws IOException {
        long length = UNTIL_THE_END;
        for (int i = 0; i < MAX_LINES; i++) {
            String line = line(in);
            if (line.isEmpty()) {
                return length;
            }
            int colon = line.indexOf(':');
            String name = line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            if (name.equals("transfer-encoding")) {
                length = CHUNKED;
            } else if (name.equals("content-length") && length != CHUNKED) {
                length = number(value, 10);
            }
        }
        throw new IOException("its answer has too many headers");
    }

    private static long number(String text, int radix) throws IOException {
        try {
            long number = Long.parseLong(text, radix);
            if (number >= 0 && number <= MAX_BODY_BYTES) {
                return number;
            }
            throw new IOException("its answer is larger than " + MAX_BODY_BYTES + " bytes");
        } catch (NumberFormatException e) {
            throw new IOException("it answered something that is not HTTP", e);
        }
    }

    private static byte[] body(InputStream in, long length) throws IOException {
        if (length == CHUNKED) {
            return chunks(in);
        }
        if (length == UNTIL_THE_END) {
            byte[] all = in.readNBytes(MAX_BODY_BYTES);
            number(Long.toString(all.length + (in.read() < 0 ? 0L : 1L)), 10);
            return all;
        }
        return exactly(in, (int) length);
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("its answer broke off");
        }
        return bytes;
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            String size = line(in).split(";", 2)[0].strip();
            int length = (int) number(size, 16);
            if (length == 0) {
                headers(in);
                return all.toByteArray();
            }
            number(Long.toString((long) all.size() + length), 10);
            all.writeBytes(exactly(in, length));
            line(in);
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException(line.size() == 0 ? "no answer came" : "its answer broke off");
            }
            if (line.size() == MAX_LINE_BYTES) {
                throw new IOException("its answer has a line that is too long");
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
