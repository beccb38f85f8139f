package io.heliograph.it.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TcpRelayTest {
    private static final int SILENCE_MILLIS = 1_500;

    private ServerSocket echo;
    private TcpRelay relay;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread(this::acceptAll);
        relay = TcpRelay.start(0, echo.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        relay.close();
        echo.close();
    }

    @Test
    void forwards_both_ways() throws IOException {
        try (Socket socket = connect()) {
            assertThat(sendAndReceive(socket, 'a')).isEqualTo('a');
            assertThat(sendAndReceive(socket, 'b')).isEqualTo('b');
        }
    }

    @Test
    void when_frozen_then_connections_are_silent_and_go_on_after_healing() throws IOException {
        try (Socket socket = connect()) {
            assertThat(sendAndReceive(socket, 'a')).isEqualTo('a');
            relay.freeze();
            assertThatThrownBy(() -> sendAndReceive(socket, 'b')).isInstanceOf(SocketTimeoutException.class);
            relay.heal();
            socket.setSoTimeout(0);
            assertThat(socket.getInputStream().read()).isEqualTo('b');
        }
    }

    @Test
    void when_cut_then_connections_end_and_no_new_one_comes_about_until_healing() throws IOException {
        for (int round = 0; round < 3; round++) {
            try (Socket before = connect()) {
                assertThat(sendAndReceive(before, 'a')).isEqualTo('a');
                relay.cut();
                before.setSoTimeout(0);
                assertThat(endOf(before)).isTrue();
            }
            assertThatThrownBy(this::connect).isInstanceOf(SocketTimeoutException.class);
            relay.heal();
            try (Socket after = connect()) {
                after.setSoTimeout(0);
                assertThat(sendAndReceive(after, 'c')).isEqualTo('c');
            }
        }
    }

    @Test
    void when_hung_then_connections_end_and_new_ones_are_silent_until_healing() throws IOException {
        try (Socket before = connect()) {
            assertThat(sendAndReceive(before, 'a')).isEqualTo('a');
            relay.hang();
            before.setSoTimeout(0);
            assertThat(endOf(before)).isTrue();
        }
        try (Socket during = connect()) {
            assertThatThrownBy(() -> sendAndReceive(during, 'b')).isInstanceOf(SocketTimeoutException.class);
            relay.heal();
            during.setSoTimeout(0);
            assertThat(endOf(during)).isTrue();
        }
        try (Socket after = connect()) {
            after.setSoTimeout(0);
            assertThat(sendAndReceive(after, 'c')).isEqualTo('c');
        }
    }

    @Test
    void when_the_target_does_not_listen_then_the_connection_is_reset() throws IOException {
        echo.close();
        try (Socket socket = connect()) {
            socket.setSoTimeout(0);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    private static boolean endOf(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    private static int sendAndReceive(Socket socket, char sent) throws IOException {
        socket.getOutputStream().write(sent);
        return socket.getInputStream().read();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), relay.port()), SILENCE_MILLIS);
        socket.setSoTimeout(SILENCE_MILLIS);
        return socket;
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket socket = echo.accept();
                thread(() -> echoAll(socket));
            }
        } catch (IOException e) {
            // the test has ended
        }
    }

    private static void echoAll(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            // the other end is gone
        }
    }

    private static void thread(Runnable body) {
        Thread thread = new Thread(body, "echo");
        thread.setDaemon(true);
        thread.start();
    }
}
