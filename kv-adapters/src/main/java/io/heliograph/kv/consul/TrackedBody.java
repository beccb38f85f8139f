package io.heliograph.kv.consul;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;

/** The body of a request that changes something. Remembers whether any of it may have left. */
final class TrackedBody extends RequestBody {

    private final MediaType type;
    private final byte[] bytes;
    private volatile boolean started;

    TrackedBody(String type, String text) {
        this.type = MediaType.get(type);
        this.bytes = text.getBytes(StandardCharsets.UTF_8);
    }

    /** While this is false the server has seen no complete request. */
    boolean wasStarted() {
        return started;
    }

    @Override
    public MediaType contentType() {
        return type;
    }

    @Override
    public long contentLength() {
        return bytes.length;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        started = true;
        sink.write(bytes);
    }
}
