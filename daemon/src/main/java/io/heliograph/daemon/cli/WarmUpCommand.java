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
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** Stands for the server's address; it speaks no TLS, but for a client to find that out is most of the work. */
    private static final String SECURED = "https";

    /** The first byte of a client that speaks TLS (RFC 8446, section 5.1): it sends no lines. */
    private static final int TLS_HANDSHAKE = 22;

    private static final List<String> COMMANDS = List.of(
            "leader",
            "leader -o json",
            "leader --endpoint " + SECURED,
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
        Path settings = Files.createTempDirectory("heliograph-warm-up");
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(() -> answer(server), "answering");
            answering.setDaemon(true);
            answering.start();
            useAll("127.0.0.1:" + server.getLocalPort(), settings);
        } finally {
            Files.deleteIfExists(settings.resolve("heliograph").resolve("cli.yaml"));
            Files.deleteIfExists(settings.resolve("heliograph"));
            Files.deleteIfExists(settings);
        }
        return ExitCodes.DONE;
    }

    private static void useAll(String address, Path settings) throws IOException {
        Path file = settings.resolve("heliograph").resolve("cli.yaml");
        Files.createDirectories(settings.resolve("heliograph"));
        Files.writeString(file, "endpoints: [\"http://" + address + "\"]\noutput: text\n");
        Map<String, String> environment = Map.of("XDG_CONFIG_HOME", settings.toString());
        for (boolean isTerminal : new boolean[] {false, true}) {
            for (String command : COMMANDS) {
                String[] words = command.replace(SECURED, "https://" + address).split(" ");
                PrintWriter nobody = new PrintWriter(Writer.nullWriter());
                Surroundings surroundings = new Surroundings(environment, isTerminal, isTerminal);
                Main.run(words, new Console(nobody, nobody, surroundings));
            }
        }
    }

    private static void answer(ServerSocket server) {
        byte[] answer = ("HTTP/1.1 200 OK\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY)
                .getBytes(StandardCharsets.US_ASCII);
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                boolean isTls = in.read() == TLS_HANDSHAKE;
                for (String line = isTls ? null : in.readLine();
                        line != null && !line.isEmpty();
                        line = in.readLine()) {
                    // the answer is the same whatever is asked
                }
                socket.getOutputStream().write(answer);
            } catch (IOException e) {
                // the server is closed, or one client has gone: there is nobody to tell
            }
        }
    }
}
