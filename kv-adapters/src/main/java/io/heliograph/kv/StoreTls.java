package io.heliograph.kv;

import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;

/**
 * How a store's server is to prove who it is, and we to it. Host names are verified besides, always.
 *
 * @param context with our certificate, where we have one
 * @param trust the authorities that we trust
 */
public record StoreTls(SSLContext context, X509TrustManager trust) {

    /** Leaves everything out. */
    @Override
    public String toString() {
        return "StoreTls";
    }
}
