package io.heliograph.daemon.http;

import io.heliograph.daemon.auth.Role;
import org.jspecify.annotations.Nullable;

/**
 * What a route asks of a request.
 *
 * @param role what the caller must be allowed to do; null when it does not matter who calls
 * @param changes whether it changes something
 * @param maxBodyBytes how long the body may be
 */
record Access(@Nullable Role role, boolean changes, int maxBodyBytes) {

    private static final int MAX_BODY_BYTES = 1024 * 1024;

    static final Access OPEN = new Access(null, false, MAX_BODY_BYTES);
    static final Access READ = new Access(Role.READ, false, MAX_BODY_BYTES);
    static final Access WRITE = new Access(Role.WRITE, true, MAX_BODY_BYTES);
    static final Access ADMIN = new Access(Role.ADMIN, true, MAX_BODY_BYTES);

    /** Reading what is more than anybody who may look should carry away. */
    static final Access SECRET = new Access(Role.ADMIN, false, MAX_BODY_BYTES);

    /** A question that only nodes ask each other. */
    static final Access NODE = new Access(Role.NODE, false, 8 * MAX_BODY_BYTES);

    /** What most routes with this method ask. */
    static Access usual(String method) {
        return method.equals("GET") ? READ : WRITE;
    }
}
