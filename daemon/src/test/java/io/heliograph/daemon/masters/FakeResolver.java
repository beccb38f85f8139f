package io.heliograph.daemon.masters;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** A resolver that asks no name service: {@code db7} is 10.0.0.7, anything else does not exist. */
public final class FakeResolver {

    private FakeResolver() {}

    public static AddressResolver create() {
        return new AddressResolver(host -> {
            if (host.matches("db[0-9]")) {
                byte[] address = {10, 0, 0, (byte) (host.charAt(2) - '0')};
                return new InetAddress[] {InetAddress.getByAddress(host, address)};
            }
            throw new UnknownHostException(host);
        });
    }
}
