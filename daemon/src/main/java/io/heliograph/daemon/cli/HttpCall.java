package io.heliograph.daemon.cli;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One request of HTTP/1.1 on a connection of its own, and never a second try: the clients of the JDK send a request again
 * by themselves when a connection breaks, which must not happen to a write, and take several times as long to start.
 */
final class HttpCall {

    /** Nothing was sent: no connection came about, or the other side is not who it should be. */
    static final class NotSent extends IOException {
        private static final long serialVersionUID = 1L;

        NotSent(String message) {
            super(message);
        }
    }

    /** The time for an answer is over. */
    static final class TooLate extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private static final int CONNECT_MILLIS = 2000;

    private final Access access;
    private @Nullable SSLSocketFactory sockets;

    HttpCall(Access access) {
        this.access = access;
    }

    /**
     * @param body sent as JSON; empty for none
     * @param limit for the answer, from now on
     * @throws NotSent when nothing was sent
     * @throws TooLate when it was sent and no whole answer came in time
     * @throws IOException when the connection broke after something may have been sent
     */
    HttpReply send(URI uri, String method, String body, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        try (Socket socket = connected(uri, deadline)) {
            OutputStream out = socket.getOutputStream();
            out.write(request(uri, method, body));
            out.flush();
            InputStream in = new BufferedInputStream(new UntilDeadline(socket, deadline));
            return HttpReply.read(in, method);
        } catch (SocketTimeoutException e) {
            throw new TooLate();
        } catch (SSLException e) {
            throw isRefusal(e) ? new NotSent("it refuses our certificate: " + e.getMessage()) : broken(uri, e);
        } catch (SocketException | EOFException e) {
            throw broken(uri, e);
        }
    }

    /** With TLS 1.3 a server looks at the client's certificate when the client has finished its part. */
    private static boolean isRefusal(SSLException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.startsWith("received fatal alert:")
                && (message.contains("certificate") || message.contains("unknown_ca"));
    }

    private IOException broken(URI uri, IOException e) {
        boolean mayWantCertificate =
                "https".equals(uri.getScheme()) && access.files().certificate().isEmpty();
        String hint = mayWantCertificate ? " (it may want a certificate: --certificate and --key)" : "";
        return new IOException(e.getMessage() + hint, e);
    }

    private byte[] request(URI uri, String method, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder();
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        head.append(method).append(' ').append(path);
        if (uri.getRawQuery() != null) {
            head.append('?').append(uri.getRawQuery());
        }
        head.append(" HTTP/1.1\r\nHost: ").append(uri.getRawAuthority()).append("\r\n");
        head.append("User-Agent: heliograph\r\nAccept: application/json\r\nConnection: close\r\n");
        access.authorization()
                .ifPresent(value -> head.append("Authorization: ").append(value).append("\r\n"));
        if (!method.equals("GET")) {
            head.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(bytes.length)
                    .append("\r\n");
        }
        head.append("\r\n");
        byte[] first = head.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] all = java.util.Arrays.copyOf(first, first.length + bytes.length);
        System.arraycopy(bytes, 0, all, first.length, bytes.length);
        return all;
    }

    private Socket connected(URI uri, long deadline) throws NotSent {
        boolean isTls = "https".equals(uri.getScheme());
        String host = uri.getHost().replaceAll("^\\[|\\]$", "");
        int port = uri.getPort() >= 0 ? uri.getPort() : isTls ? 443 : 80;
        Socket plain = plain(host, port, deadline);
        try {
            return isTls ? secured(plain, host, port, deadline) : plain;
        } catch (IOException e) {
            closed(plain);
            throw new NotSent("no TLS with it: " + reason(e));
        }
    }

    private static Socket plain(String host, int port, long deadline) throws NotSent {
        IOException last = new UnknownHostException(host);
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                Socket socket = new Socket();
                try {
                    socket.setTcpNoDelay(true);
                    int limit = Math.min(CONNECT_MILLIS, UntilDeadline.millisLeft(deadline));
                    socket.connect(new InetSocketAddress(address, port), limit);
                    return socket;
                } catch (IOException e) {
                    last = e;
                    closed(socket);
                }
            }
        } catch (UnknownHostException e) {
            throw new NotSent("nobody knows the host '" + host + "'");
        }
        throw new NotSent(reason(last));
    }

    private static String reason(IOException e) {
        if (e instanceof SocketTimeoutException) {
            return "no answer";
        }
        Throwable deepest = e;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage()).lines().findFirst().orElse("");
    }

    private Socket secured(Socket plain, String host, int port, long deadline) throws IOException {
        SSLSocketFactory factory = sockets;
        if (factory == null) {
            try {
                factory = access.files().sockets(Instant.now());
            } catch (IOException e) {
                throw new CliException(ExitCodes.USAGE, String.valueOf(e.getMessage()));
            }
            sockets = factory;
        }
        SSLSocket socket = (SSLSocket) factory.createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(UntilDeadline.millisLeft(deadline));
        socket.startHandshake();
        return socket;
    }

    private static void closed(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is of no use any more either way
        }
    }

    /** Reads until a moment, however slowly the bytes come. */
    private static final class UntilDeadline extends InputStream {

        private final Socket socket;
        private final InputStream in;
        private final long deadline;

        UntilDeadline(Socket socket, long deadline) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
            this.deadline = deadline;
        }

        /** At least 1: 0 means for ever. */
        static int millisLeft(long deadline) throws SocketTimeoutException {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException("the time is over");
            }
            return (int) Math.min(left, Integer.MAX_VALUE);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            socket.setSoTimeout(millisLeft(deadline));
            return in.read(bytes, offset, length);
        }
    }
}
