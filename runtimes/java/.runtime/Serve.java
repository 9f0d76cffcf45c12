import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves a funko: the first process of its container. It answers /ping itself, gives every other request to the funko's
 * HttpHandler, and on SIGTERM finishes what runs before it ends.
 */
public final class Serve {
    private static final String HEALTH_PATH = "/ping";
    private static final int BACKLOG = 1024;
    private static final int LOOK_EVERY_MS = 10;

    private static final AtomicInteger running = new AtomicInteger();

    public static void main(String[] words) throws Exception {
        var handler = (HttpHandler) Class.forName(words[0]).getDeclaredConstructor().newInstance();
        // Longer than the proxy keeps an idle connection, so that it never sends a request into one that just closed.
        System.setProperty("sun.net.httpserver.idleInterval", "65");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
        System.setProperty("sun.net.httpserver.nodelay", "true");
        var port = Integer.parseInt(System.getenv().getOrDefault("PORT", "3000"));
        var server = HttpServer.create(new InetSocketAddress(port), BACKLOG);
        server.createContext("/", exchange -> answer(handler, exchange));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(Serve::finish));
        System.out.println("The funko listens on port " + port);
    }

    private static void answer(HttpHandler handler, HttpExchange exchange) throws IOException {
        running.incrementAndGet();
        try (exchange) {
            if (exchange.getRequestURI().getPath().equals(HEALTH_PATH)) send(exchange, 200, "OK\n");
            else handle(handler, exchange);
        } finally {
            running.decrementAndGet();
        }
    }

    /** What a handler throws costs one request, not the process. */
    private static void handle(HttpHandler handler, HttpExchange exchange) throws IOException {
        try {
            handler.handle(exchange);
        } catch (Throwable failure) {
            System.err.println(exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath() + " failed:");
            failure.printStackTrace();
            // What was begun can't be taken back: the exception cuts the connection.
            if (exchange.getResponseCode() != -1) throw new IOException(failure);
            exchange.getResponseHeaders().clear();
            send(exchange, 500, "Internal Server Error\n");
        }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void finish() {
        System.out.println("Stopping: finishing " + running.get() + " request(s)");
        try {
            while (running.get() > 0) Thread.sleep(LOOK_EVERY_MS);
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(0);
    }
}
