package io.heliograph.kv.consul;

import com.orbitz.consul.KeyValueClient;
import com.orbitz.consul.model.kv.TxResponse;
import com.orbitz.consul.model.kv.Value;
import com.orbitz.consul.util.Jackson;
import io.heliograph.kv.Causes;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoreTls;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.ResponseBody;
import retrofit2.Call;
import retrofit2.Response;
import retrofit2.Retrofit;
import retrofit2.converter.jackson.JacksonConverterFactory;

/**
 * The few requests that the adapter makes, through consul-client's description of Consul's API and its model classes.
 *
 * <p>The library's own front, {@code Consul.builder()}, is left out on purpose. It offers no limit for a whole call, so
 * that an agent which sends a byte now and then could hold a caller for ever; it cannot tell a transaction that was
 * sent from one that never left; its {@code Operation} encodes values in the platform's character set; and it hides the
 * body of a 409, which says whether a revision or a permission was in the way, inside an exception's message.
 */
final class ConsulHttp implements AutoCloseable {

    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    /** Consul's own answers to reads have it, also those for keys that are not there; another server's 404 does not. */
    private static final String INDEX = "X-Consul-Index";

    private static final MediaType JSON = MediaType.get("application/json");

    private final HttpUrl base;
    private final OkHttpClient client;
    private final KeyValueClient.Api reads;
    private final KeyValueClient.Api writes;
    private volatile boolean closed;

    /**
     * Contacts nobody.
     *
     * @param mostBytes of an answer
     */
    ConsulHttp(ConsulSettings settings, long mostBytes) {
        Duration timeout = settings.timeout();
        base = base(settings);
        OkHttpClient.Builder builder = new OkHttpClient.Builder();
        StoreTls tls = settings.tls();
        if (tls != null) {
            builder.sslSocketFactory(tls.context().getSocketFactory(), tls.trust());
        }
        client = builder.connectTimeout(timeout)
                .readTimeout(timeout)
                .writeTimeout(timeout)
                .callTimeout(timeout)
                // a redirected request would carry the token to another host
                .followRedirects(false)
                .addInterceptor(chain -> BoundedBody.bound(chain.proceed(prepare(chain, settings)), mostBytes))
                .build();
        reads = api(settings, client);
        // OkHttp would send a transaction again when the connection breaks, and nobody would know of the first time
        writes = api(
                settings, client.newBuilder().retryOnConnectionFailure(false).build());
    }

    private static HttpUrl base(ConsulSettings settings) {
        return Objects.requireNonNull(HttpUrl.parse(settings.url().replaceAll("/+$", "") + "/v1/"));
    }

    private static KeyValueClient.Api api(ConsulSettings settings, OkHttpClient client) {
        return new Retrofit.Builder()
                .baseUrl(base(settings))
                .client(client)
                .addConverterFactory(JacksonConverterFactory.create(Jackson.MAPPER))
                .build()
                .create(KeyValueClient.Api.class);
    }

    /**
     * Reads {@code key}, or every key that begins with it.
     *
     * <p>OkHttp may ask a second time when the connection it kept turns out to be dead; the call's limit covers both.
     */
    List<Value> read(String key, boolean recurse) throws ReadFailure {
        Map<String, Object> query =
                recurse ? Map.of("consistent", "true", "recurse", "true") : Map.of("consistent", "true");
        try {
            Response<List<Value>> response = reads.getValue(key, query).execute();
            if (response.code() == NOT_FOUND && response.headers().get(INDEX) != null) {
                return List.of();
            }
            List<Value> body = response.body();
            if (response.isSuccessful() && body != null) {
                return body;
            }
            throw Refusal.of(response).whileReading();
        } catch (IOException e) {
            throw ReadFailure.of(e);
        }
    }

    /**
     * Reads some keys at once, by a transaction that changes nothing.
     *
     * @param keys no more than {@link Transaction#MAX_OPERATIONS}
     */
    Together readTogether(List<String> keys) throws ReadFailure {
        String json = keys.stream().map(Operations::get).collect(Collectors.joining(",", "[", "]"));
        try {
            Response<TxResponse> response = reads.performTransaction(
                            RequestBody.create(json, JSON), Map.of("consistent", "true"))
                    .execute();
            TxResponse body = response.body();
            if (response.isSuccessful() && body != null) {
                return Together.of(body);
            }
            ResponseBody error = response.errorBody();
            if (response.code() == CONFLICT && error != null) {
                return Together.of(Jackson.MAPPER.readTree(error.bytes()));
            }
            throw Refusal.of(response).whileReading();
        } catch (IOException e) {
            throw ReadFailure.of(e);
        }
    }

    /** Names of all data centres that the agent knows, its own too. */
    List<String> datacenters() throws ReadFailure {
        Request request = new Request.Builder()
                .url(base.newBuilder().addPathSegments("catalog/datacenters").build())
                .build();
        try (okhttp3.Response response = client.newCall(request).execute()) {
            ResponseBody body = response.body();
            if (!response.isSuccessful() || body == null) {
                throw new ReadFailure(
                        new StoreResult.Unavailable("asking for the data centres: HTTP " + response.code()));
            }
            return List.of(Jackson.MAPPER.readValue(body.string(), String[].class));
        } catch (IOException e) {
            throw new ReadFailure(new StoreResult.Unavailable("asking for the data centres: " + Causes.oneLine(e)));
        }
    }

    /**
     * Sends a transaction.
     *
     * @param written is told of each key that is there now and its ModifyIndex, when the transaction was carried out
     */
    StoreResult transact(String json, ObjLongConsumer<String> written) {
        TrackedBody body = new TrackedBody("application/json", json);
        return send(writes.performTransaction(body, Map.of()), body, response -> response.results().stream()
                .flatMap(result -> result.values().stream())
                .forEach(value -> written.accept(value.getKey(), value.getModifyIndex())));
    }

    /** Writes one key if its ModifyIndex is still {@code modifyIndex}; 0 if there is no such key. */
    StoreResult put(String key, String value, long flags, long modifyIndex) {
        TrackedBody body = new TrackedBody("application/octet-stream", value);
        return send(writes.putValue(key, body, Map.of("cas", modifyIndex, "flags", flags)), body, unused -> {});
    }

    private static <T> StoreResult send(Call<T> call, TrackedBody body, Consumer<T> done) {
        try {
            Response<T> response = call.execute();
            if (!response.isSuccessful()) {
                return Refusal.of(response).whileWriting();
            }
            T answer = response.body();
            if (Boolean.FALSE.equals(answer)) {
                return new StoreResult.Conflict("the key was written by somebody else");
            }
            if (answer != null) {
                done.accept(answer);
            }
            return new StoreResult.Delivered();
        } catch (IOException e) {
            String line = "writing: " + Causes.oneLine(e);
            return body.wasStarted() ? new StoreResult.Indeterminate(line) : new StoreResult.Unavailable(line);
        }
    }

    /** Ends calls in progress, and lets no new ones begin. */
    @Override
    public void close() {
        closed = true;
        client.dispatcher().cancelAll();
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }

    /** Adds the data centre and the token, and writes a key's slashes as slashes: Retrofit escapes them, and not every proxy likes that. */
    private Request prepare(Interceptor.Chain chain, ConsulSettings settings) throws IOException {
        if (closed) {
            throw new IOException("the store is closed");
        }
        Request request = chain.request();
        String path = request.url().encodedPath().replace("%2F", "/");
        HttpUrl.Builder url = request.url().newBuilder().encodedPath(path);
        if (settings.datacenter() != null) {
            url.addQueryParameter("dc", settings.datacenter());
        }
        Request.Builder prepared = request.newBuilder().url(url.build());
        Supplier<String> token = settings.token();
        if (token != null) {
            prepared.header("X-Consul-Token", token.get());
        }
        return prepared.build();
    }
}
