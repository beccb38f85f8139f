package io.heliograph.daemon.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code heliograph warm-up}: uses what commands use, for nothing, in a process whose classes the start script has Java
 * archive, so that later ones start in a fraction of the time. Asks a server of its own on loopback only.
 */
@Command(name = "warm-up", hidden = true, description = "Run other commands for nothing; the start script uses it.")
final class WarmUpCommand implements Callable<Integer> {

    /** Enough for every command to find something in. */
    private static final String BODY =
            "{\"leader\":{\"id\":\"a\",\"http\":\"b\"},\"hasQuorum\":true,\"role\":\"leader\","
                    + "\"reachable\":true,\"revision\":1,\"lag\":0.5,\"entries\":[{\"key\":\"a\",\"value\":\"b\"}]}";

    private static final List<String> COMMANDS = List.of(
            "leader",
            "leader -o json",
            "status",
            "cluster list",
            "cluster set a b:1",
            "failover a b:1 --wait all",
            "submit",
            "kv get a",
            "kv list",
            "member list",
            "-c raft-health",
            "-c submit-masters-to-kv-stores",
            "--help",
            "--version",
            "nosuch");

    @Override
    public Integer call() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(() -> answer(server), "answering");
            answering.setDaemon(true);
            answering.start();
            Map<String, String> environment =
                    Map.of("HELIOGRAPH_ENDPOINTS", "http://127.0.0.1:" + server.getLocalPort());
            for (boolean isTerminal : new boolean[] {false, true}) {
                for (String command : COMMANDS) {
                    List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
                    PrintWriter nobody = new PrintWriter(Writer.nullWriter());
                    Surroundings surroundings = new Surroundings(environment, isTerminal, isTerminal);
                    Main.run(words.toArray(String[]::new), new Console(nobody, nobody, surroundings));
                }
            }
        }
        return ExitCodes.DONE;
    }

    private static void answer(ServerSocket server) {
        byte[] answer = ("HTTP/1.1 200 OK\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY)
                .getBytes(StandardCharsets.US_ASCII);
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                    // the answer is the same whatever is asked
                }
                socket.getOutputStream().write(answer);
            } catch (IOException e) {
                // the server is closed, or one client has gone: there is nobody to tell
            }
        }
    }
}
