package io.heliograph.raft.net;

import io.heliograph.raft.TlsFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Somebody who connects to the Raft port and does there what the test says, byte by byte. */
final class RawPeer implements AutoCloseable {

    private static final char[] NO_PASSWORD = new char[0];

    private final Socket socket;
    private boolean closedOnUs;

    private RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout((int) Net.PATIENCE.toMillis());
        socket.setTcpNoDelay(true);
    }

    static RawPeer plain(String address) throws IOException {
        HostAndPort at = HostAndPort.parse(address);
        return new RawPeer(new Socket(InetAddress.getByName(at.host()), at.port()));
    }

    /** With a certificate that this node itself would not start with. */
    static RawPeer tls(String address, TlsFiles own, byte[] trusted) throws Exception {
        CertificateFactory certificates = CertificateFactory.getInstance("X.509");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        Certificate shown = certificates.generateCertificate(
                new ByteArrayInputStream(Pem.read(own.certificate()).get(0).der));
        keys.setKeyEntry("own", PrivateKeys.read(own.key()), NO_PASSWORD, new Certificate[] {shown});
        keys.setCertificateEntry("ca", certificates.generateCertificate(new ByteArrayInputStream(trusted)));
        KeyManagerFactory shows = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        shows.init(keys, NO_PASSWORD);
        TrustManagerFactory trusts = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusts.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(shows.getKeyManagers(), trusts.getTrustManagers(), null);
        HostAndPort at = HostAndPort.parse(address);
        return new RawPeer(context.getSocketFactory().createSocket(InetAddress.getByName(at.host()), at.port()));
    }

    static byte[] hello(String cluster, String id) throws IOException {
        return frame(1, 0, cluster, id.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] frame(int kind, long id, String subject, byte[] payload) throws IOException {
        byte[] name = subject.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(11 + name.length + payload.length);
        out.writeByte(kind);
        out.writeLong(id);
        out.writeShort(name.length);
        out.write(name);
        out.write(payload);
        return bytes.toByteArray();
    }

    void send(byte... bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            closedOnUs = true;
        }
    }

    /** The kind of the next frame; reads it whole. */
    int receive() throws IOException {
        InputStream in = socket.getInputStream();
        byte[] length = in.readNBytes(4);
        byte[] rest = in.readNBytes(
                (length[0] & 0xff) << 24 | (length[1] & 0xff) << 16 | (length[2] & 0xff) << 8 | length[3] & 0xff);
        return rest[0];
    }

    /** Reads until the other side closes the connection; whether it did so without ever saying hello. */
    boolean isTurnedAway() throws IOException {
        if (closedOnUs) {
            return true;
        }
        byte[] all;
        try {
            all = socket.getInputStream().readAllBytes();
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
        return all.length < 5 || all[4] != 1;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
