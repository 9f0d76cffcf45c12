import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

public class Handler implements HttpHandler {
    /** Gets every request: /funko/NAME/some/path?name=Ada arrives here as /some/path?name=Ada. */
    @Override
    public void handle(HttpExchange exchange) throws IOException {
        var name = exchange.getRequestMethod().equals("POST") ? bodyOf(exchange).strip() : parameter(exchange, "name");
        var greeting = System.getenv().getOrDefault("GREETING", "Hello");
        respond(exchange, greeting + ", " + (name.isEmpty() ? "world" : name) + "!\n");
    }

    private static String bodyOf(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String parameter(HttpExchange exchange, String name) {
        var query = exchange.getRequestURI().getRawQuery();
        for (var pair : (query == null ? "" : query).split("&")) {
            var parts = pair.split("=", 2);
            if (parts.length == 2 && parts[0].equals(name)) return URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
        }
        return "";
    }

    private static void respond(HttpExchange exchange, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
