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

    /** Keys read together, each of which can be as long as a server allows: 1 MB, unless it was told otherwise. */
    private static final int KEYS_STEP = 16;

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
        for (int from = 0; from < keys.size(); from += KEYS_STEP) {
            List<Single> singles = keys.subList(from, Math.min(keys.size(), from + KEYS_STEP)).stream()
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
                    Node fence = branch.fence().value(deadline);
                    highest = fence != null && fence.revision().isNewerThan(highest) ? fence.revision() : highest;
                    names(branch.listing()).forEach(name -> next.add(branch.path() + "/" + name));
                }
            }
            level = next;
        }
        return highest;
    }

    private List<Branch> branches(List<String> fences) {
        return fences.stream()
                .map(path -> new Branch(path, Reply.node(client, path), Reply.listing(client, path)))
                .toList();
    }

    private List<Place> top() throws AwayException {
        return below("", names(Reply.listing(client, paths.top())), Revision.NONE);
    }

    private List<String> names(Reply<Listing> reply) throws AwayException {
        check(reply.code(deadline));
        Listing listing = reply.value(deadline);
        return listing == null ? List.of() : listing.names();
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

    /** Asks for values only when it is known how long they are; none where that is too much. */
    private List<Place> visit(List<Place> places) throws AwayException {
        List<Visit> visits = places.stream().map(this::start).toList();
        for (Visit visit : visits) {
            count(visit);
        }
        if (bytes > mostBytes) {
            return List.of();
        }
        List<Reply<Node>> values = places.stream()
                .map(place -> Reply.node(client, paths.value(place.key())))
                .toList();
        List<Place> next = new ArrayList<>();
        for (int i = 0; i < visits.size(); i++) {
            Visit visit = visits.get(i);
            String key = visit.place().key();
            Listing listing = visit.listing().value(deadline);
            if (listing != null) {
                // a node that was made after it was looked for has children that nobody would look for
                Revision revision = nearer(visit.fence(), visit.place().inherited());
                take(key, values.get(i), revision);
                next.addAll(below(key + "/", listing.names(), revision));
            }
        }
        return next;
    }

    private void count(Visit visit) throws AwayException {
        int keyLength = visit.place().key().length();
        names(visit.listing()).forEach(name -> bytes += NODE_BYTES + keyLength + name.length());
        Listing listing = visit.listing().value(deadline);
        bytes += listing == null ? 0 : listing.bytes();
    }

    private Visit start(Place place) {
        return new Visit(
                place, Reply.node(client, paths.fence(place.key())), Reply.listing(client, paths.value(place.key())));
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

    private record Branch(String path, Reply<Node> fence, Reply<Listing> listing) {}

    private record Visit(Place place, Reply<Node> fence, Reply<Listing> listing) {}
}
