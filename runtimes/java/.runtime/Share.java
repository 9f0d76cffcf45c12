import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/**
 * Loads the classes that a file names, and those that a server needs, for the JVM to keep them in an archive of shared classes.
 * Nothing of the funko is run.
 */
public final class Share {
    public static void main(String[] words) throws Exception {
        for (var name : Files.readAllLines(Path.of(words[0]))) load(name);
        load("Serve");
        serveOnce();
        System.exit(0);
    }

    private static void load(String name) {
        try {
            Class.forName(name, false, Share.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError missing) {
            // Code for a library that is not there: it is not shared.
        }
    }

    private static void serveOnce() throws Exception {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/").toURL().openStream().close();
    }
}
