package io.heliograph.kv.zookeeper;

import io.heliograph.kv.Deadline;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoredEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooKeeper;

/**
 * Walks a tree of values, level by level. A fence is always read before the values that it guards, so that a write in
 * between can make an entry look older than it is but never newer.
 */
final class TreeReader {

    /** Nodes looked at together; three requests each. */
    private static final int STEP = 250;

    /** What a node costs beside its text, about. */
    private static final int NODE_BYTES = 128;

    private final ZooKeeper client;
    private final Paths paths;
    private final Deadline deadline;
    private final long mostBytes;
    private long bytes;
    private final List<StoredEntry> found = new ArrayList<>();

    /**
     * @param mostBytes that are read, roughly
     */
    TreeReader(ZooKeeper client, Paths paths, Deadline deadline, long mostBytes) {
        this.mostBytes = mostBytes;
        this.client = client;
        this.paths = paths;
        this.deadline = deadline;
    }

    /**
     * Everything at {@code prefix} and below, in no particular order.
     *
     * @return empty when it is too much
     */
    Optional<List<StoredEntry>> read(String prefix) throws AwayException {
        check(Reply.sync(client, paths.top()).code(deadline));
        List<Place> level = prefix.isEmpty() ? top() : List.of(new Place(prefix, inherited(prefix)));
        while (!level.isEmpty()) {
            List<Place> next = new ArrayList<>();
            for (int from = 0; from < level.size(); from += STEP) {
                next.addAll(visit(level.subList(from, Math.min(level.size(), from + STEP))));
                if (bytes > mostBytes) {
                    return Optional.empty();
                }
            }
            level = next;
        }
        return Optional.of(found);
    }

    /** Those of the keys that are there. */
    List<StoredEntry> readKeys(List<String> keys) throws AwayException {
        check(Reply.sync(client, paths.top()).code(deadline));
        for (int from = 0; from < keys.size(); from += STEP) {
            List<Single> singles = keys.subList(from, Math.min(keys.size(), from + STEP)).stream()
                    .map(this::single)
                    .toList();
            for (Single single : singles) {
                Revision revision = Revision.NONE;
                for (Reply<Node> fence : single.fences()) {
                    revision = nearer(fence, revision);
                }
                take(single.key(), single.value(), revision);
            }
        }
        return found;
    }

    private Single single(String key) {
        return new Single(key, fencesAt(key), Reply.node(client, paths.value(key)));
    }

    /** The fences of all paths above a key and of itself, uppermost first. */
    private List<Reply<Node>> fencesAt(String key) {
        List<Reply<Node>> fences = new ArrayList<>(fencesAbove(key));
        fences.add(Reply.node(client, paths.fence(key)));
        return fences;
    }

    private List<Reply<Node>> fencesAbove(String key) {
        return Paths.above("/" + key).stream()
                .map(above -> Reply.node(client, paths.fence(above.substring(1))))
                .toList();
    }

    private void take(String key, Reply<Node> reply, Revision revision) throws AwayException {
        check(reply.code(deadline));
        Node value = reply.value(deadline);
        if (value != null && value.text() != null) {
            found.add(new StoredEntry(key, value.text(), revision));
            bytes += value.text().length();
        }
    }

    /** The highest revision in any fence, of heads that are there and of those that are gone. */
    Revision highestFence() throws AwayException {
        check(Reply.sync(client, paths.top()).code(deadline));
        Revision highest = Revision.NONE;
        List<String> level = List.of(paths.fences());
        while (!level.isEmpty()) {
            List<String> next = new ArrayList<>();
            for (int from = 0; from < level.size(); from += STEP) {
                for (Branch branch : branches(level.subList(from, Math.min(level.size(), from + STEP)))) {
                    check(branch.fence().code(deadline));
                    check(branch.children().code(deadline));
                    Node fence = branch.fence().value(deadline);
                    highest = fence != null && fence.revision().isNewerThan(highest) ? fence.revision() : highest;
                    List<String> names = branch.children().value(deadline);
                    if (names != null) {
                        names.forEach(name -> next.add(branch.path() + "/" + name));
                    }
                }
            }
            level = next;
        }
        return highest;
    }

    private List<Branch> branches(List<String> fences) {
        return fences.stream()
                .map(path -> new Branch(path, Reply.node(client, path), Reply.children(client, path)))
                .toList();
    }

    private List<Place> top() throws AwayException {
        Reply<List<String>> reply = Reply.children(client, paths.top());
        check(reply.code(deadline));
        List<String> names = reply.value(deadline);
        return names == null ? List.of() : below("", names, Revision.NONE);
    }

    /** The revision of the nearest fence above {@code key}. */
    private Revision inherited(String key) throws AwayException {
        List<Reply<Node>> fences = fencesAbove(key);
        Revision nearest = Revision.NONE;
        for (Reply<Node> fence : fences) {
            nearest = nearer(fence, nearest);
        }
        return nearest;
    }

    private Revision nearer(Reply<Node> fence, Revision above) throws AwayException {
        check(fence.code(deadline));
        Node node = fence.value(deadline);
        return node == null || node.revision().equals(Revision.NONE) ? above : node.revision();
    }

    private List<Place> visit(List<Place> places) throws AwayException {
        List<Visit> visits = places.stream().map(this::start).toList();
        List<Place> next = new ArrayList<>();
        for (Visit visit : visits) {
            String key = visit.place().key();
            Revision revision = nearer(visit.fence(), visit.place().inherited());
            take(key, visit.value(), revision);
            check(visit.children().code(deadline));
            List<String> names = visit.children().value(deadline);
            if (names != null) {
                next.addAll(below(key + "/", names, revision));
                names.forEach(name -> bytes += NODE_BYTES + key.length() + name.length());
            }
        }
        return next;
    }

    private Visit start(Place place) {
        String path = paths.value(place.key());
        return new Visit(
                place,
                Reply.node(client, paths.fence(place.key())),
                Reply.node(client, path),
                Reply.children(client, path));
    }

    private List<Place> below(String prefix, List<String> names, Revision inherited) {
        return names.stream()
                .map(name -> prefix + name)
                .filter(key -> !paths.isReserved(key))
                .map(key -> new Place(key, inherited))
                .toList();
    }

    /** A node that went away meanwhile, or that is not ours to read, is not there. */
    private static void check(Code code) throws AwayException {
        if (code != Code.OK && code != Code.NONODE && code != Code.NOAUTH) {
            throw new AwayException("no answer: " + code);
        }
    }

    private record Place(String key, Revision inherited) {}

    private record Single(String key, List<Reply<Node>> fences, Reply<Node> value) {}

    private record Branch(String path, Reply<Node> fence, Reply<List<String>> children) {}

    private record Visit(Place place, Reply<Node> fence, Reply<Node> value, Reply<List<String>> children) {}
}
