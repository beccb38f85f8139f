package io.heliograph.raft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.heliograph.raft.TlsFiles;
import io.heliograph.raft.net.TestCa.Wanted;
import io.heliograph.raft.net.TlsFilesException.Part;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsMaterialTest {

    private static final Instant NOW = Instant.now();

    /** What "openssl ecparam -name prime256v1 -genkey" and "openssl genrsa -traditional" write. */
    private static final String SEC1 =
            """
            -----BEGIN EC PARAMETERS-----
            BggqhkjOPQMBBw==
            -----END EC PARAMETERS-----
            %s""";

    @TempDir
    Path directory;

    private TestCa ca;
    private TlsFiles files;

    @BeforeEach
    void issue() throws Exception {
        ca = new TestCa("test-ca");
        files = ca.issue(directory, new Wanted("dc1").loopback().host("dc1.example.org"));
    }

    private Map<Part, String> problems() {
        TlsFilesException thrown = catchThrowableOfType(TlsFilesException.class, () -> TlsMaterial.read(files, NOW));
        assertThat(thrown).as("no problem was found").isNotNull();
        thrown.problems().values().forEach(line -> assertThat(line).doesNotContain("\n"));
        return thrown.problems();
    }

    private void replace(byte[] certificate, KeyPair keys) throws Exception {
        files = TestCa.write(directory, certificate, keys.getPrivate().getEncoded(), ca.certificate);
    }

    @Test
    void when_all_fits_then_the_material_knows_its_names_and_shows_no_key() throws Exception {
        TlsMaterial material = TlsMaterial.read(files, NOW);

        assertThat(material.names("127.0.0.1:10008")).isTrue();
        assertThat(material.names("DC1.example.org:10008")).isTrue();
        assertThat(material.names("dc2.example.org:10008")).isFalse();
        assertThat(material).hasToString("TlsMaterial[CN=dc1, dc1.example.org, 127.0.0.1]");
        assertThat(material.notAfter()).isAfter(NOW);
    }

    @Test
    void when_every_file_is_missing_then_each_has_its_line() throws Exception {
        Files.delete(files.certificate());
        Files.delete(files.key());
        Files.delete(files.ca());

        assertThat(problems())
                .containsOnly(
                        Map.entry(Part.CERTIFICATE, "there is no file " + files.certificate()),
                        Map.entry(Part.KEY, "there is no file " + files.key()),
                        Map.entry(Part.CA, "there is no file " + files.ca()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                                                                | is not PEM text
                    garbage                                                           | is not PEM text
                    -----BEGIN CERTIFICATE-----                                       | is cut off
                    -----BEGIN CERTIFICATE-----@@@-----END CERTIFICATE-----           | is damaged
                    -----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----          | is damaged
                    -----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----          | holds no CERTIFICATE but a PRIVATE KEY
                    """)
    void when_the_certificate_is_none_then_the_line_says_what_is_there(String text, String expected) throws Exception {
        Files.writeString(files.certificate(), text);

        assertThat(problems().get(Part.CERTIFICATE))
                .startsWith(files.certificate().toString())
                .contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    garbage                                                                                 | is not PEM text
                    -----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----                                | holds no RSA, EC or Ed25519 key
                    -----BEGIN EC PRIVATE KEY-----AAAA-----END EC PRIVATE KEY-----                          | is damaged
                    -----BEGIN EC PRIVATE KEY-----MIQ=-----END EC PRIVATE KEY-----                          | is damaged
                    -----BEGIN DSA PRIVATE KEY-----AAAA-----END DSA PRIVATE KEY-----                        | of an unknown kind
                    -----BEGIN ENCRYPTED PRIVATE KEY-----AAAA-----END ENCRYPTED PRIVATE KEY-----            | is encrypted
                    """)
    void when_the_key_cannot_be_used_then_the_line_says_why(String text, String expected) throws Exception {
        Files.writeString(files.key(), text);

        assertThat(problems()).containsOnlyKeys(Part.KEY);
        assertThat(problems().get(Part.KEY)).startsWith(files.key().toString()).contains(expected);
    }

    @Test
    void when_an_older_tool_encrypted_the_key_then_it_is_refused_too() throws Exception {
        Files.writeString(
                files.key(),
                """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-256-CBC,0123456789ABCDEF

                AAAA
                -----END RSA PRIVATE KEY-----
                """);

        assertThat(problems().get(Part.KEY)).contains("is encrypted");
    }

    @Test
    void when_the_key_is_another_certificates_then_the_line_says_so() throws Exception {
        Files.writeString(
                files.key(),
                TestCa.pem("PRIVATE KEY", TestCa.newKeys().getPrivate().getEncoded()));

        assertThat(problems())
                .containsOnly(
                        Map.entry(Part.KEY, files.key() + " is not the key of the certificate " + files.certificate()));
    }

    @Test
    void when_the_certificate_has_expired_or_is_not_valid_yet_then_the_line_says_when() throws Exception {
        KeyPair keys = TestCa.newKeys();
        Instant ended = NOW.minus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
        replace(ca.certificate(new Wanted("dc1").valid(NOW.minus(9, ChronoUnit.DAYS), ended), keys), keys);
        assertThat(problems())
                .containsOnly(
                        Map.entry(Part.CERTIFICATE, files.certificate() + " has expired on " + ended + "; renew it"));

        Instant begins = NOW.plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
        replace(ca.certificate(new Wanted("dc1").valid(begins, NOW.plus(9, ChronoUnit.DAYS)), keys), keys);
        assertThat(problems().get(Part.CERTIFICATE)).contains("is not valid before " + begins);
    }

    @Test
    void when_the_authority_has_expired_then_it_is_its_line() throws Exception {
        Files.writeString(files.ca(), TestCa.pem("CERTIFICATE", TestCa.expired("test-ca").certificate));

        assertThat(problems()).containsOnlyKeys(Part.CA);
        assertThat(problems().get(Part.CA)).contains("holds no certificate that is valid now");
    }

    @Test
    void when_an_expired_authority_stands_beside_its_successor_then_the_successor_counts() throws Exception {
        Files.writeString(
                files.ca(),
                TestCa.pem("CERTIFICATE", TestCa.expired("old-ca").certificate)
                        + TestCa.pem("CERTIFICATE", ca.certificate));

        assertThat(TlsMaterial.read(files, NOW).authorities).hasSize(1);
    }

    @Test
    void when_another_authority_signed_then_the_line_names_both_files() throws Exception {
        Files.writeString(files.ca(), TestCa.pem("CERTIFICATE", new TestCa("test-ca").certificate));

        assertThat(problems()).containsOnlyKeys(Part.CERTIFICATE);
        assertThat(problems().get(Part.CERTIFICATE))
                .startsWith(files.certificate() + " is not signed by an authority in " + files.ca());
    }

    @Test
    void when_an_intermediate_authority_signed_then_its_certificate_belongs_to_the_nodes() throws Exception {
        TestCa below = ca.intermediate("below");
        KeyPair keys = TestCa.newKeys();
        byte[] own = below.certificate(new Wanted("dc1").loopback(), keys);
        replace(own, keys);
        assertThat(problems().get(Part.CERTIFICATE)).contains("certificates between the two belong into");

        Files.writeString(
                files.certificate(), TestCa.pem("CERTIFICATE", own) + TestCa.pem("CERTIFICATE", below.certificate));
        assertThat(TlsMaterial.read(files, NOW).chain).hasSize(2);
    }

    @Test
    void when_the_certificate_is_for_servers_only_then_it_is_refused_at_start_and_not_by_the_others() throws Exception {
        files = ca.issue(directory, new Wanted("dc1").loopback().serverOnly());

        assertThat(problems().get(Part.CERTIFICATE)).contains("must serve both as a server's and as a client's");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA"})
    void when_the_key_is_in_the_form_of_older_tools_then_it_is_read(String algorithm) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(algorithm.equals("EC") ? 256 : 2048);
        KeyPair keys = generator.generateKeyPair();
        byte[] pkcs8 = keys.getPrivate().getEncoded();
        byte[] inner = OlderKeys.inner(algorithm, pkcs8);
        replace(ca.certificate(new Wanted("dc1").loopback(), keys), keys);
        Files.writeString(
                files.key(),
                algorithm.equals("EC")
                        ? SEC1.formatted(TestCa.pem("EC PRIVATE KEY", inner))
                        : TestCa.pem("RSA PRIVATE KEY", inner));

        assertThat(TlsMaterial.read(files, NOW).key.getAlgorithm()).isEqualTo(algorithm);
    }

    @Test
    void when_the_key_is_ed25519_then_it_is_used() throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        replace(ca.certificate(new Wanted("dc1").loopback(), keys), keys);

        assertThat(TlsMaterial.read(files, NOW).key).isEqualTo(keys.getPrivate());
    }

    @ParameterizedTest
    @CsvSource({
        "node.example.org, true",
        "node.example.org., true",
        "a.b.example.net, false",
        "a.example.net, true",
        "example.net, false",
        "127.0.0.1, true",
        "127.0.0.2, false",
        "::1, true",
        "0:0:0:0:0:0:0:1, true",
    })
    void when_a_host_is_compared_then_a_star_stands_for_one_label_and_addresses_for_themselves(
            String host, boolean covered) throws Exception {
        byte[] der = ca.certificate(
                new Wanted("dc1")
                        .host("node.example.org")
                        .host("*.example.net")
                        .loopback()
                        .address(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
                TestCa.newKeys());
        X509Certificate certificate = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));

        CertificateNames names = new CertificateNames(certificate);

        assertThat(names.coverHost(host)).isEqualTo(covered);
        assertThat(names.coverNode("dc1")).isTrue();
        assertThat(names.coverNode("dc2")).isFalse();
    }

    @Test
    void when_a_file_is_a_directory_then_the_line_says_so() throws Exception {
        Files.delete(files.ca());
        Files.createDirectory(files.ca());

        assertThat(problems()).containsOnly(Map.entry(Part.CA, files.ca() + " is a directory, not a PEM file"));
    }
}
