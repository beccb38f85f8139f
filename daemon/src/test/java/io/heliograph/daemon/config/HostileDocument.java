package io.heliograph.daemon.config;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Documents that have hurt parsers, each larger or deeper than anybody's configuration. */
enum HostileDocument {
    TEN_MEGABYTES_OF_ONE_VALUE,
    A_MEGABYTE_OF_ONE_VALUE,
    A_MEGABYTE_OF_ONE_KEY,
    MANY_UNKNOWN_KEYS,
    ONE_KEY_MANY_TIMES,
    MANY_STORES,
    MANY_MEMBERS,
    MANY_STORES_THAT_ARE_ONE,
    DEEP_LISTS,
    DEEP_BLOCKS,
    DEEP_INDENTS,
    DEEP_ANCHORS,
    A_BILLION_LAUGHS,
    ITSELF,
    ITSELF_AS_A_KEY,
    MERGED,
    A_LOGGER_OF_A_MILLION_PARTS,
    A_URL_OF_A_MILLION_PARTS,
    SERVERS_WITHOUT_END,
    TEMPLATES_WITHOUT_END,
    A_BYTE_ORDER_MARK,
    TWO_BYTES_A_LETTER,
    OVERLONG_UTF_8,
    HALF_A_PAIR,
    NULS,
    TABS,
    ODD_LINE_ENDS,
    A_HUGE_NUMBER,
    A_DURATION_WITHOUT_END,
    TAGS,
    DIRECTIVES,
    QUOTES_WITHOUT_END,
    TRAVERSAL,
    A_DEVICE_AS_A_SECRET,
    A_DEVICE_AS_A_TOKEN,
    DEVICES_AS_CERTIFICATES;

    private static final int MEGABYTE = 1024 * 1024;

    byte[] bytes() {
        return switch (this) {
            case TWO_BYTES_A_LETTER -> ConfigFile.MINIMAL.getBytes(StandardCharsets.UTF_16);
            case OVERLONG_UTF_8 -> new byte[] {'a', ':', ' ', (byte) 0xC0, (byte) 0xAF, '\n'};
            case HALF_A_PAIR -> new byte[] {'a', ':', ' ', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '\n'};
            default -> text().getBytes(StandardCharsets.UTF_8);
        };
    }

    private String text() {
        return switch (this) {
            case TEN_MEGABYTES_OF_ONE_VALUE -> "cluster: " + "x".repeat(10 * MEGABYTE);
            case A_MEGABYTE_OF_ONE_VALUE -> "cluster: " + full("x");
            case A_MEGABYTE_OF_ONE_KEY -> "? " + full("x") + "\n: 1\n";
            case MANY_UNKNOWN_KEYS -> counted("k%d: 1\n");
            case ONE_KEY_MANY_TIMES -> full("a: 1\n");
            case MANY_STORES -> "stores:\n" + counted("- {name: s%d, type: zookeeper, connect: z}\n");
            case MANY_MEMBERS -> "raft:\n  members:\n" + counted("    m%d: {}\n");
            case MANY_STORES_THAT_ARE_ONE -> "x: &x {name: s, " + counted("k%d: 1, ", MEGABYTE / 20) + "}\nstores: ["
                    + "*x, ".repeat(MEGABYTE / 8) + "]";
            case ITSELF -> "cluster: &a [*a]\nraft: &b {members: *b}\nstores: &c [*c]\n";
            case ITSELF_AS_A_KEY -> "&a {*a : 1}\n";
            case MERGED -> "a: &a {cluster: x}\n<<: *a\n";
            case A_LOGGER_OF_A_MILLION_PARTS -> "log: {levels: {? " + full("a.") + "a : info}}";
            case A_URL_OF_A_MILLION_PARTS -> store("consul", "url: \"http://" + full("a.") + "/\"");
            case SERVERS_WITHOUT_END -> store("zookeeper", "connect: \"" + full("a:1,") + "\"");
            case TEMPLATES_WITHOUT_END -> store(
                    "zookeeper", "connect: z, layout: {keys: {" + counted("\"{alias}/%d\": \"{host}\", ") + "}}");
            default -> oddText();
        };
    }

    private String oddText() {
        return switch (this) {
            case DEEP_LISTS -> full("[");
            case DEEP_BLOCKS -> full("{a: ");
            case DEEP_INDENTS -> full("- ");
            case DEEP_ANCHORS -> counted("&a%d [");
            case A_BILLION_LAUGHS -> laughs();
            case A_BYTE_ORDER_MARK -> "\uFEFF" + ConfigFile.MINIMAL;
            case NULS -> ConfigFile.MINIMAL.replace("orders", "or\0ders");
            case TABS -> "cluster:\torders\nnode:\n\tid: dc1\n";
            case ODD_LINE_ENDS -> ConfigFile.MINIMAL.replace("\n", "\u2028") + "\u0085\r";
            case A_HUGE_NUMBER -> ConfigFile.MINIMAL.replace("127.0.0.1:10008", "127.0.0.1:" + "9".repeat(5000));
            case A_DURATION_WITHOUT_END -> "snapshot: {after-failover: " + full("9") + "h}";
            case TAGS -> "!!javax.script.ScriptEngineManager [!!java.net.URL [\"http://127.0.0.1:1/\"]]\n";
            case DIRECTIVES -> "%YAML 9.9\n%TAG ! tag:example.org,2026:\n---\n!x {}\n";
            case QUOTES_WITHOUT_END -> "cluster: \"" + full("\\u0041");
            case TRAVERSAL -> ConfigFile.MINIMAL.replace("orders", "../../etc").replace("id: dc1", "id: ..")
                    + "stores:\n- {name: \"../../x\", type: jdbc, url: \"jdbc:sqlite:x\", password-file: \"../../../../nosuch\"}\n";
            case A_DEVICE_AS_A_SECRET -> store("zookeeper", "connect: z, auth-file: /dev/zero");
            case A_DEVICE_AS_A_TOKEN -> store("consul", "url: \"http://127.0.0.1:1\", token-file: /dev/zero");
            case DEVICES_AS_CERTIFICATES -> store(
                            "zookeeper", "connect: z, tls: {ca: /dev/zero, certificate: /dev/zero, key: /dev/zero}")
                    .replace("raft:\n", "raft:\n  tls: {ca: /dev/zero, certificate: /dev/zero, key: /dev/zero}\n");
            default -> throw new IllegalStateException(name());
        };
    }

    private static String store(String type, String rest) {
        return ConfigFile.MINIMAL + "stores:\n- {name: s, type: " + type + ", " + rest + "}\n";
    }

    /** Almost as much as may be in a file. */
    private static String full(String piece) {
        return piece.repeat((MEGABYTE - 4096) / piece.length());
    }

    private static String counted(String piece) {
        return counted(piece, MEGABYTE - 4096);
    }

    private static String counted(String piece, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < length - 50; i++) {
            text.append(String.format(Locale.ROOT, piece, i));
        }
        return text.toString();
    }

    private static String laughs() {
        StringBuilder text = new StringBuilder("a0: &a0 [lol, lol]\n");
        for (int i = 1; i < 40; i++) {
            String before = "*a" + (i - 1) + ", ";
            text.append("a" + i + ": &a" + i + " [" + before.repeat(9) + "]\n");
        }
        return text + "stores: *a39\ncluster: *a39\n";
    }
}
