package io.heliograph.kv.consul;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that ends with {@link TooLarge} where it goes on beyond a bound. Whatever answers in the agent's
 * place may send without end.
 */
final class BoundedBody extends ResponseBody {

    /** There is more. */
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        TooLarge(long most) {
            super("the answer is larger than " + most + " bytes");
        }
    }

    /** What is kept of a refusal: enough for every error of a transaction with long keys. */
    static final long REFUSAL_BYTES = 256 * 1024;

    private final ResponseBody whole;
    private final BufferedSource source;

    private BoundedBody(ResponseBody whole, long most) {
        this.whole = whole;
        this.source = Okio.buffer(new ForwardingSource(whole.source()) {
            private long left = most;

            @Override
            public long read(Buffer sink, long bytes) throws IOException {
                long read = super.read(sink, bytes);
                left -= Math.max(0, read);
                if (left < 0) {
                    throw new TooLarge(most);
                }
                return read;
            }
        });
    }

    /**
     * @param most for an answer of 2xx; of any other one {@link #REFUSAL_BYTES} are kept and the rest is not read
     */
    static Response bound(Response response, long most) throws IOException {
        ResponseBody body = response.body();
        if (body == null) {
            return response;
        }
        if (response.isSuccessful()) {
            return response.newBuilder().body(new BoundedBody(body, most)).build();
        }
        try (response) {
            return response.newBuilder().body(response.peekBody(REFUSAL_BYTES)).build();
        }
    }

    /** Whether something failed for being too large. */
    static boolean isTooLarge(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TooLarge) {
                return true;
            }
        }
        return false;
    }

    @Override
    public @Nullable MediaType contentType() {
        return whole.contentType();
    }

    @Override
    public long contentLength() {
        return whole.contentLength();
    }

    @Override
    public BufferedSource source() {
        return source;
    }
}
