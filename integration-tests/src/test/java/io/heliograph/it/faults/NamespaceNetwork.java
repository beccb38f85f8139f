package io.heliograph.it.faults;

import io.heliograph.it.servers.Commands;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Each node in a network namespace of its own, joined by the namespace that this process runs in, which forwards packets
 * and drops those of a cut direction. {@code faults.sh} makes the namespaces and removes them.
 *
 * <p>Node number n is 10.77.n.2 and reaches the others, and the clients, through 10.77.n.1.
 */
final class NamespaceNetwork implements Network {
    private static final String RULES =
            """
            table ip faults {
              set cut { type ipv4_addr . ipv4_addr; }
              chain forward {
                type filter hook forward priority 0;
                ip saddr . ip daddr @cut drop;
              }
              chain input {
                type filter hook input priority 0;
                ip saddr . ip daddr @cut drop;
              }
              chain output {
                type filter hook output priority 0;
                ip saddr . ip daddr @cut drop;
              }
            }
            """;

    private final String prefix;
    private final List<String> nodes;

    /**
     * @param prefix what the names of the namespaces begin with
     * @param nodes all there can be; dc1 is number 1
     */
    NamespaceNetwork(String prefix, List<String> nodes) {
        this.prefix = prefix;
        this.nodes = List.copyOf(nodes);
        Commands.run(List.of("nft", RULES));
    }

    @Override
    public String describe() {
        return "network namespaces " + prefix + "-*";
    }

    @Override
    public boolean cutsOneWay() {
        return true;
    }

    @Override
    public List<String> commandPrefix(String node) {
        return List.of("ip", "netns", "exec", prefix + "-" + node);
    }

    private String subnet(String node) {
        return "10.77." + (nodes.indexOf(node) + 1);
    }

    @Override
    public String machine(String node) {
        return subnet(node) + ".2";
    }

    @Override
    public Endpoint own(String node) {
        String address = machine(node);
        return new Endpoint(address + ":10008", "http://" + address + ":3000");
    }

    @Override
    public Map<String, Endpoint> seenFrom(String node) {
        Map<String, Endpoint> seen = new TreeMap<>();
        nodes.forEach(other -> seen.put(other, own(other)));
        return seen;
    }

    @Override
    public void apply(Set<Cuts.Pair> cuts) {
        String elements = cuts.stream().map(this::element).collect(Collectors.joining(", "));
        String script = "flush set ip faults cut;";
        Commands.run(
                List.of("nft", cuts.isEmpty() ? script : script + " add element ip faults cut { " + elements + " };"));
    }

    private String element(Cuts.Pair pair) {
        if (pair.from().equals(Cuts.CLIENTS)) {
            return subnet(pair.to()) + ".1 . " + subnet(pair.to()) + ".2";
        }
        if (pair.to().equals(Cuts.CLIENTS)) {
            return subnet(pair.from()) + ".2 . " + subnet(pair.from()) + ".1";
        }
        return subnet(pair.from()) + ".2 . " + subnet(pair.to()) + ".2";
    }

    @Override
    public void close() {
        // faults.sh removes the namespaces, and the rules with them
    }
}
