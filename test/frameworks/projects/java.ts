import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { byDebian, withPackages } from '../debian.ts';
import type { Project } from '../project.ts';

const PACKAGES = ['openjdk-21-jdk-headless'];
const MAIN = `import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Executors;

public class App {
    public static void main(String[] args) throws IOException {
        var port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        var server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("/static/", SimpleFileServer.createFileHandler(Path.of("static").toAbsolutePath()));
        server.createContext("/", exchange -> {
            var page = Page.of("Hello, World!").getBytes();
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }
}
`;
const PAGE = `record Page(String title) {
    static String of(String title) {
        return "<link rel=stylesheet href=/static/style.css><h1>" + title + "</h1>";
    }
}
`;

export const project: Project = {
  title: 'Java',
  madeBy: "by hand: a program with the JDK's HttpServer, in two files",
  make: async (folder) => {
    for (const part of ['src', 'static']) await mkdir(join(folder, part), { recursive: true });
    await writeFile(join(folder, 'src/App.java'), MAIN);
    await writeFile(join(folder, 'src/Page.java'), PAGE);
    await writeFile(join(folder, 'static/style.css'), 'h1 { color: teal; }\n');
  },
  contract: 'java',
  page: { path: '/', text: 'Hello, World!' },
  asset: /^\/static\/style\.css$/,
  change: {
    file: 'src/App.java',
    from: 'Hello, World!',
    to: 'Hello, FaaSO!',
    text: 'Hello, FaaSO!',
  },
  own: {
    build: byDebian(PACKAGES, 'javac -d out $(find src -name "*.java") && jar cfe app.jar App -C out .'),
  },
  advice: {
    dockerfile: `${withPackages(...PACKAGES).replace('\n', ' AS build\n')}WORKDIR /app
COPY . .
RUN javac -d out $(find src -name "*.java") && jar cfe app.jar App -C out .
${withPackages('openjdk-21-jre-headless')}WORKDIR /app
COPY --from=build /app/app.jar .
COPY static static
CMD ["java", "-jar", "app.jar"]
`,
  },
};
