package io.heliograph.daemon.config;

import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** What a section wants to know of a piece of YAML. */
final class Nodes {

    private Nodes() {}

    /** Whether there is a key and nothing behind it. */
    static boolean isEmpty(Node node) {
        return node instanceof ScalarNode scalar && scalar.getValue().isEmpty();
    }

    /** 1 for the first line of the file. */
    static int lineOf(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    /**
     * The {@code name} in an item of a list, as it is written.
     *
     * @param position what it is called where it has none
     */
    static String nameOf(Node item, int position) {
        if (item instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key
                        && key.getValue().equals("name")
                        && tuple.getValueNode() instanceof ScalarNode value) {
                    return value.getValue();
                }
            }
        }
        return Integer.toString(position);
    }
}
