package io.heliograph.raft.net;

import io.netty.util.NetUtil;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Whom a certificate names: the alternative names of its subject (RFC 5280, section 4.2.1.6), and its common name. */
final class CertificateNames {

    private static final int DNS = 2;
    private static final int ADDRESS = 7;

    private final List<String> hosts = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();
    private final List<String> commonNames = new ArrayList<>();

    CertificateNames(X509Certificate certificate) {
        Collection<List<?>> names;
        try {
            names = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            names = List.of();
        }
        for (List<?> name : names == null ? List.<List<?>>of() : names) {
            if (name.get(0).equals(DNS)) {
                hosts.add(String.valueOf(name.get(1)));
            } else if (name.get(0).equals(ADDRESS)) {
                addresses.add(String.valueOf(name.get(1)));
            }
        }
        try {
            LdapName subject =
                    new LdapName(certificate.getSubjectX500Principal().getName());
            for (Rdn part : subject.getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    commonNames.add(String.valueOf(part.getValue()));
                }
            }
        } catch (InvalidNameException e) {
            commonNames.clear();
        }
    }

    /** Whether it is a certificate of this host: by an address, or by a name whose first label may be a star. */
    boolean coverHost(String host) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
        if (address != null) {
            return addresses.stream()
                    .anyMatch(known -> Arrays.equals(address, NetUtil.createByteArrayFromIpAddressString(known)));
        }
        String plain = plain(host);
        int dot = plain.indexOf('.');
        String parent = dot <= 0 ? "" : plain.substring(dot);
        return hosts.stream()
                .map(CertificateNames::plain)
                .anyMatch(known -> known.equals(plain) || (!parent.isEmpty() && known.equals("*" + parent)));
    }

    private static String plain(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** Whether it is a certificate of the node with this id: by its common name or one of its host names. */
    boolean coverNode(String id) {
        return commonNames.contains(id) || hosts.contains(id);
    }

    /** For an operator. */
    @Override
    public String toString() {
        List<String> all = new ArrayList<>();
        commonNames.forEach(name -> all.add("CN=" + name));
        all.addAll(hosts);
        all.addAll(addresses);
        return all.isEmpty() ? "nobody" : Wording.shown(String.join(", ", all));
    }
}
