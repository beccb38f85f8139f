package io.heliograph.it.faults;

import java.util.ArrayList;
import java.util.List;

/**
 * Says everything that is wrong with a run; nothing, when the product kept its word.
 *
 * <p><b>Why looking at revisions decides linearizability.</b> The product promises that a revision is the write's place in
 * the log, so the only order of writes it may claim is that of their revisions. Such an order explains the history if each
 * write can be given a moment between its start and its end so that the moments rise with the revisions. That is possible
 * exactly when no write with a lower revision began after one with a higher revision had ended (take for each write, in
 * the order of revisions, the latest start so far: it is not later than the write's own end). {@link OrderCheck} looks at
 * just that, over all keys. A write of unknown outcome ends never; it takes part when its revision was seen anywhere.
 * Conditional failovers must then find what they expected in the place before them ({@link FailoverCheck}). A refused one
 * is a read of its key: it belongs between the write it names and the key's next one, and the same argument holds for each
 * key with the refusals put in there. No search is needed, and no history passes that a
 * search with these revisions would turn down.
 *
 * <p>Reads are answered by each node from what it has applied, so they may be old; what is promised is that they show
 * something that was written, and that a node never goes backwards ({@link ReadCheck}).
 */
final class Checker {
    private Checker() {}

    static List<Violation> check(Evidence evidence) {
        Writes writes = new Writes(evidence);
        List<Violation> found = new ArrayList<>(writes.violations());
        found.addAll(OrderCheck.check(evidence, writes));
        found.addAll(FinalCheck.check(evidence, writes));
        found.addAll(FailoverCheck.check(evidence, writes));
        found.addAll(RefusalCheck.check(evidence, writes));
        found.addAll(ReadCheck.check(evidence, writes));
        found.addAll(AgreementCheck.check(evidence));
        return found.stream().distinct().toList();
    }
}
