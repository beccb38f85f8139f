package io.heliograph.daemon.masters;

/**
 * A host's addresses.
 *
 * @param ipv4 empty when it has none
 * @param ipv6 empty when it has none
 */
record Addresses(String ipv4, String ipv6) {

    static final Addresses NONE = new Addresses("", "");
}
