package io.heliograph.raft.net;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What went wrong with a peer, in words for an operator; "it" is the peer. */
final class Wording {

    private static final int MAX_SHOWN = 300;

    private Wording() {}

    /** One line; what a stranger wrote neither breaks it nor makes it long. */
    static String shown(String text) {
        String cut = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
        return cut.replaceAll("\\p{Cntrl}", "?");
    }

    /** Whether the connection was lost, as to a peer that ends: nobody was refused. */
    static boolean isLoss(Throwable cause) {
        return cause instanceof SocketException
                || cause instanceof ClosedChannelException
                || (cause instanceof IOException && "Connection reset by peer".equals(cause.getMessage()));
    }

    static String of(Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            String known = known(at);
            if (known != null) {
                return known;
            }
        }
        Throwable shown = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        return shown(shown.getMessage() == null ? shown.getClass().getSimpleName() : shown.getMessage());
    }

    /** Whether no authority has signed a certificate, or one of the same name that is another. */
    static boolean isUnsigned(Throwable cause) {
        return cause instanceof CertPathBuilderException
                || (cause instanceof CertPathValidatorException invalid
                        && (invalid.getReason() == BasicReason.INVALID_SIGNATURE
                                || invalid.getReason() == PKIXReason.NO_TRUST_ANCHOR));
    }

    private static @Nullable String known(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof CertificateExpiredException) {
            return "its certificate has expired (" + shown(message) + ")";
        }
        if (cause instanceof CertificateNotYetValidException) {
            return "its certificate is not valid yet (" + shown(message) + "); are both clocks right?";
        }
        if (isUnsigned(cause)) {
            return "its certificate is not signed by an authority in raft.tls.ca";
        }
        if (cause instanceof CertificateException && message.startsWith("No ")) {
            return "its certificate is another host's: " + shown(message);
        }
        if (cause instanceof NotSslRecordException) {
            return "it does not speak TLS; set raft.tls there, too";
        }
        if (cause instanceof SSLException && message.startsWith("Empty ")) {
            return "it showed no certificate that an authority in raft.tls.ca has signed";
        }
        if (cause instanceof SSLException && message.contains("fatal alert: ")) {
            String alert = message.substring(message.indexOf("fatal alert: ") + "fatal alert: ".length());
            return "it does not accept this node's certificate or TLS settings (alert " + shown(alert)
                    + "); its log may say why";
        }
        return null;
    }
}
