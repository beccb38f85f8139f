package io.heliograph.daemon.config;

import io.heliograph.command.HostPort;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Tells addresses that only this machine can reach. */
public final class Loopback {

    private Loopback() {}

    /**
     * @param listen {@code host:port}
     * @return whether every address of the host is a loopback address; false when it cannot be resolved
     */
    public static boolean isLoopback(String listen) {
        try {
            for (InetAddress address :
                    InetAddress.getAllByName(HostPort.parse(listen).host())) {
                if (!address.isLoopbackAddress()) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException | IllegalArgumentException e) {
            return false;
        }
    }
}
