import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Puts what was built into the image: `java Pack TARGET PLACE MAIN JAR FOLDER…`. The FOLDERs are searched for what can be run: a jar with a
 * Main-Class, or classes with a folder of jars beside. TARGET gets the jars and a file java.args with the words for `java`; in the image
 * it lies at PLACE. MAIN and JAR are the funko's options, or empty. It also writes TARGET/classes, the names of the program's classes.
 */
public final class Pack {
    private static final String HANDLER = "com.sun.net.httpserver.HttpHandler";
    private static final List<String> NOT_PROGRAMS = List.of("-sources.jar", "-javadoc.jar", "-tests.jar", "-plain.jar");
    /** More would make the archive of shared classes, and so the image, large. */
    private static final int MAX_SHARED = 3000;

    private final Path target;
    private final String place;
    private final List<String> classPath = new ArrayList<>();

    private Pack(Path target, String place) {
        this.target = target;
        this.place = place;
    }

    public static void main(String[] words) throws Exception {
        var pack = new Pack(Path.of(words[0]), words[1]);
        try {
            pack.run(words[2], words[3], Stream.of(words).skip(4).map(Path::of).toList());
        } catch (Refusal refusal) {
            System.err.println(refusal.getMessage());
            System.exit(1);
        }
    }

    private void run(String main, String jar, List<Path> folders) throws Exception {
        Files.createDirectories(target);
        var quarkus = folders.stream().map(one -> one.resolve("quarkus-app")).filter(Files::isDirectory).findFirst();
        var runnable = quarkus.isPresent() ? quarkus.get().resolve("quarkus-run.jar") : runnableIn(folders, jar);
        if (quarkus.isPresent()) copyAll(quarkus.get(), target);
        if (runnable != null && main.isEmpty() && isWhole(runnable)) runJar(runnable, quarkus.isPresent());
        else runClasses(folders, runnable, main.isEmpty() && runnable != null ? mainClassOf(runnable) : main);
    }

    /** A jar that says what is run; what its Class-Path names lies beside it. */
    private void runJar(Path jar, boolean isThere) throws Exception {
        if (!isThere) copyBeside(jar);
        classPath.add(place + "/" + jar.getFileName());
        write(mainClassOf(jar), target.resolve(jar.getFileName()));
    }

    /** The classes of the program, and all jars that were put beside. */
    private void runClasses(List<Path> folders, Path runnable, String main) throws Exception {
        var own = runnable != null ? List.of(runnable) : classesIn(folders);
        if (own.isEmpty()) throw new Refusal("Nothing that can be run was built: there is no jar with a Main-Class, and there are no classes.");
        for (var one : own) {
            if (Files.isDirectory(one)) copyAll(one, target.resolve("classes.d"));
            else copyBeside(one);
        }
        if (Files.isDirectory(target.resolve("classes.d"))) classPath.add(place + "/app.jar");
        else classPath.add(place + "/" + own.getFirst().getFileName());
        for (var folder : folders) for (var jar : jarsIn(folder.resolve("dependency"))) addLibrary(jar);
        for (var folder : folders) for (var jar : jarsIn(folder.resolve("install"))) addLibrary(jar);
        var classes = Files.isDirectory(target.resolve("classes.d")) ? target.resolve("classes.d") : own.getFirst();
        write(main.isEmpty() ? guessedMain(classes) : main, classes);
    }

    private void addLibrary(Path jar) throws IOException {
        Files.createDirectories(target.resolve("lib"));
        Files.copy(jar, target.resolve("lib").resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        var entry = place + "/lib/" + jar.getFileName();
        if (!classPath.contains(entry)) classPath.add(entry);
    }

    /** `java.args`: what `java @java.args` reads. */
    private void write(String main, Path own) throws Exception {
        var isHandler = isHandler(main, own);
        if (isHandler) classPath.add(place + "/serve.jar");
        var program = isHandler ? "Serve " + main : main;
        Files.writeString(target.resolve("java.args"), "-cp \"" + String.join(":", classPath) + "\"\n" + program + "\n");
        var names = classNamesOf(own);
        Files.writeString(target.resolve("classes"), String.join("\n", names.stream().limit(MAX_SHARED).toList()));
    }

    private boolean isHandler(String main, Path own) throws Exception {
        try (var loader = loaderOf(own)) {
            var found = load(loader, main);
            return found != null && !hasMain(found) && Class.forName(HANDLER).isAssignableFrom(found);
        }
    }

    private String guessedMain(Path own) throws Exception {
        var programs = new ArrayList<String>();
        var handlers = new ArrayList<String>();
        try (var loader = loaderOf(own)) {
            for (var name : classNamesOf(own)) {
                var found = load(loader, name);
                if (found == null) continue;
                if (hasMain(found)) programs.add(name);
                else if (isMade(found) && Class.forName(HANDLER).isAssignableFrom(found)) handlers.add(name);
            }
        }
        var candidates = programs.isEmpty() ? handlers : programs;
        if (candidates.size() == 1) return candidates.getFirst();
        if (candidates.isEmpty())
            throw new Refusal("No class has a main method, and none is a " + HANDLER + " that is made without arguments.");
        for (var usual : List.of("Main", "App", "Application", "Server", "Handler"))
            for (var name : candidates) if (name.equals(usual) || name.endsWith("." + usual)) return name;
        throw new Refusal("Several classes can be run: " + String.join(", ", candidates) + "; name one in funko.yml: \"options: { main: … }\".");
    }

    private static boolean isMade(Class<?> type) {
        if (type.isInterface() || java.lang.reflect.Modifier.isAbstract(type.getModifiers())) return false;
        return Stream.of(type.getDeclaredConstructors()).anyMatch(one -> one.getParameterCount() == 0);
    }

    private static boolean hasMain(Class<?> type) {
        try {
            return Stream.of(type.getDeclaredMethods()).anyMatch(one -> one.getName().equals("main"));
        } catch (LinkageError missing) {
            return false;
        }
    }

    private static Class<?> load(ClassLoader loader, String name) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError missing) {
            return null;
        }
    }

    private URLClassLoader loaderOf(Path own) throws Exception {
        var urls = new ArrayList<URL>(List.of(own.toUri().toURL()));
        for (var jar : jarsIn(target.resolve("lib"))) urls.add(jar.toUri().toURL());
        return new URLClassLoader(urls.toArray(URL[]::new));
    }

    /** Of classes in a folder or a jar, without those in others. */
    private static Set<String> classNamesOf(Path own) throws IOException {
        var names = new TreeSet<String>();
        if (Files.isDirectory(own)) {
            try (var files = Files.walk(own)) {
                files.map(file -> own.relativize(file).toString()).filter(Pack::isClass).forEach(name -> names.add(nameOf(name)));
            }
        } else if (Files.exists(own)) {
            try (var jar = new JarFile(own.toFile())) {
                jar.stream().map(entry -> entry.getName()).filter(Pack::isClass).forEach(name -> names.add(nameOf(name)));
            }
        }
        return names;
    }

    private static boolean isClass(String name) {
        return name.endsWith(".class") && !name.contains("-") && !name.matches("(META-INF|BOOT-INF|WEB-INF)/.*");
    }

    private static String nameOf(String file) {
        return file.substring(0, file.length() - ".class".length()).replace('/', '.');
    }

    private static Path runnableIn(List<Path> folders, String wanted) throws IOException {
        if (!wanted.isEmpty()) {
            if (!Files.isRegularFile(Path.of(wanted))) throw new Refusal("funko.yml: options.jar names " + wanted + ", which was not built.");
            return Path.of(wanted);
        }
        var found = new ArrayList<Path>();
        for (var folder : folders) for (var jar : jarsIn(folder)) if (isProgram(jar)) found.add(jar);
        return found.stream().max(Comparator.comparingLong(jar -> jar.toFile().length())).orElse(null);
    }

    private static boolean isProgram(Path jar) throws IOException {
        var name = jar.getFileName().toString();
        return NOT_PROGRAMS.stream().noneMatch(name::endsWith) && !name.startsWith("original-") && mainClassOf(jar) != null;
    }

    /** Whether a jar has all that it needs in it, or says where that is. */
    private static boolean isWhole(Path jar) throws IOException {
        var folder = jar.toAbsolutePath().getParent();
        var name = jar.getFileName().toString();
        if (attributeOf(jar, Attributes.Name.CLASS_PATH) != null || jarsIn(folder.resolve("dependency")).isEmpty()) return true;
        if (name.matches(".*(with-dependencies|-all|-fat|-uber|-shaded)\\.jar") || Files.exists(folder.resolve("original-" + name))) return true;
        try (var file = new JarFile(jar.toFile())) {
            return file.getEntry("BOOT-INF/") != null || file.getEntry("WEB-INF/") != null;
        }
    }

    private static String mainClassOf(Path jar) throws IOException {
        return attributeOf(jar, Attributes.Name.MAIN_CLASS);
    }

    private static String attributeOf(Path jar, Attributes.Name name) throws IOException {
        try (var file = new JarFile(jar.toFile())) {
            return file.getManifest() == null ? null : file.getManifest().getMainAttributes().getValue(name);
        }
    }

    private static List<Path> classesIn(List<Path> folders) {
        return folders.stream().flatMap(one -> Stream.of("classes", "classes/java/main", "classes/kotlin/main", "resources/main").map(one::resolve))
                .filter(one -> Files.isDirectory(one) && !(one.endsWith("classes") && Files.isDirectory(one.resolve("java/main")))).toList();
    }

    private static List<Path> jarsIn(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) return List.of();
        try (var files = Files.walk(folder, folder.endsWith("install") ? 3 : 1, FileVisitOption.FOLLOW_LINKS)) {
            return files.filter(file -> file.toString().matches(".*\\.[jw]ar") && Files.isRegularFile(file)).sorted().toList();
        }
    }

    private void copyBeside(Path jar) throws IOException {
        Files.copy(jar, target.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        var named = attributeOf(jar, Attributes.Name.CLASS_PATH);
        for (var entry : new LinkedHashSet<>(named == null ? List.of() : List.of(named.trim().split("\\s+")))) {
            var file = jar.toAbsolutePath().getParent().resolve(entry);
            if (entry.startsWith("/") || entry.contains("..") || !Files.exists(file)) continue;
            if (Files.isDirectory(file)) copyAll(file, target.resolve(entry));
            else {
                Files.createDirectories(target.resolve(entry).getParent());
                Files.copy(file, target.resolve(entry), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void copyAll(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                var copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) Files.createDirectories(copy);
                else Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** What the person who builds must change. */
    private static final class Refusal extends RuntimeException {
        Refusal(String message) {
            super(message);
        }
    }
}
