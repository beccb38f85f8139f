package io.heliograph.daemon.http;

import io.heliograph.daemon.auth.Admission;
import io.heliograph.daemon.auth.Caller;
import io.heliograph.daemon.auth.Gate;
import io.heliograph.daemon.auth.Refusal;
import io.heliograph.daemon.auth.Role;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Lets a request in, or says why not, before anything of its body is read. Safe for use by several threads. */
final class Guard {

    private static final String KNOWN = Guard.class.getName();

    private final Gate gate;
    private final boolean stateChangingGets;

    Guard(Gate gate, boolean stateChangingGets) {
        this.gate = gate;
        this.stateChangingGets = stateChangingGets;
    }

    /**
     * Who sent the request, and whether they would still be let in.
     *
     * @throws HttpProblem 401, 403 or 429 when it is not let in
     */
    Admission admit(Request request, Access access) {
        if (access.changes()) {
            checkSwitchedOn(request);
            checkSameSite(request);
        }
        Role needed = access.role();
        if (needed == null) {
            return Admission.forGood(new Caller(Caller.NOBODY, Role.READ, "open"));
        }
        try {
            Admission admission = gate.admit(
                    request.getHeaders().get(HttpHeader.AUTHORIZATION),
                    subject(request),
                    Request.getRemoteAddr(request));
            if (!gate.isGuarded()) {
                return admission;
            }
            Caller caller = admission.caller();
            Caller acting = caller.role() == Role.NODE ? OnBehalf.of(request.getHeaders(), caller) : caller;
            request.setAttribute(KNOWN, acting);
            Gate.require(acting, needed);
            return new Admission(acting, admission.stands());
        } catch (Refusal refusal) {
            throw problem(request, refusal);
        }
    }

    /** Who sent it, whether or not they may; empty when nobody knows. */
    static Optional<Caller> known(Request request) {
        return Optional.ofNullable((Caller) request.getAttribute(KNOWN));
    }

    private void checkSwitchedOn(Request request) {
        if (!stateChangingGets
                && (request.getMethod().equals("GET") || request.getMethod().equals("HEAD"))) {
            throw new HttpProblem(
                    ProblemKind.SWITCHED_OFF,
                    "http.state-changing-gets is false, so a GET changes nothing here; use the paths below /v1");
        }
    }

    /** A page of somebody else's, open in an operator's browser, must not use what the browser knows of us. */
    private static void checkSameSite(Request request) {
        String site = request.getHeaders().get("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw new HttpProblem(
                    ProblemKind.OTHER_SITE, "a page of another site sent this; open this node's own page");
        }
    }

    private static @Nullable String subject(Request request) {
        if (request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE) instanceof EndPoint.SslSessionData session) {
            X509Certificate[] chain = session.peerCertificates();
            return Optional.ofNullable(chain)
                    .filter(certificates -> certificates.length > 0)
                    .map(certificates -> (Principal) certificates[0].getSubjectX500Principal())
                    .map(principal -> ((X500Principal) principal).getName(X500Principal.RFC2253))
                    .orElse(null);
        }
        return null;
    }

    private static HttpProblem problem(Request request, Refusal refusal) {
        String message = String.valueOf(refusal.getMessage());
        return switch (refusal.kind()) {
            case FORBIDDEN -> new HttpProblem(ProblemKind.NOT_ALLOWED, message);
            case TOO_MANY -> new HttpProblem(ProblemKind.TOO_MANY_FAILURES, message)
                    .withHeader(
                            "Retry-After", Long.toString(refusal.retryAfter().toSeconds() + 1));
            case UNKNOWN -> new HttpProblem(ProblemKind.NOT_AUTHENTICATED, message)
                    .withHeader(
                            "WWW-Authenticate", challenge(request.getHttpURI().getPath()));
        };
    }

    /** Older clients, and browsers that look at the older paths, know passwords; the page has a form of its own. */
    private static String challenge(String path) {
        return (path.startsWith("/v1/") ? "Bearer" : "Basic") + " realm=\"heliograph\"";
    }
}
