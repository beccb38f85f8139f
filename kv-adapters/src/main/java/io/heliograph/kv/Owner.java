package io.heliograph.kv;

import java.util.Optional;

/**
 * Whose a store may be for us to write to it: ours, or nobody's.
 *
 * @param name our cluster's name, as the stores keep it
 */
public record Owner(String name) {

    /** Key under which every store keeps the name of its owner. */
    public static final String KEY = Limits.RESERVED + "/owner";

    public Owner {
        Limits.checkName("cluster", name);
    }

    /**
     * Why we may not write, given what the store says.
     *
     * @param found the name that the store holds, the empty string for none
     * @return empty when we may
     */
    public Optional<StoreResult> refusal(String found) {
        return found.isEmpty() || found.equals(name)
                ? Optional.empty()
                : Optional.of(new StoreResult.Rejected("the store belongs to the cluster '" + found + "', not to '"
                        + name + "'; heliograph adopt takes it over"));
    }
}
